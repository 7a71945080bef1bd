"""When a hub is staffed, which days count, and working time as arithmetic on a table of opening spans.

The table holds opening spans as integer instants with the running sum of open seconds, so that every
question is one or two bisections. It grows by whole years when a question falls outside it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400
_FIRST_YEAR, _LAST_YEAR = 1990, 2199

DaySpans = tuple[tuple[int, int], ...]
"""Opening spans of one weekday, as seconds of the wall clock since midnight; 24:00 is 86,400."""


class OutsideCalendar(ValueError):
    """The question is about a time that no calendar reaches (before 1990 or after 2199)."""


class NeverStaffed(ValueError):
    """Working time was asked of a hub that has no opening hours within reach."""


@lru_cache(maxsize=65_536)
def local_midnight(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local date."""
    return int(datetime.combine(day, time(), zone).timestamp())


def wall(day: date, seconds: int, zone: ZoneInfo) -> int:
    """The instant of a wall-clock time, given as seconds since midnight; 86,400 is the next midnight.

    In the hour that autumn repeats it is the earlier instant; in the hour that spring leaves out it is
    moved forward by the size of the gap.
    """
    days, rest = divmod(seconds, DAY)
    moment = datetime.combine(day + timedelta(days=days), time(), zone) + timedelta(seconds=rest)
    return int(moment.timestamp())


def local(instant: int, zone: ZoneInfo) -> datetime:
    """An instant as an aware local datetime."""
    return datetime.fromtimestamp(instant, zone)


