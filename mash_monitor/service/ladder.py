"""The ladder at work: whom it tells of which alerts now, and when it next has something to say.

Runs inside the transaction of the pass, or of the tick that lets it climb.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from mash_monitor.domain.escalation import due_steps, next_repeat_at, next_step_at, speaking_steps
from mash_monitor.domain.rating import Level
from mash_monitor.domain.roster import TEAM
from mash_monitor.domain.words import count
from mash_monitor.service import ops
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.reach import reach
from mash_monitor.service.telling import Told, put_alert, report_now
from mash_monitor.state import alerts, audit, ledger

_TRY_AGAIN = 600
"""Seconds after which a step that reached nobody is tried again."""


def speak(
    connection: Connection, hub: WatchedHub, now: int, *,
    levels: Iterable[Level] = tuple(Level), first_look: bool = False, late_for: int | None = None,
) -> int:  # fmt: skip
    """Put one message a person into the outbox for all that the ladder has to say now. Returns how many.

    An alert raised in this very transaction at a level that is not among `levels` waits for the next report.
    """
    allowed, next_report = set(levels), hub.schedule.after(now)
    people: dict[str, Told] = {}
    steps = _Steps(connection, hub, now)
    progress: list[alerts.Progress] = []
    again, unheard = set[int](), 0
    alerts.lapse(connection, hub.name, now)
    for teams, alike in _alike(connection, hub, alerts.due(connection, hub.name, now)):
        alert = alike[0]
        if alert.level not in allowed and alert.raised_at == now:
            progress.append(alerts.Progress(alike, alert.steps_done, alert.repeats, next_report))
            continue
        numbers, repeats = _speaking(hub, alert, now)
        reached = steps.speak(numbers, teams, alert)
        for found in reached.values():
            for alias, channels in found.items():
                people.setdefault(alias, Told([], channels)).alerts.extend(alike)
        done = alert.steps_done | {number for number, found in reached.items() if found}
        coming = _coming(hub, alert, alert.steps_done.union(reached), repeats, now)
        if not all(reached.values()):  # a step that reached nobody has not spoken
            coming = min(now + _TRY_AGAIN, coming or next_report)
        if repeats > alert.repeats:
            again.update(each.id for each in alike)
            unheard += len(alike) if repeats == hub.repeat_most else 0
        progress.append(alerts.Progress(alike, done, repeats, coming))
    if people:
        report = replace(report_now(connection, hub, now), first_look=first_look, late_for=late_for)
        for alias, told in people.items():
            put_alert(connection, hub, report, alias, replace(told, again=again))
    if unheard:
        said = f"{count(unheard, 'overdue contact')} told {hub.repeat_most} times again, and nobody has acknowledged"
        audit.record(connection, now, hub.name, "unheard", contacts=unheard)
        ops.tell(connection, hub, f"{said}: no further message is sent, each report goes on to show it", now)
    alerts.stepped(connection, hub.name, progress, now)
    return len(people)


def _speaking(hub: WatchedHub, alert: alerts.Alert, now: int) -> tuple[list[int], int]:
    """The steps that speak of an alert now, and how often the ladder has then begun again."""
    is_open = hub.calendar.is_open(now)
    if _said_all(hub, alert.level, alert.steps_done):  # what is left is to say it again
        if not _repeats(hub, alert.level, alert.repeats):
            return [], alert.repeats
        return speaking_steps(hub.ladder, alert.level, is_open=is_open), alert.repeats + 1
    done = alert.steps_done
    return due_steps(hub.ladder, alert.level, alert.ladder_from, done, now, is_open=is_open), alert.repeats


def _coming(hub: WatchedHub, alert: alerts.Alert, done: frozenset[int], repeats: int, now: int) -> int | None:
    """When the ladder next has something to say of this alert; None where it has said all."""
    if not _said_all(hub, alert.level, done):
        return next_step_at(hub.ladder, alert.level, alert.ladder_from, done, now, calendar=hub.calendar)
    every = hub.repeat_every
    return next_repeat_at(now, every) if every is not None and _repeats(hub, alert.level, repeats) else None


def _repeats(hub: WatchedHub, level: Level, repeats: int) -> bool:
    """Whether an alert of this level that was told so often again is to be told once more."""
    return level is Level.OVERDUE and hub.repeat_every is not None and repeats < hub.repeat_most


def _said_all(hub: WatchedHub, level: Level, done: frozenset[int]) -> bool:
    steps = {number for number, step in enumerate(hub.ladder) if step.when is level}
    return bool(steps) and steps <= done


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
    groups: dict[tuple[Level, int, int, frozenset[int], int, tuple[str, ...]], list[alerts.Alert]] = {}
    for alert in waiting:
        of_contact = teams.get(alert.contact_id, ())
        place = (alert.level, alert.raised_at, alert.ladder_from, alert.steps_done, alert.repeats, of_contact)
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
                self._reached[key] = reach(self.connection, self.hub, self.hub.ladder[number], self.now, key[1])
            found[number] = self._reached[key]
            if not found[number]:
                waiting += [
                    later
                    for later, step in enumerate(self.hub.ladder)
                    if step.when is alert.level and later > number
                    and later not in {*found, *waiting, *alert.steps_done}
                ][:1]  # fmt: skip
        return found
