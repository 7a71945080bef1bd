"""From what a pass found to messages in the outbox: the ladder, the summary, and what `ops` must know.

Everything here runs inside the transaction of the pass, so that an alert and its message exist together or
not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import Any

from sqlalchemy import Connection, Row

from mash_monitor.domain.entry import Entry
from mash_monitor.domain.escalation import Hours, Step, due_steps
from mash_monitor.domain.message import Report, subject, text
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.roster import TEAM
from mash_monitor.domain.transition import Kind, Transition
from mash_monitor.service import positions
from mash_monitor.service.hub import Recipients, WatchedHub
from mash_monitor.state import alarms, alerts, audit, ledger, outbox, stops
from mash_monitor.state.outbox import Message, Purpose
from mash_monitor.views.text import report_text

_ALWAYS_ALERTED = (Level.RED, Level.OVERDUE)
_LONGEST_VALIDITY = 36_000
_FEW = 2
"""Contacts that a first look names all the same: a backlog is longer, and is only counted."""
_TRY_AGAIN = 600
"""Seconds after which a step that reached nobody is tried again."""
_NAMED = 20
"""More contacts than any message has room to name."""


def settle_alerts(connection: Connection, hub: WatchedHub, moves: Sequence[tuple[Entry, Transition]], now: int) -> None:
    """Let each contact that moved have the one open alert that it should have, or none.

    An alert about another level or another deadline than the present ones ends in the very transaction that
    raises the one in its place; so a red alert is never dropped at its deadline. A parked contact has none.
    """
    told = {*_ALWAYS_ALERTED, *(step.when for step in hub.ladder)}
    known = [entry.contact_id for entry, change in moves if change.kind is not Kind.APPEARED]
    standing = alerts.open_of(connection, hub.name, known)
    over: dict[str, str] = {}
    raised: list[tuple[str, Level, int | None]] = []
    for entry, change in moves:
        due = entry.future.deadline
        wanted = (entry.level, due.at if due else None)
        alerted = entry.watched and entry.level in told and (entry.parked_until or 0) <= now
        alert = standing.get(entry.contact_id)
        if alert is not None:
            if alerted and (Level(alert.level), alert.deadline) == wanted:
                continue
            over[entry.contact_id] = f"now {entry.level.value}" if entry.watched else change.reason
        if alerted:
            raised.append((entry.contact_id, *wanted))
    alerts.end(connection, hub.name, over, now)
    alerts.raise_(connection, hub.name, raised, now)


@dataclass(frozen=True, slots=True)
class _Due:
    """What one person is to be told now: alerts, and the channels of the worst one's step."""

    alerts: list[alerts.Alert]
    channels: tuple[str, ...]


def speak(
    connection: Connection, hub: WatchedHub, now: int, *,
    levels: Iterable[Level] = tuple(Level), first_look: bool = False, late_for: int | None = None,
) -> int:  # fmt: skip
    """Put one message a person into the outbox for all that the ladder has to say now. Returns how many.

    An alert raised in this very transaction at a level that is not among `levels` waits for the next report.
    """
    allowed, next_report = set(levels), hub.schedule.after(now)
    is_open = hub.calendar.is_open(now)
    people: dict[str, _Due] = {}
    steps = _Steps(connection, hub, now)
    progress: list[tuple[alerts.Alert, frozenset[int], int | None]] = []
    alerts.lapse(connection, hub.name, now)
    for teams, alike in _alike(connection, hub, alerts.due(connection, hub.name, now)):
        alert = alike[0]
        if alert.level not in allowed and alert.raised_at == now:
            progress += [(each, each.steps_done, next_report) for each in alike]
            continue
        speaking = due_steps(hub.ladder, alert.level, alert.ladder_from, alert.steps_done, now, is_open=is_open)
        reached = steps.speak(speaking, teams, alert)
        for found in reached.values():
            for alias, channels in found.items():
                people.setdefault(alias, _Due([], channels)).alerts.extend(alike)
        coming = _next_step(hub, alert, alert.steps_done.union(reached), now)
        done = {number for number, found in reached.items() if found}
        if len(done) < len(reached):  # a step that reached nobody has not spoken
            coming = min(now + _TRY_AGAIN, coming or next_report)
        progress += [(each, alert.steps_done | done, coming) for each in alike]
    if people:
        report = replace(_report(connection, hub, now), first_look=first_look, late_for=late_for)
        for alias, due in people.items():
            outbox.put(connection, _alert_message(connection, hub, report, alias, due), now)
    alerts.stepped(connection, progress)
    return len(people)


