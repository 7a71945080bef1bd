"""From alerts and positions to messages in the outbox: what is said to one person at one moment.

Everything here runs inside the transaction of the pass, so that an alert and its message exist together or
not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import Any

from sqlalchemy import Connection, Row

from mash_monitor.domain.message import Report, subject, text
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.service import positions
from mash_monitor.service.hub import Recipients, WatchedHub
from mash_monitor.service.reach import reach
from mash_monitor.state import alerts, audit, outbox
from mash_monitor.state.outbox import Message, Purpose
from mash_monitor.views.text import report_text

_LONGEST_VALIDITY = 36_000
_FEW = 2
"""Contacts that a first look names all the same: a backlog is longer, and is only counted."""
_NAMED = 20
"""More contacts than any message has room to name."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is told in one message: alerts, and the channels in the order to be tried.

    `again` are the ids of those that the person was told of before: what is new is named first.
    """

    alerts: list[alerts.Alert]
    channels: tuple[str, ...]
    again: set[int] = field(default_factory=set)


def report_now(connection: Connection, hub: WatchedHub, now: int) -> Report:
    """What every message of this moment begins with: the whole position, and when the next report comes."""
    return Report(
        title=hub.title, now=now, zone=hub.zone, counts=positions.counts(connection, hub, now), items=(),
        next_report=hub.schedule.after(now),
    )  # fmt: skip


def put_alert(connection: Connection, hub: WatchedHub, report: Report, alias: str, told: Told) -> None:
    """One message to one person about all of these alerts, the most urgent by name."""
    outbox.put(connection, _alert(connection, hub, report, alias, told), report.now)


def renew_alert(
    connection: Connection, hub: WatchedHub, waiting: Sequence[Row[Any]], standing: Sequence[alerts.Alert], now: int
) -> None:
    """One message that says how these alerts stand now, in place of those that could not be sent."""
    last = waiting[-1]
    told = Told(list(standing), (last.channel, *last.otherwise))
    message = _alert(connection, hub, report_now(connection, hub, now), last.person, told)
    message = replace(message, repeat=any(row.repeat for row in waiting))
    outbox.put(connection, message, now, tries=max(row.tries for row in waiting))


def _alert(connection: Connection, hub: WatchedHub, report: Report, alias: str, told: Told) -> Message:
    ids = {alert.contact_id for alert in told.alerts}
    level = max((alert.level for alert in told.alerts), key=lambda level: level.rank)
    if not report.first_look or len(ids) <= _FEW:
        urgent = nsmallest(_NAMED, told.alerts, key=lambda alert: (alert.id in told.again, *_urgency(alert)))
        old = {alert.contact_id for alert in urgent if alert.id in told.again}
        found = positions.items(connection, hub, {alert.contact_id for alert in urgent}, report.now)
        items = sorted(found, key=lambda item: item.contact_id in old)
        again = told.again.issuperset(alert.id for alert in told.alerts)
        report = replace(report, items=items, more=len(ids) - len(items), again=again)
    reference = outbox.new_reference(connection)
    audit.record(
        connection, report.now, hub.name, "alert",
        person=alias, level=level.value, contacts=len(ids), ref=reference,
    )  # fmt: skip
    return Message(
        hub=hub.name, purpose=Purpose.ALERT, person=alias, channels=told.channels, level=level.value,
        short_ref=reference, subject=subject(report), body=text(report, reference), contacts=len(ids),
        valid_until=_valid_until(report, level), alert_ids=tuple({alert.id for alert in told.alerts}),
    )  # fmt: skip


def _urgency(alert: alerts.Alert) -> tuple[int, bool, int, str]:
    """A sort key for what a message names: somebody can act on a deadline, so an unreadable time comes last."""
    return (-alert.level.rank, alert.deadline is None, alert.deadline or 0, alert.contact_id)


def _valid_until(report: Report, level: Level) -> int | None:
    """An alert is worth receiving until the next report says it again; an overdue one for longer."""
    return report.now + _LONGEST_VALIDITY if level is Level.OVERDUE else report.next_report


def put_summary(
    connection: Connection, hub: WatchedHub, to: Recipients, position: Position, late_for: int | None = None
) -> None:  # fmt: skip
    """The report itself, to each of these people."""
    report = Report(
        title=hub.title, now=position.now, zone=hub.zone, counts=position.counts, items=(),
        next_report=position.next_report, late_for=late_for,
    )  # fmt: skip
    from mash_monitor.views.html import report_html  # jinja2 is slow to import, and only reports need it

    long_text, page = report_text(position), report_html(position)
    for alias, channels in reach(connection, hub, to, position.now).items():
        outbox.put(connection, Message(
            hub=hub.name, purpose=Purpose.SUMMARY, person=alias, channels=channels,
            subject=subject(report), body=text(report, None), long_text=long_text, html=page,
            contacts=position.counts.total, valid_until=position.next_report,
        ), position.now)  # fmt: skip
