"""The weeks of a trend: Monday to Sunday in the hub's local time, up to and with that of one instant."""

from bisect import bisect_right
from datetime import date, timedelta
from typing import NamedTuple

from mash_monitor.domain.calendar import Calendar

A_QUARTER = 13
"""Weeks that a summary looks back."""


class Weeks(NamedTuple):
    """Weeks in order, by the local dates of their Mondays. `bounds` are the instants at which they begin, and
    last the one at which the newest ends.
    """

    mondays: tuple[date, ...]
    bounds: tuple[int, ...]

    @classmethod
    def until(cls, now: int, calendar: Calendar, number: int = A_QUARTER) -> "Weeks":
        """So many weeks, the last of which holds `now`."""
        today = calendar.date_of(now)
        newest = today - timedelta(days=today.weekday())
        days = [newest + timedelta(weeks=week) for week in range(1 - number, 2)]
        return cls(tuple(days[:-1]), tuple(map(calendar.midnight, days)))

    @property
    def start(self) -> int:
        """The instant at which the first week begins."""
        return self.bounds[0]

    def holding(self, instant: int) -> date | None:
        """The Monday of the week that holds the instant; None outside of all of them."""
        index = bisect_right(self.bounds, instant) - 1
        return self.mondays[index] if 0 <= index < len(self.mondays) else None
