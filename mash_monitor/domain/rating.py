"""The rating by time left: which instants turn a contact amber, red and overdue, and why.

Within one schedule and one rule pack each clause of the rating collapses to an instant, because the look
ahead to the next report only ever moves forward. So a contact's whole future is three instants, its
Timeline, and a pass only compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mash_monitor.domain.calendar import Calendar, NeverStaffed
from mash_monitor.domain.reports import ReportSchedule
from mash_monitor.domain.timescale import Deadline, Timescale, deadline, governing
from mash_monitor.domain.words import clock_time, duration

LONG_AGO = 0
"""An instant before every other: something that has held from first sight."""


class Rating(StrEnum):
    """The colour by time left. Never the risk rating of a social worker."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Level(StrEnum):
    """The rating with overdue as its own, worst step: what alerts and transitions speak of."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    OVERDUE = "overdue"

    @property
    def rank(self) -> int:
        """0 for green up to 3 for overdue."""
        return _RANK[self]

    @property
    def rating(self) -> Rating:
        """The colour shown: overdue is shown red."""
        return Rating.RED if self is Level.OVERDUE else Rating(self.value)


_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class RatingRules:
    """Thresholds of a pack, in seconds. `staffed` counts them in open hours instead of elapsed ones."""

    red_left: int
    amber_left: int
    notice: int
    staffed: bool = False
    look_ahead: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """All that decides a rating beside the contact: one hub's rules, hours and report times."""

    timescales: tuple[Timescale, ...]
    rules: RatingRules
    calendar: Calendar
    schedule: ReportSchedule

    @property
    def fingerprint(self) -> str:
        """Equal for policies that rate every contact alike."""
        rating = tuple(timescale for timescale in self.timescales if timescale.rates)
        return repr((
            [(t.name, t.clock.value, t.seconds, t.days, t.ends.value, t.open_days_only, t.runs_past_closing,
              sorted(t.risks or ()), t.risks is None, sorted(t.groups or ()), t.groups is None) for t in rating],
            self.rules, self.calendar.fingerprint, self.schedule.fingerprint,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timeline:
    """A contact's future: the instants from which it is amber, red and overdue.

    `timescale` names the rule with the earliest deadline. With no deadline all three instants are None;
    with an unreadable time the contact is red from first sight and the deadline is None.
    """

    timescale: str | None
    deadline: Deadline | None
    amber_at: int | None
    red_at: int | None
    overdue_at: int | None

    def level(self, now: int) -> Level:
        """The level at this instant."""
        if self.overdue_at is not None and now >= self.overdue_at:
            return Level.OVERDUE
        if self.red_at is not None and now >= self.red_at:
            return Level.RED
        if self.amber_at is not None and now >= self.amber_at:
            return Level.AMBER
        return Level.GREEN

    def next_change(self, now: int) -> int | None:
        """When the level next gets worse if nothing else happens; None if it cannot."""
        coming = (at for at in (self.amber_at, self.red_at, self.overdue_at) if at is not None and at > now)
        return min(coming, default=None)


UNREADABLE = Timeline(None, None, LONG_AGO, LONG_AGO, None)
NO_DEADLINE = Timeline(None, None, None, None, None)


def timeline(received: int | None, risk: str, group: str, policy: Policy) -> Timeline:
    """The future of an open contact. `received` None means that its time cannot be read.

    The earliest deadline among the rating timescales that govern the contact counts.
    """
    if received is None:
        return UNREADABLE
    due: list[tuple[Deadline, str]] = []
    for timescale in governing(policy.timescales, risk, group):
        at = deadline(timescale, received, policy.calendar)
        if at is not None:
            due.append((at, timescale.name))
    if not due:
        return NO_DEADLINE
    first, name = min(due, key=lambda item: item[0].last)
    red = min(_red_clauses(first, policy))
    amber = min(red, *_amber_clauses(first, policy))
    return Timeline(name, first, amber, red, first.last + 1)


def _must_be_seen_before(due: Deadline, policy: Policy) -> int:
    """The first instant at which it is too late for a report to leave the notice: no later one helps."""
    if policy.rules.notice <= 0:
        return due.at
    try:
        return min(due.at, policy.calendar.latest_with_at_least(policy.rules.notice, due.at) + 1)
    except NeverStaffed:
        return LONG_AGO


def _threshold(due: Deadline, left: int, policy: Policy) -> int:
    if not policy.rules.staffed:
        return due.at - left
    try:
        return policy.calendar.earliest_with_at_most(left, due.at)
    except NeverStaffed:
        return LONG_AGO


def _red_clauses(due: Deadline, policy: Policy) -> Sequence[int]:
    left = _threshold(due, policy.rules.red_left, policy)
    if not policy.rules.look_ahead:
        return (left, due.last + 1)
    too_late = _must_be_seen_before(due, policy)
    # from the last report before that on, the *next* one comes too late
    return (left, due.last + 1, policy.schedule.before(too_late) if too_late > LONG_AGO else LONG_AGO)


def _amber_clauses(due: Deadline, policy: Policy) -> Sequence[int]:
    left = _threshold(due, policy.rules.amber_left, policy)
    if not policy.rules.look_ahead:
        return (left,)
    too_late = _must_be_seen_before(due, policy)
    if too_late <= LONG_AGO:
        return (LONG_AGO,)
    return (left, policy.schedule.before(policy.schedule.before(too_late)))


def reason(future: Timeline, now: int, policy: Policy) -> str:
    """Which clause of the rating speaks at this instant, in words a duty worker can use."""
    due, rules, zone = future.deadline, policy.rules, policy.calendar.zone
    if due is None:
        return "time unreadable" if future.red_at is not None else "no deadline for this risk rating"
    left = due.at - now
    level = future.level(now)
    if level is Level.OVERDUE:
        return f"overdue by {duration(now - due.at)}"
    staffed = policy.calendar.staffed(now, due.at)
    if level is Level.GREEN:
        return f"{duration(left)} left"
    if level is Level.RED and staffed == 0:
        return f"{duration(left)} left, none of them staffed" if left >= 3600 else f"{duration(left)} left, not staffed"
    if rules.look_ahead:
        report = policy.schedule.after(now)
        if level is Level.AMBER:
            report = policy.schedule.after(report)
        name = f"the {clock_time(report, now, zone)} report"
        if due.at <= report:
            return f"passes its deadline before {name}"
        after = policy.calendar.staffed(report, due.at)
        if after < rules.notice:
            how_much = f"only {duration(after)} staffed" if after else "no staffed time"
            return f"{how_much} left after {name}"
    threshold = rules.red_left if level is Level.RED else rules.amber_left
    if rules.staffed:
        return f"{duration(staffed)} of staffed time left, {duration(threshold)} is the limit"
    return f"{duration(left)} left, {duration(threshold)} is the limit"


def urgency(contact_id: str, future: Timeline, now: int, calendar: Calendar) -> tuple[int, int, int, str]:
    """A sort key that puts the most urgent first.

    Overdue before red before amber; an unreadable time stands at the top of the reds, because it may be
    overdue; within a level first those whose last staffed chance comes first.
    """
    rank = -future.level(now).rank
    if future.deadline is None:
        return (rank, LONG_AGO, LONG_AGO, contact_id)
    at = future.deadline.at
    return (rank, min(at, calendar.last_staffed_moment(at)), at, contact_id)
