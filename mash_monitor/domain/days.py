"""The local days of a period as a table, so that a day's month and its deadlines are looked up, not computed."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import repeat
from operator import add

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.period import Period
from mash_monitor.domain.timescale import Clock, Ends, Timescale, deadline

_NONE = -1  # what stands at place 0

Deadlines = Callable[[Sequence[int], Sequence[int]], Iterator[int]]
"""Receipts, and the places of their days: the last second at which a decision on each is in time."""


class Days:
    """Each local day of these months by its place, from 1; and by that the place of its month, from 0."""

    def __init__(self, months: Sequence[Period], calendar: Calendar) -> None:
        days = [(_nth(month.start, n), place) for place, month in enumerate(months) for n in range(_length(month))]
        self.midnights = [calendar.midnight(day) for day, _ in days]
        self.months = [_NONE, *(place for _, place in days)]

    def places(self, received: Sequence[int]) -> list[int]:
        """The place of the day on which each of these instants lies; all lie within the period, one at least."""
        first, last = (bisect_right(self.midnights, at) for at in (min(received), max(received)))
        if first == last:  # as is usual, where stores give rows by time
            return [first] * len(received)
        return list(map(bisect_right, repeat(self.midnights), received))

    def month_of(self, received: int) -> int:
        """The place of the month in which an instant lies."""
        return self.months[bisect_right(self.midnights, received)]


def deadlines(timescale: Timescale, days: Days, calendar: Calendar) -> Deadlines:
    """How to tell the deadlines of many receipts at once. Where the timescale has none, any will do."""
    seconds = timescale.seconds
    if not timescale.has_deadline or (timescale.clock is Clock.ELAPSED and seconds is not None):
        return lambda received, _: map(add, received, repeat(seconds or 0))
    if timescale.clock is Clock.WORKING_DAYS and (timescale.days or timescale.ends is Ends.MIDNIGHT):
        # day 0 apart, which may be over at receipt, it is the date of receipt alone that counts
        table = [_NONE, *(_last(timescale, midnight, calendar) for midnight in days.midnights)]
        return lambda _, places: map(table.__getitem__, places)
    return lambda received, _: (_last(timescale, at, calendar) for at in received)


def _last(timescale: Timescale, received: int, calendar: Calendar) -> int:
    due = deadline(timescale, received, calendar)
    return received if due is None else due.last


def _length(period: Period) -> int:
    return (period.end - period.start).days + 1


def _nth(day: date, number: int) -> date:
    return day + timedelta(days=number)
