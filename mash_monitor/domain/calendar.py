"""When a hub is staffed, which days count, and working time as arithmetic on a table of opening spans.

The table grows by whole years when a question falls outside it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from mash_monitor.domain.openings import Openings, openings

DAY = 86_400
_ONE_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_FIRST_INSTANT = int(datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
_LAST_INSTANT = int(datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())

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
    midnight = local_midnight(day, zone)
    if local_midnight(day + _ONE_DAY, zone) - midnight == DAY:  # no clock change: all but two days a year
        return midnight + seconds
    return int((datetime.combine(day, time(), zone) + timedelta(seconds=seconds)).timestamp())


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
        self._table: Openings | None = None

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
        table = self._reaching(instant, instant)
        index = table.last_started(instant)
        return index >= 0 and instant < table.ends[index]

    def staffed(self, start: int, end: int) -> int:
        """Open seconds from `start` to `end`; 0 when `end` is not later."""
        if end <= start:
            return 0
        table = self._reaching(start, end)
        return table.seconds_until(end) - table.seconds_until(start)

    def add(self, start: int, seconds: int) -> int:
        """The earliest instant by which `seconds` of staffed time have passed since `start`.

        Raises NeverStaffed when the hub does not open often enough within the calendar.
        """
        if seconds <= 0:
            return start
        table = self._reaching(start, start)
        while (found := table.later(start, seconds)) is None:
            table = self._wider(table, later=1)
        return found

    def earliest_with_at_most(self, seconds: int, end: int) -> int:
        """The earliest instant from which at most `seconds` of staffed time remain before `end`.

        Raises NeverStaffed when the hub has not been open for so long before.
        """
        table = self._counting_back(seconds, end)
        return table.earliest(table.seconds_until(end) - seconds)

    def latest_with_at_least(self, seconds: int, end: int) -> int:
        """The latest instant from which at least `seconds` of staffed time remain before `end`.

        Raises NeverStaffed when the hub has not been open for so long before.
        """
        if seconds <= 0:
            return end
        table = self._counting_back(seconds, end)
        return table.latest(table.seconds_until(end) - seconds)

    def next_opening(self, instant: int) -> int | None:
        """This instant if the hub is staffed, else when it next opens; None if it never does."""
        table = self._reaching(instant, instant)
        index = table.last_started(instant)
        if index >= 0 and instant < table.ends[index]:
            return instant
        try:
            while index + 1 >= len(table.starts):
                table = self._wider(table, later=1)
        except NeverStaffed:
            return None
        return table.starts[index + 1]

    def next_closing(self, instant: int) -> int:
        """This instant if the hub is shut, else when it next shuts, be it for lunch or the night."""
        table = self._reaching(instant, instant)
        index = table.last_started(instant)
        return max(instant, table.ends[index]) if index >= 0 else instant

    def last_staffed_moment(self, end: int) -> int:
        """The end of the last staffed time before `end` (`end` itself if the hub is open until then).

        A hub that was never staffed before has no such moment: `end` stands for it.
        """
        table = self._reaching(end - 1, end - 1)
        try:
            while not table.starts or table.starts[0] >= end:
                table = self._wider(table, earlier=1)
        except NeverStaffed:
            return end
        return min(end, table.ends[table.last_started(end - 1)])

    # the table

    def _reaching(self, first: int, last: int) -> Openings:
        """A table that answers for `first` and `last`; a new one has a year to spare on each side."""
        table = self._table
        if table is not None and table.since <= first and last < table.until:
            return table
        for instant in (first, last):
            if not _FIRST_INSTANT <= instant < _LAST_INSTANT:
                raise OutsideCalendar(f"{instant} is not within the years {_FIRST_YEAR} to {_LAST_YEAR}")
        years = [self.date_of(first).year - 1, self.date_of(last).year + 1, *(table.years if table else ())]
        return self._expanded(range(min(years), max(years) + 1))

    def _counting_back(self, seconds: int, end: int) -> Openings:
        """A table with more than `seconds` of staffed time before `end`."""
        table = self._reaching(end, end)
        while table.seconds_until(end) <= seconds:
            table = self._wider(table, earlier=1)
        return table

    def _wider(self, table: Openings, *, earlier: int = 0, later: int = 0) -> Openings:
        years = range(table.years.start - earlier, table.years.stop + later)
        if not any(self.week) or years.start < _FIRST_YEAR - 1 or years.stop > _LAST_YEAR + 2:
            raise NeverStaffed("the hub has no opening hours within reach: give it some under [hours]")
        return self._expanded(years)

    def _expanded(self, years: range) -> Openings:
        first, following = date(years.start, 1, 1), date(years.stop, 1, 1)
        days = map(date.fromordinal, range(first.toordinal(), following.toordinal()))
        spans = (
            (wall(day, opens, self.zone), wall(day, closes, self.zone))
            for day in days
            for opens, closes in self.spans_of(day)
        )
        self._table = openings(years, self.midnight(first), self.midnight(following), spans)
        return self._table
