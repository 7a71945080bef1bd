"""When a hub reports: the slots of its schedule as instants."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from mash_monitor.domain.calendar import Calendar, wall

_LONGEST_GAP_YEARS = 3


class ReportDays(StrEnum):
    """On which local dates there are reports, where it is not a list of weekdays."""

    ALL = "all"
    OPEN = "open"


class NoReports(ValueError):
    """The schedule has no report within reach of the question."""


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
        self._slots: list[int] = []
        self._years = range(0)
        self._reach = (0, 0)

    @property
    def fingerprint(self) -> str:
        """Everything that the slots follow from, beside the calendar, as text."""
        days = self.days.value if isinstance(self.days, ReportDays) else sorted(self.days)
        return repr((self.times, days))

    def after(self, instant: int) -> int:
        """The first slot strictly after the instant. Raises NoReports."""
        self._cover(instant)
        for _ in range(_LONGEST_GAP_YEARS):
            index = bisect_right(self._slots, instant)
            if index < len(self._slots):
                return self._slots[index]
            self._grow(self._years.stop)
        raise NoReports("the schedule has no further report")

    def before(self, instant: int) -> int:
        """The last slot strictly before the instant. Raises NoReports."""
        self._cover(instant)
        for _ in range(_LONGEST_GAP_YEARS):
            index = bisect_left(self._slots, instant) - 1
            if index >= 0:
                return self._slots[index]
            self._grow(self._years.start - 1)
        raise NoReports("the schedule has no earlier report")

    def within(self, start: int, end: int) -> list[int]:
        """The slots after `start`, up to and including `end`."""
        self._cover(start)
        self._cover(end)
        return self._slots[bisect_right(self._slots, start) : bisect_right(self._slots, end)]

    def _cover(self, instant: int) -> None:
        if self._reach[0] <= instant < self._reach[1]:
            return
        year = self.calendar.date_of(instant).year
        for needed in (year - 1, year + 1):  # a margin, so that the neighbouring slots are there too
            self._grow(needed)

    def _grow(self, year: int) -> None:
        if year in self._years:
            return
        years = self._years or range(year, year)
        self._years = range(min(year, years.start), max(year + 1, years.stop))
        slots: list[int] = []
        day, last = date(self._years.start, 1, 1), date(self._years.stop, 1, 1)
        self._reach = (self.calendar.midnight(day), self.calendar.midnight(last))
        while day < last:
            if self._reports_on(day):
                slots.extend(wall(day, seconds, self.calendar.zone) for seconds in self.times)
            day += timedelta(days=1)
        self._slots = slots

    def _reports_on(self, day: date) -> bool:
        if isinstance(self.days, ReportDays):
            return self.days is ReportDays.ALL or bool(self.calendar.spans_of(day))
        return day.weekday() in self.days
