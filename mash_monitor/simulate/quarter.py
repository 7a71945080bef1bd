"""The published quarter as contacts: every figure that was printed comes out of them exactly.

What was not printed (other sources, hours of the day, children) is filled in as for any made-up hub.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.domain.calendar import Calendar
from mash_monitor.simulate.cases import case
from mash_monitor.simulate.chance import stream
from mash_monitor.simulate.decisions import assign, decided_at
from mash_monitor.simulate.history import History, reference
from mash_monitor.simulate.native import NativeRow
from mash_monitor.simulate.published import (
    CONTACTS,
    CONVERTED,
    MONTHS,
    POLICE_CONTACTS,
    POLICE_CONVERTED,
    WITHIN_24_HOURS,
    WITHIN_ONE_WORKING_DAY,
    Month,
)
from mash_monitor.simulate.sources import OTHERS, POLICE, Source, expected, time_of_arrival

_OPEN = ((8 * 3600 + 45 * 60, 17 * 3600 + 15 * 60),)
CALENDAR = Calendar(ZoneInfo("Europe/London"), (_OPEN,) * 5 + ((),) * 2, frozenset({date(2020, 1, 1)}))
"""The hub's hours as `rules/herefordshire.toml` has them, and the quarter's only bank holiday."""


class _Arrival(NamedTuple):
    received: int
    source: Source
    converted: bool


def published_quarter() -> Iterator[NativeRow]:
    """Rows of January to March 2020, every contact decided, in order of receipt; the same at each call.

    2,017 contacts, 666, 624 and 727 by month; 331 referrals and enquiries; 887 decided within 24 hours and
    1,775 within one working day.
    """
    random = stream("published quarter")
    arrivals = [arrival for month in MONTHS for arrival in _arrivals(month, random)]
    arrivals.sort(key=lambda arrival: arrival.received)
    paces = assign(
        [arrival.received for arrival in arrivals], WITHIN_24_HOURS, WITHIN_ONE_WORKING_DAY, CALENDAR, random
    )
    day, number = date.min, 0
    for arrival, pace in zip(arrivals, paces, strict=True):
        number = number + 1 if CALENDAR.date_of(arrival.received) == day else 0
        day = CALENDAR.date_of(arrival.received)
        decided = decided_at(pace, arrival.received, CALENDAR, random)
        history = History(
            reference(day, number),
            arrival.received,
            decided,
            arrival.source,
            case(arrival.converted, pace, random),
        )
        yield from history.rows(decided, CALENDAR.zone)


def _arrivals(month: Month, random: Random) -> Iterator[_Arrival]:
    others = month.contacts - month.police_contacts
    # rounded month by month, the other sources' referrals add up to the quarter's
    others_converted = round(others * (CONVERTED - POLICE_CONVERTED) / (CONTACTS - POLICE_CONTACTS))
    yield from _of((POLICE,), month.police_contacts, month.police_converted, month, random)
    yield from _of(OTHERS, others, others_converted, month, random)


def _of(sources: Sequence[Source], contacts: int, converted: int, month: Month, random: Random) -> Iterator[_Arrival]:
    """So many contacts of these sources in a month, so many of them converted, by the week's rhythm."""
    first = date(month.year, month.month, 1)
    days = [day for day in (first + timedelta(number) for number in range(31)) if day.month == month.month]
    slots = [(source, day) for source in sources for day in days]
    weights = [expected(source, day, CALENDAR) for source, day in slots]
    chosen = random.choices(slots, weights, k=contacts)
    for number, (source, day) in enumerate(chosen):
        yield _Arrival(time_of_arrival(source, day, CALENDAR, random), source, converted=number < converted)
