"""The local days of a period as a table, so that a day's month and its deadlines are looked up, not computed."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.period import Period
from mash_monitor.domain.timescale import Clock, Ends, Timescale, deadline

Ints = NDArray[np.int64]

_NONE = -1  # what stands at place 0

Deadlines = Callable[[Ints, Ints], Ints]
"""Receipts, and the places of their days: the last second at which a decision on each is in time."""


class Days:
    """Each local day of these months by its place, from 1; and by that the place of its month, from 0."""

    def __init__(self, months: Sequence[Period], calendar: Calendar) -> None:
        days = [(_nth(month.start, n), place) for place, month in enumerate(months) for n in range(_length(month))]
        self.midnights = [calendar.midnight(day) for day, _ in days]
        self._months = [_NONE, *(place for _, place in days)]
        self._as_arrays = np.array(self.midnights), np.array(self._months)

    def places(self, received: Ints) -> Ints:
        """The place of the day on which each of these instants lies; all lie within the period."""
        return np.searchsorted(self._as_arrays[0], received, side="right")

    def months_of(self, places: Ints) -> Ints:
        """The place of the month of each of these days."""
        return self._as_arrays[1][places]

    def month_of(self, received: int) -> int:
        """The place of the month in which an instant lies."""
        return self._months[bisect_right(self.midnights, received)]


def deadlines(timescale: Timescale, days: Days, calendar: Calendar) -> Deadlines:
    """How to tell the deadlines of many receipts at once. Where the timescale has none, any will do."""
    seconds = timescale.seconds
    if not timescale.has_deadline or (timescale.clock is Clock.ELAPSED and seconds is not None):
        return lambda received, _: received + (seconds or 0)
    if timescale.clock is Clock.WORKING_DAYS and (timescale.days or timescale.ends is Ends.MIDNIGHT):
        # day 0 apart, which may be over at receipt, it is the date of receipt alone that counts
        table = np.array([_NONE, *(_last(timescale, midnight, calendar) for midnight in days.midnights)])
        return lambda _, places: table[places]
    return lambda received, _: np.array([_last(timescale, at, calendar) for at in received.tolist()])


def _last(timescale: Timescale, received: int, calendar: Calendar) -> int:
    due = deadline(timescale, received, calendar)
    return received if due is None else due.last


def _length(period: Period) -> int:
    return (period.end - period.start).days + 1


def _nth(day: date, number: int) -> date:
    return day + timedelta(days=number)
