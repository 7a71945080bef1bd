"""Who makes contact, when in the week, and how often it becomes a referral.

Published are the share and the conversion of the police. The other sources and all hours are assumptions,
chosen to look like a hub's week and to add up to the published totals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from mash_monitor.domain.calendar import Calendar, wall
from mash_monitor.simulate import published

_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a source writes: relative weights of the seven days, Monday first, and of the 24 hours."""

    days: tuple[float, ...]
    hours: tuple[float, ...]

    def of(self, day: date, calendar: Calendar) -> float:
        """The weight of a date, 1 on average; a bank holiday is like a Sunday."""
        weekday = _SUNDAY if day in calendar.bank_holidays else day.weekday()
        return self.days[weekday] * 7 / sum(self.days)


# Officers send their notices around the clock, most in the day and the evening.
POLICE_SHIFTS = Rhythm(
    (1.05, 0.95, 0.95, 0.95, 1.05, 1.1, 1.05),
    (3, 3, 2, 2, 2, 2, 2, 3, 4, 5, 6, 6, 5, 5, 6, 6, 5, 5, 5, 5, 5, 5, 5, 4),
)
OFFICE = Rhythm((1.1, 1.0, 1.0, 1.0, 1.1, 0, 0), (0,) * 8 + (4, 10, 13, 13, 9, 10, 13, 14, 10, 4) + (0,) * 6)
HOUSEHOLD = Rhythm((1.1, 1.0, 1.0, 1.0, 1.0, 0.6, 0.5), (0,) * 7 + (2, 4, 7, 8, 8, 6, 6, 7, 8, 8, 7, 6, 6, 5, 4, 3, 1))
WARDS = Rhythm((1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.9), (3, 3, 2, 2, 1, 1, 1, 2, *(5,) * 12, 5, 5, 4, 4))


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of source. `code` is the DfE's; `share` is of all contacts, `converted` of its own."""

    code: str
    description: str
    rhythm: Rhythm
    share: float
    converted: float


POLICE = Source(
    "6",
    "West Mercia Police",
    POLICE_SHIFTS,
    published.POLICE_CONTACTS / published.CONTACTS,
    published.POLICE_CONVERTED / published.POLICE_CONTACTS,
)

# code, description, rhythm, relative number of contacts, relative conversion
_OTHERS: Sequence[tuple[str, str, Rhythm, float, float]] = (
    ("2A", "Primary school", OFFICE, 18, 1.0),
    ("2A", "Secondary school", OFFICE, 12, 1.0),
    ("2B", "Education welfare", OFFICE, 3, 0.9),
    ("3A", "GP surgery", OFFICE, 5, 1.1),
    ("3B", "Health visiting", OFFICE, 6, 1.2),
    ("3C", "School nursing", OFFICE, 3, 1.1),
    ("3E", "Emergency department", WARDS, 6, 1.1),
    ("3F", "Midwifery", OFFICE, 4, 1.4),
    ("1A", "Family member", HOUSEHOLD, 8, 0.7),
    ("1B", "Neighbour", HOUSEHOLD, 4, 0.5),
    ("4", "Housing association", OFFICE, 3, 0.7),
    ("5A", "Adult social care", OFFICE, 4, 1.2),
    ("5C", "Another local authority", OFFICE, 4, 1.3),
    ("5D", "Early help", OFFICE, 6, 1.3),
    ("7", "Probation service", OFFICE, 5, 0.9),
    ("8", "Voluntary organisation", OFFICE, 4, 0.8),
    ("9", "Anonymous", HOUSEHOLD, 4, 0.4),
    ("10", "", HOUSEHOLD, 1, 0.6),
)


def _others() -> tuple[Source, ...]:
    """The sources beside the police, scaled to the contacts and referrals that the police leave over."""
    contacts = published.CONTACTS - published.POLICE_CONTACTS
    referrals = published.CONVERTED - published.POLICE_CONVERTED
    total = sum(number for *_, number, _ in _OTHERS)
    average = sum(number * conversion for *_, number, conversion in _OTHERS) / total
    share, converted = contacts / published.CONTACTS / total, referrals / contacts / average
    return tuple(
        Source(code, description, rhythm, number * share, conversion * converted)
        for code, description, rhythm, number, conversion in _OTHERS
    )


OTHERS = _others()
SOURCES = (POLICE, *OTHERS)


def expected(source: Source, day: date, calendar: Calendar) -> float:
    """How many contacts of this source a date brings on average."""
    return source.share * published.CONTACTS / published.DAYS * source.rhythm.of(day, calendar)


def time_of_arrival(source: Source, day: date, calendar: Calendar, random: Random) -> int:
    """An instant on this local date, to the minute, by the hours that the source keeps."""
    hour = random.choices(range(24), source.rhythm.hours)[0]
    return wall(day, hour * 3600 + random.randrange(60) * 60, calendar.zone)