class Calendar:
    """The opening hours of one hub and the working days of its country.

    `week` has seven entries, Monday first. `bank_holidays` close the hub and are no working days;
    `closed` days only close the hub. `known_until` is the last date up to which bank holidays are known.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        week: Sequence[DaySpans],
        bank_holidays: frozenset[date] = frozenset(),
        closed: frozenset[date] = frozenset(),
        known_until: date = date.max,
    ) -> None:
        if len(week) != 7:
            raise ValueError(f"a week has seven days, not {len(week)}")
        self.zone = zone
        self.week = tuple(week)
        self.bank_holidays = bank_holidays
        self.closed = closed
        self.known_until = known_until
        self._years = range(0)
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._opened: list[int] = []  # open seconds before each span
        self._reach = (0, 0)

    @cached_property
    def fingerprint(self) -> str:
        """Everything that this calendar was made from, as text; equal calendars have equal ones."""
        return repr((str(self.zone), self.week, sorted(self.bank_holidays), sorted(self.closed)))

    # days

    def date_of(self, instant: int) -> date:
        """The local date of an instant."""
        return datetime.fromtimestamp(instant, self.zone).date()

    def midnight(self, day: date) -> int:
        """The first instant of a local date."""
        return local_midnight(day, self.zone)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, and no bank holiday of the division."""
        return day.weekday() < 5 and day not in self.bank_holidays

    def spans_of(self, day: date) -> DaySpans:
        """The opening spans of a local date, as wall-clock seconds; empty when the hub is shut all day."""
        if day in self.bank_holidays or day in self.closed:
            return ()
        return self.week[day.weekday()]

    def closing(self, day: date) -> int | None:
        """The instant at which the hub shuts on this local date, or None if it does not open."""
        spans = self.spans_of(day)
        return wall(day, spans[-1][1], self.zone) if spans else None

    # staffed time

    def is_open(self, instant: int) -> bool:
        """Whether the hub is staffed at this instant."""
        index = self._span_before(instant)
        return index >= 0 and instant < self._ends[index]

    def staffed(self, start: int, end: int) -> int:
        """Open seconds from `start` to `end`; 0 when `end` is not later."""
        return max(0, self._open_until(end) - self._open_until(start)) if end > start else 0

    def add(self, start: int, seconds: int) -> int:
        """The earliest instant by which `seconds` of staffed time have passed since `start`.

        Raises NeverStaffed when the hub does not open often enough within the calendar.
        """
        if seconds <= 0:
            return start
        target = self._open_until(start) + seconds
        while target > self._open_seconds():
            self._grow(self._years.stop)
        index = bisect_left(self._opened, target) - 1
        return self._starts[index] + target - self._opened[index]

    def earliest_with_at_most(self, seconds: int, end: int) -> int:
        """The earliest instant from which at most `seconds` of staffed time remain before `end`."""
        target = self._target_before(end, seconds)
        index = max(0, bisect_left(self._opened, target) - 1)
        return self._starts[index] + target - self._opened[index]

    def latest_with_at_least(self, seconds: int, end: int) -> int:
        """The latest instant from which at least `seconds` of staffed time remain before `end`."""
        if seconds <= 0:
            return end
        target = self._target_before(end, seconds)
        index = bisect_right(self._opened, target) - 1
        return self._starts[index] + target - self._opened[index]

    def next_opening(self, instant: int) -> int | None:
        """This instant if the hub is staffed, else when it next opens; None if it never does."""
        index = self._span_before(instant)
        if index >= 0 and instant < self._ends[index]:
            return instant
        while index + 1 >= len(self._starts):
            if not self._can_grow_after():
                return None
            self._grow(self._years.stop)
            index = self._span_before(instant)
        return self._starts[index + 1]

    def last_staffed_moment(self, end: int) -> int:
        """The end of the last staffed time before `end` (`end` itself if the hub is open until then)."""
        index = self._span_before(end - 1)
        while index < 0:
            if self._years.start <= _FIRST_YEAR or not any(self.week):
                return end
            self._grow(self._years.start - 1)
            index = self._span_before(end - 1)
        return min(end, self._ends[index])

    # the table

    def _open_until(self, instant: int) -> int:
        index = self._span_before(instant)
        if index < 0:
            return 0
        return self._opened[index] + min(instant, self._ends[index]) - self._starts[index]

    def _open_seconds(self) -> int:
        return self._opened[-1] + self._ends[-1] - self._starts[-1] if self._starts else 0

    def _target_before(self, end: int, seconds: int) -> int:
        target = self._open_until(end) - seconds
        while target < 0 or not self._starts:
            if self._years.start <= _FIRST_YEAR or not any(self.week):
                raise NeverStaffed("the hub has no opening hours to count back over")
            self._grow(self._years.start - 1)
            target = self._open_until(end) - seconds
        return target

    def _span_before(self, instant: int) -> int:
        """Index of the last span that starts at or before the instant; -1 if there is none."""
        if not self._reach[0] <= instant < self._reach[1]:
            self._cover(instant)
        return bisect_right(self._starts, instant) - 1

    def _cover(self, instant: int) -> None:
        year = datetime.fromtimestamp(instant, UTC).year
        if not self._years:
            self._years = range(year, year)
        for needed in (year - 1, year + 1):  # a margin on each side, so that a short look stays inside
            self._grow(min(max(needed, _FIRST_YEAR), _LAST_YEAR))
        if not self._reach[0] <= instant < self._reach[1]:
            raise OutsideCalendar(f"no calendar reaches the year {year}")

    def _can_grow_after(self) -> bool:
        return self._years.stop <= _LAST_YEAR and any(self.week)

    def _grow(self, year: int) -> None:
        if year > _LAST_YEAR or not any(self.week) and year in self._years:
            raise NeverStaffed("the hub does not open again within the calendar")
        if not _FIRST_YEAR <= year:
            raise OutsideCalendar(f"no calendar reaches the year {year}")
        if year in self._years:
            return
        self._years = range(min(year, self._years.start), max(year + 1, self._years.stop))
        spans: list[tuple[int, int]] = []
        day, last = date(self._years.start, 1, 1), date(self._years.stop, 1, 1)
        while day < last:
            for opens, closes in self.spans_of(day):
                start, end = wall(day, opens, self.zone), wall(day, closes, self.zone)
                if spans and start <= spans[-1][1]:  # 24:00 runs on into the next day
                    spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
                elif end > start:
                    spans.append((start, end))
            day += timedelta(days=1)
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._opened = []
        total = 0
        for start, end in spans:
            self._opened.append(total)
            total += end - start
        self._reach = (self.midnight(date(self._years.start, 1, 1)), self.midnight(last))