def _alike(
    connection: Connection, hub: WatchedHub, waiting: Sequence[alerts.Alert]
) -> list[tuple[tuple[str, ...], list[alerts.Alert]]]:
    """Alerts by where they stand on the ladder, the worst level first: those of one pass go up it together.

    Each group with the teams of its contacts, where the ladder asks for them.
    """
    teams: dict[str, tuple[str, ...]] = {}
    if any(TEAM in step.to for step in hub.ladder):
        known = ledger.entries(connection, hub.name, [alert.contact_id for alert in waiting])
        teams = {contact_id: entry.teams for contact_id, entry in known.items()}
    groups: dict[tuple[Level, int, int, frozenset[int], tuple[str, ...]], list[alerts.Alert]] = {}
    for alert in waiting:
        of_contact = teams.get(alert.contact_id, ())
        place = (alert.level, alert.raised_at, alert.ladder_from, alert.steps_done, of_contact)
        groups.setdefault(place, []).append(alert)
    ordered = sorted(groups.items(), key=lambda group: -group[0][0].rank)
    return [(place[-1], alike) for place, alike in ordered]


@dataclass(slots=True)
class _Steps:
    """The steps that speak at one instant: whom each reaches, asked once for each team."""

    connection: Connection
    hub: WatchedHub
    now: int
    _reached: dict[tuple[int, tuple[str, ...]], dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def speak(
        self, numbers: Sequence[int], teams: tuple[str, ...], alert: alerts.Alert
    ) -> dict[int, dict[str, tuple[str, ...]]]:
        """Whom these steps reach, by step; one that finds nobody falls to the next of its level at once."""
        found: dict[int, dict[str, tuple[str, ...]]] = {}
        waiting = list(numbers)
        while waiting:
            number = waiting.pop(0)
            key = (number, teams if TEAM in self.hub.ladder[number].to else ())
            if key not in self._reached:
                self._reached[key] = _reach(self.connection, self.hub, self.hub.ladder[number], self.now, key[1])
            found[number] = self._reached[key]
            if not found[number]:
                waiting += [
                    later
                    for later, step in enumerate(self.hub.ladder)
                    if step.when is alert.level and later > number
                    and later not in {*found, *waiting, *alert.steps_done}
                ][:1]  # fmt: skip
        return found


def _reach(
    connection: Connection, hub: WatchedHub, told: Recipients | Step, now: int, teams: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Who of these people can be reached, and by which channels; `ops` hears of whoever cannot.

    A rota's name stands for those who are on, and "team" for the people of the contact's teams.
    """
    found = {}
    silent = stops.stopped(connection, hub.name)
    to, by = told.to, told.by
    meant = hub.directory.people(to, teams, now)
    nobody = f"nobody_{'_'.join(to)}"[:32]
    if meant.people:
        all_clear(connection, hub, nobody, f"somebody is on again for {', '.join(to)}", now)
    else:
        tell_ops(connection, hub, nobody, f"nobody to tell for {', '.join(to)}: {'; '.join(meant.why)}", now)
    for alias in meant.people:
        kind = f"no_{'_'.join(by)}_{alias}"[:32]
        if channels := tuple(way for way in hub.directory.channels(alias, by) if (alias, way) not in silent):
            all_clear(connection, hub, kind, f"{alias} can be reached again", now)
            found[alias] = channels
        else:
            tell_ops(connection, hub, kind, f"{alias} cannot be reached by {' or '.join(by)}", now)
    return found


def _next_step(hub: WatchedHub, alert: alerts.Alert, done: frozenset[int], now: int) -> int | None:
    """When the ladder next has something to say of this alert; a step kept for other hours waits for them."""
    coming = []
    for number, step in enumerate(hub.ladder):
        if number in done or step.when is not alert.level:
            continue
        at = max(step.due_at(alert.ladder_from), now)
        if step.hours is Hours.OPEN:
            at = hub.calendar.next_opening(at) or at
        elif step.hours is Hours.CLOSED and hub.calendar.is_open(at):
            at = hub.calendar.closing(hub.calendar.date_of(at)) or at
        coming.append(at)
    return min(coming, default=None)


def renew_alert(
    connection: Connection, hub: WatchedHub, waiting: Sequence[Row[Any]], standing: Sequence[alerts.Alert], now: int
) -> None:
    """One message that says how these alerts stand now, in place of those that could not be sent."""
    last = waiting[-1]
    due = _Due(list(standing), (last.channel, *last.otherwise))
    message = _alert_message(connection, hub, _report(connection, hub, now), last.person, due)
    message = replace(message, repeat=any(row.repeat for row in waiting))
    outbox.put(connection, message, now, tries=max(row.tries for row in waiting))


def _report(connection: Connection, hub: WatchedHub, now: int) -> Report:
    return Report(
        title=hub.title, now=now, zone=hub.zone, counts=positions.counts(connection, hub, now), items=(),
        next_report=hub.schedule.after(now),
    )  # fmt: skip


def _alert_message(connection: Connection, hub: WatchedHub, report: Report, alias: str, due: _Due) -> Message:
    ids = {alert.contact_id for alert in due.alerts}
    level = max((alert.level for alert in due.alerts), key=lambda level: level.rank)
    if not report.first_look or len(ids) <= _FEW:
        urgent = {alert.contact_id for alert in nsmallest(_NAMED, due.alerts, key=_urgency)}
        items = positions.items(connection, hub, urgent, report.now)
        report = replace(report, items=items, more=len(ids) - len(items))
    reference = outbox.new_reference(connection)
    audit.record(
        connection, report.now, hub.name, "alert",
        person=alias, level=level.value, contacts=len(ids), ref=reference,
    )  # fmt: skip
    return Message(
        hub=hub.name, purpose=Purpose.ALERT, person=alias, channels=due.channels, level=level.value,
        short_ref=reference, subject=subject(report), body=text(report, reference), contacts=len(ids),
        valid_until=_valid_until(report, level), alert_ids=tuple({alert.id for alert in due.alerts}),
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
    for alias, channels in _reach(connection, hub, to, position.now).items():
        outbox.put(connection, Message(
            hub=hub.name, purpose=Purpose.SUMMARY, person=alias, channels=channels,
            subject=subject(report), body=text(report, None), long_text=long_text, html=page,
            contacts=position.counts.total, valid_until=position.next_report,
        ), position.now)  # fmt: skip


def tell_ops(connection: Connection, hub: WatchedHub, kind: str, detail: str, now: int) -> None:
    """Raise an alarm about the service, and tell `ops` once; it stands on every view until it ends."""
    if not alarms.raise_(connection, hub.name, kind, detail, now):
        return
    audit.record(connection, now, hub.name, "alarm", kind=kind)
    _put_ops(connection, hub, f"{hub.title}: {detail}", now)


def all_clear(connection: Connection, hub: WatchedHub, kind: str, detail: str, now: int) -> None:
    """End an alarm, and tell `ops` if it stood."""
    if alarms.end(connection, hub.name, kind, now):
        audit.record(connection, now, hub.name, "all_clear", kind=kind)
        _put_ops(connection, hub, f"{hub.title}: {detail}", now)


def notify_ops(connection: Connection, hub: WatchedHub, said: str, now: int) -> None:
    """Tell `ops` once of something that passed; what stands is an alarm instead."""
    _put_ops(connection, hub, f"{hub.title}: {said}", now)


def tell_missed(connection: Connection, hub: WatchedHub, missed: Sequence[int], words: str, now: int) -> None:
    """Tell `ops` of report slots at which the service did not run."""
    audit.record(connection, now, hub.name, "missed", slots=list(missed))
    _put_ops(connection, hub, f"{hub.title}: {words}", now)


def _put_ops(connection: Connection, hub: WatchedHub, said: str, now: int) -> None:
    for alias in hub.ops.to if hub.ops else ():
        channels = hub.directory.channels(alias, hub.ops.by) if hub.ops else ()
        if channels:
            outbox.put(connection, Message(
                hub=hub.name, purpose=Purpose.OPS, person=alias, channels=channels,
                subject=f"mash-monitor: {said}", body=f"mash-monitor: {said}",
            ), now)  # fmt: skip
