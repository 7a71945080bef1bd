"""The rating by time left: which instants turn a contact amber, red and overdue, and why.

Within one schedule and one rule pack each clause of the rating collapses to an instant, because the look
ahead to the next report only ever moves forward. So a contact's whole future is three instants, its
Timeline, and a pass only compares.
"""

from dataclasses import dataclass
from enum import StrEnum

from mash_monitor.domain.calendar import Calendar, NeverStaffed, OutsideCalendar
from mash_monitor.domain.reports import ReportSchedule
from mash_monitor.domain.timescale import Deadline, Timescale, deadline, governing
from mash_monitor.domain.words import clock_time, duration

LONG_AGO = 0
"""An instant before every other: something that has held from first sight."""
NEVER = 2**62
"""An instant after every other."""


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
              sorted(t.risks or ()), t.risks is None, sorted(t.groups or ()), t.groups is None)
             for t in rating],
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

    The earliest deadline among the rating timescales that govern the contact counts. A received time that
    no calendar reaches, such as 1 January 1900, is no better than an unreadable one.
    """
    if received is None:
        return UNREADABLE
    try:
        return _future(received, risk, group, policy)
    except OutsideCalendar:
        return UNREADABLE


def _future(received: int, risk: str, group: str, policy: Policy) -> Timeline:
    due: list[tuple[Deadline, str]] = []
    for timescale in governing(policy.timescales, risk, group):
        at = deadline(timescale, received, policy.calendar)
        if at is not None:
            due.append((at, timescale.name))
    if not due:
        return NO_DEADLINE
    first, name = min(due, key=lambda item: item[0].last)
    red = _holds_from(first, policy.rules.red_left, 1, policy)
    amber = _holds_from(first, policy.rules.amber_left, 2, policy)
    return Timeline(name, first, min(amber, red), red, first.last + 1)


def _holds_from(due: Deadline, left: int, reports: int, policy: Policy) -> int:
    """The first instant with at most `left` to go, or with the report so many ahead coming too late."""
    rules, calendar = policy.rules, policy.calendar
    try:
        threshold = calendar.earliest_with_at_most(left, due.at) if rules.staffed else due.at - left
        if not rules.look_ahead:
            return threshold
        # the first instant at which a report comes too late: at the deadline, or without the notice before it
        too_late = min(due.at, calendar.latest_with_at_least(rules.notice, due.at) + 1)
    except NeverStaffed:
        return LONG_AGO
    for _ in range(reports):  # from the last report before that on, the *next* one comes too late
        too_late = policy.schedule.before(too_late)
    return min(threshold, too_late)


def reason(future: Timeline, now: int, policy: Policy) -> str:
    """Which clause of the rating speaks at this instant, in words a duty worker can use."""
    due, rules, zone = future.deadline, policy.rules, policy.calendar.zone
    if due is None:
        return "time unreadable" if future.red_at is not None else "no deadline for this risk rating"
    left = due.at - now
    level = future.level(now)
    if level is Level.OVERDUE:
        return f"overdue by {duration(now - due.last)}"
    staffed = policy.calendar.staffed(now, due.at)
    if level is Level.GREEN:
        return f"{duration(left)} left"
    if level is Level.RED and staffed == 0:
        return f"{duration(left)} left, {'none of them' if left >= 3600 else 'not'} staffed"
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
    overdue; within a level first those whose last staffed chance comes first. Without a deadline: last.
    """
    rank = -future.level(now).rank
    if future.deadline is None:
        when = LONG_AGO if future.red_at is not None else NEVER
        return (rank, when, when, contact_id)
    at = future.deadline.at
    return (rank, calendar.last_staffed_moment(at), at, contact_id)
