"""Timescales: rules that turn a received time into a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from mash_monitor.domain.calendar import Calendar, NeverStaffed
from mash_monitor.domain.contact import UNMAPPED
from mash_monitor.domain.words import duration, moment


class Clock(StrEnum):
    """How a timescale counts."""

    ELAPSED = "elapsed"
    WORKING_HOURS = "working-hours"
    WORKING_DAYS = "working-days"


class Ends(StrEnum):
    """Where the last working day ends."""

    MIDNIGHT = "midnight"
    CLOSE = "close"


class Deadline(NamedTuple):
    """When a decision is due. A midnight deadline is exclusive: a decision at that instant is late."""

    at: int
    exclusive: bool = False

    @property
    def last(self) -> int:
        """The last second at which a decision is in time."""
        return self.at - 1 if self.exclusive else self.at


@dataclass(frozen=True, slots=True)
class Timescale:
    """One rule of a pack. `seconds` counts for hours, `days` for working days; both None: no deadline.

    `rates` says that it decides the rating; otherwise it is measured side by side only. `risks` and
    `groups` limit it to those risk ratings and source groups.
    """

    name: str
    clock: Clock
    seconds: int | None = None
    days: int | None = None
    ends: Ends = Ends.MIDNIGHT
    open_days_only: bool = False
    runs_past_closing: bool = False
    rates: bool = True
    target_pct: float | None = None
    risks: frozenset[str] | None = None
    groups: frozenset[str] | None = None

    @property
    def has_deadline(self) -> bool:
        """False where the pack says "none": contacts of this risk have no deadline."""
        return self.seconds is not None or self.days is not None

    def applies(self, risk: str, group: str) -> bool:
        """Whether the timescale is meant for this risk and source group; an unmapped risk meets all."""
        if self.groups is not None and group not in self.groups:
            return False
        return self.risks is None or risk in self.risks or (risk == UNMAPPED and self.has_deadline)


class Step(NamedTuple):
    """One step of the way from receipt to deadline, for people."""

    at: int
    what: str


def deadline(timescale: Timescale, received: int, calendar: Calendar) -> Deadline | None:
    """When a contact received at this instant is due; None where the timescale sets no deadline.

    Raises NeverStaffed where working time is asked of a hub that does not open.
    """
    if timescale.clock is Clock.WORKING_DAYS:
        return None if timescale.days is None else _end_of_day(timescale, received, calendar)
    if timescale.seconds is None:
        return None
    if timescale.clock is Clock.ELAPSED:
        return Deadline(received + timescale.seconds)
    if timescale.runs_past_closing:
        return Deadline(_started(received, calendar) + timescale.seconds)
    return Deadline(calendar.add(received, timescale.seconds))


def governing(timescales: Sequence[Timescale], risk: str, group: str) -> list[Timescale]:
    """The rating timescales that govern such a contact.

    Where none was meant for it, all of those that set a deadline do: in doubt the strictest counts.
    """
    rating = [timescale for timescale in timescales if timescale.rates]
    return [timescale for timescale in rating if timescale.applies(risk, group)] or [
        timescale for timescale in rating if timescale.has_deadline
    ]


def steps(timescale: Timescale, received: int, calendar: Calendar) -> list[Step]:
    """The way to the deadline in words, from receipt on."""
    zone = calendar.zone
    due = deadline(timescale, received, calendar)
    trail = [Step(received, f"received {moment(received, zone)}")]
    if due is None:
        return [*trail, Step(received, "no deadline for this risk rating")]
    if timescale.clock is Clock.ELAPSED:
        return [*trail, Step(due.at, f"{duration(due.at - received)} elapsed: due {moment(due.at, zone)}")]
    if timescale.clock is Clock.WORKING_HOURS:
        return [*trail, *_working_hours_steps(timescale, received, due, calendar)]
    day = calendar.date_of(received)
    for number in range(1, (timescale.days or 0) + 1):
        day = _next_counted_day(timescale, day, calendar)
        trail.append(Step(calendar.midnight(day), f"day {number} is {day:%a} {day.day} {day:%b}"))
    where = "midnight at the end of that day" if due.exclusive else "closing time"
    return [*trail, Step(due.at, f"due by {where}, {moment(due.at, zone)}")]


def _working_hours_steps(timescale: Timescale, received: int, due: Deadline, calendar: Calendar) -> list[Step]:
    zone, needed = calendar.zone, timescale.seconds or 0
    start = _started(received, calendar)
    trail = [Step(start, f"the hub opens {moment(start, zone)}")] if start > received else []
    if timescale.runs_past_closing:
        how = f"{duration(needed)} from then, past closing time too"
        return [*trail, Step(due.at, f"{how}: due {moment(due.at, zone)}")]
    day, counted = calendar.date_of(start), 0
    while (closing := calendar.closing(day)) is None or closing < due.at:
        today = calendar.staffed(max(start, calendar.midnight(day)), closing) if closing is not None else 0
        if closing is not None and today:
            counted += today
            trail.append(Step(closing, f"closes {moment(closing, zone)}, {duration(counted)} counted"))
        day += timedelta(days=1)
    return [*trail, Step(due.at, f"{duration(needed)} staffed: due {moment(due.at, zone)}")]


def _started(received: int, calendar: Calendar) -> int:
    """When the hub takes the contact up: at once where it is open, else when it next opens."""
    start = calendar.next_opening(received)
    if start is None:
        raise NeverStaffed("working hours are asked of a hub that never opens: give it some under [hours]")
    return start


def _next_counted_day(timescale: Timescale, day: date, calendar: Calendar) -> date:
    while True:
        day += timedelta(days=1)
        if calendar.is_working_day(day) and (not timescale.open_days_only or calendar.spans_of(day)):
            return day


def _end_of_day(timescale: Timescale, received: int, calendar: Calendar) -> Deadline:
    """Day 1 is the first counted day after the date of receipt; day 0 is that date itself."""
    day = calendar.date_of(received)
    for _ in range(timescale.days or 0):
        day = _next_counted_day(timescale, day, calendar)
    midnight = calendar.midnight(day + timedelta(days=1))
    closing = calendar.closing(day) if timescale.ends is Ends.CLOSE else None
    if closing is not None and received <= closing < midnight:
        return Deadline(closing)
    # no closing time that day, already past, or 24:00: the day itself ends at midnight
    return Deadline(midnight, exclusive=True)
