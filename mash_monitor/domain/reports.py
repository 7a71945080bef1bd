"""When a hub reports: the slots of its schedule as instants."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from mash_monitor.domain.calendar import Calendar, wall

_LONGEST_GAP_YEARS = 3


class ReportDays(StrEnum):
    """On which local dates there are reports, where it is not a list of weekdays."""

    ALL = "all"
    OPEN = "open"


class NoReports(ValueError):
    """The schedule has no report within reach of the question."""


class _Slots(NamedTuple):
    """The slots of some whole years; never changed, so that threads may share it."""

    years: range
    since: int
    until: int
    slots: list[int]


class ReportSchedule:
    """The report slots of one hub.

    `times` are seconds since local midnight; `days` is all dates, open dates, or a set of weekdays
    (Monday is 0). Slots are expanded a year at a time, when a question asks for them.
    """

    def __init__(
        self, calendar: Calendar, times: Sequence[int], days: ReportDays | frozenset[int] = ReportDays.ALL
    ) -> None:
        self.calendar = calendar
        self.times = tuple(sorted(set(times)))
        self.days = days
        self._table: _Slots | None = None

    @property
    def fingerprint(self) -> str:
        """Everything that the slots follow from, beside the calendar, as text."""
        days = self.days.value if isinstance(self.days, ReportDays) else sorted(self.days)
        return repr((self.times, days))

    def after(self, instant: int) -> int:
        """The first slot strictly after the instant. Raises NoReports."""
        table = self._reaching(instant, instant)
        for _ in range(1 + _LONGEST_GAP_YEARS):
            index = bisect_right(table.slots, instant)
            if index < len(table.slots):
                return table.slots[index]
            table = self._expanded(range(table.years.start, table.years.stop + 1))
        raise NoReports("the schedule has no further report")

    def before(self, instant: int) -> int:
        """The last slot strictly before the instant. Raises NoReports."""
        table = self._reaching(instant, instant)
        for _ in range(1 + _LONGEST_GAP_YEARS):
            index = bisect_left(table.slots, instant) - 1
            if index >= 0:
                return table.slots[index]
            table = self._expanded(range(table.years.start - 1, table.years.stop))
        raise NoReports("the schedule has no earlier report")

    def within(self, start: int, end: int) -> list[int]:
        """The slots after `start`, up to and including `end`."""
        slots = self._reaching(start, end).slots
        return slots[bisect_right(slots, start) : bisect_right(slots, end)]

    def _reaching(self, first: int, last: int) -> "_Slots":
        table = self._table
        if table is not None and table.since <= first and last < table.until:
            return table
        around = (self.calendar.date_of(first).year, self.calendar.date_of(last).year)
        years = [*around, *(table.years if table else ())]
        return self._expanded(range(min(years), max(years) + 1))

    def _expanded(self, years: range) -> "_Slots":
        first, following = date(years.start, 1, 1), date(years.stop, 1, 1)
        slots = [
            wall(day, seconds, self.calendar.zone)
            for day in map(date.fromordinal, range(first.toordinal(), following.toordinal()))
            if self._reports_on(day)
            for seconds in self.times
        ]
        self._table = _Slots(years, self.calendar.midnight(first), self.calendar.midnight(following), slots)
        return self._table

    def _reports_on(self, day: date) -> bool:
        if isinstance(self.days, ReportDays):
            return self.days is ReportDays.ALL or bool(self.calendar.spans_of(day))
        return day.weekday() in self.days
