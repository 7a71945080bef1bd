"""Hand-over: what the emergency duty team must know for the night, and what the team must know of it in the morning.

Runs inside the transaction of the report that hands over.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from mash_monitor.domain.entry import Entry
from mash_monitor.domain.handover import Night, Shut, coming, evening_text, gone_by, handover_subject, morning_text
from mash_monitor.domain.message import Report, safe_reference
from mash_monitor.domain.rating import Level
from mash_monitor.domain.words import clock_time
from mash_monitor.service import positions
from mash_monitor.service.hub import Recipients, WatchedHub
from mash_monitor.service.reach import reach
from mash_monitor.service.telling import report_now
from mash_monitor.state import alerts, audit, ledger, outbox, transitions
from mash_monitor.state.outbox import Message, Purpose

_NAMED = 20


def hand_over(connection: Connection, hub: WatchedHub, slot: int, now: int) -> int:
    """Put the hand-over messages of a report slot into the outbox, where it has any. Returns how many."""
    if hub.handover is None:
        return 0
    made = 0
    if (night := coming(slot, hub.calendar, hub.schedule)) is not None:
        made += _evening(connection, hub, hub.handover, night, now)
    if hub.summary is not None and (night := gone_by(slot, hub.calendar, hub.schedule)) is not None:
        made += _morning(connection, hub, hub.summary, night, now)
    return made


def _evening(connection: Connection, hub: WatchedHub, to: Recipients, night: Shut, now: int) -> int:
    """Also where there is nothing to do: a silent evening would look like a lost message."""
    ids = ledger.due_by(connection, hub.name, night.opening, now)
    standing = alerts.open_of(connection, hub.name, ids)
    report = _report(connection, hub, ids, now)
    overdue = any(item.level is Level.OVERDUE for item in report.items)
    people = reach(connection, hub, to, now, on_at=max(now, night.closing))
    for alias, channels in people.items():
        reference = outbox.new_reference(connection) if standing else None
        outbox.put(connection, Message(
            hub=hub.name, purpose=Purpose.HANDOVER, person=alias, channels=channels, short_ref=reference,
            level=(Level.OVERDUE if overdue else Level.RED).value if ids else None,
            subject=handover_subject(report, night), body=evening_text(report, night, reference), contacts=len(ids),
            valid_until=max(night.opening, now + 60), alert_ids=tuple(row.id for row in standing.values()),
        ), now)  # fmt: skip
    audit.record(connection, now, hub.name, "handed_over", contacts=len(ids), people=sorted(people))
    return len(people)


def _morning(connection: Connection, hub: WatchedHub, to: Recipients, night: Shut, now: int) -> int:
    ids = alerts.live_since(connection, hub.name, night.closing, due_by=night.opening, before=now)
    if not ids:
        return 0
    entries = ledger.entries(connection, hub.name, ids)
    words = transitions.acknowledged_since(connection, hub.name, ids, night.closing)
    decided = {contact_id for contact_id, entry in entries.items() if not entry.watched}
    left = [contact_id for contact_id in ids if contact_id not in decided and contact_id not in words]
    count = Night(len(decided), len(words.keys() - decided), len(left))
    report = _report(connection, hub, left, now)
    lines = [
        f"{safe_reference(key)}, {_due(hub, entries[key], now)}: "
        + ("decided" if key in decided else words.get(key, "left, nobody has acknowledged it"))
        for key in ids
    ]
    said = morning_text(report, night, count)
    people = reach(connection, hub, to, now)
    for alias, channels in people.items():
        outbox.put(connection, Message(
            hub=hub.name, purpose=Purpose.HANDOVER, person=alias, channels=channels,
            subject=handover_subject(report, night), body=said, long_text="\n".join([said, "", *lines]) + "\n",
            contacts=count.total, valid_until=report.next_report,
        ), now)  # fmt: skip
    audit.record(connection, now, hub.name, "handed_back", decided=count.decided, left=count.left)
    return len(people)


def _report(connection: Connection, hub: WatchedHub, ids: Collection[str], now: int) -> Report:
    items = positions.items(connection, hub, ids, now)
    return replace(report_now(connection, hub, now), items=items[:_NAMED], more=max(0, len(items) - _NAMED))


def _due(hub: WatchedHub, entry: Entry, now: int) -> str:
    due = entry.future.deadline
    return "time unreadable" if due is None else f"due {clock_time(due.at, now, hub.zone)}"
