"""Stretches of local dates that people ask figures for."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from mash_monitor.domain.calendar import Calendar

_ONE_DAY = timedelta(days=1)
_APRIL = 4


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates from `start` to `end`, both inclusive, and how people call them."""

    start: date
    end: date
    name: str

    def months(self) -> list["Period"]:
        """The calendar months of the period, clipped to it."""
        months, day = [], self.start
        while day <= self.end:
            last = day.replace(day=monthrange(day.year, day.month)[1])
            months.append(Period(day, min(self.end, last), f"{day:%Y-%m}"))
            day = last + _ONE_DAY
        return months

    def previous(self) -> "Period":
        """The period before: as many whole months where it is whole months, else as many days."""
        if self.start.day == 1 and (self.end + _ONE_DAY).day == 1:
            start = self.start
            for _ in self.months():
                start = (start - _ONE_DAY).replace(day=1)
        else:
            start = self.start - (self.end - self.start) - _ONE_DAY
        return Period(start, self.start - _ONE_DAY, "the period before")

    def to_date(self) -> "Period":
        """From the first of April of its financial year to its own end."""
        first = date(self.end.year - (self.end.month < _APRIL), _APRIL, 1)
        return Period(first, self.end, f"{first.year}-{(first.year + 1) % 100:02} to date")

    def year_before(self) -> "Period":
        """The same dates a year earlier; the last day of February stands for the 29th."""
        return Period(_year_before(self.start), _year_before(self.end), "the year before")

    def bounds(self, calendar: Calendar) -> tuple[int, int]:
        """The instants [start, end) of the period in the hub's local time."""
        return calendar.midnight(self.start), calendar.midnight(self.end + _ONE_DAY)


def _year_before(day: date) -> date:
    last_of_month = (day + _ONE_DAY).day == 1
    year = day.year - 1
    return date(year, day.month, monthrange(year, day.month)[1] if last_of_month else day.day)
