"""A made-up hub's contacts over any time: each week its own, whatever is asked and whenever."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from mash_monitor.domain.calendar import Calendar
from mash_monitor.simulate import published
from mash_monitor.simulate.cases import case
from mash_monitor.simulate.chance import poisson, spread, stream
from mash_monitor.simulate.decisions import assign, decided_at
from mash_monitor.simulate.dirt import spoil
from mash_monitor.simulate.history import History, reference
from mash_monitor.simulate.native import NativeRow
from mash_monitor.simulate.sources import SOURCES, Source, expected, time_of_arrival

_IN_24_HOURS = published.WITHIN_24_HOURS / published.CONTACTS
_IN_ONE_DAY = published.WITHIN_ONE_WORKING_DAY / published.CONTACTS


def contacts(seed: int, start: int, end: int, now: int, calendar: Calendar) -> Iterator[NativeRow]:
    """Rows of the contacts received from `start` to before `end`, and no later than `now`, in that order.

    All three are instants. What a week brings and how it ends follows from the seed and its date alone, so
    that a look at another `now` sees the same history; decisions after `now` are left open. A few rows are
    spoilt as real ones are. Raises NeverStaffed where the hub does not open.
    """
    last = min(end - 1, now)
    first_day = calendar.date_of(start)
    monday = first_day - timedelta(days=first_day.weekday())
    while calendar.midnight(monday) <= last:
        for history in week(seed, monday, calendar):
            if start <= history.received <= last:
                fault = stream(seed, "fault", history.contact_id).random()
                for row in history.rows(now, calendar.zone):
                    yield spoil(row, history.received, fault, calendar.zone)
        monday += timedelta(days=7)


def week(seed: int, monday: date, calendar: Calendar) -> list[History]:
    """The contacts received in the week that starts on this Monday, in order of receipt."""
    random = stream(seed, monday)
    days = (monday + timedelta(days=number) for number in range(7))
    arrivals = [arrival for day in days for arrival in _arrivals(day, calendar, random)]
    # good and bad weeks, evenly mixed: over months they come to the published shares
    strain = 2 * spread(stream(seed).random(), monday.toordinal() // 7) - 1
    paces = assign(
        [received for _, received, _ in arrivals],
        prompt=round(len(arrivals) * (_IN_24_HOURS - 0.09 * strain)),
        in_one_day=round(len(arrivals) * (_IN_ONE_DAY - 0.05 * strain)),
        calendar=calendar,
        random=random,
    )
    return [
        History(
            contact_id,
            received,
            decided_at(pace, received, calendar, random),
            source,
            case(random.random() < source.converted, pace, random),
        )
        for (contact_id, received, source), pace in zip(arrivals, paces, strict=True)
    ]


def _arrivals(day: date, calendar: Calendar, random: Random) -> Iterator[tuple[str, int, Source]]:
    """What one local date brings, in order of receipt: reference, instant, source."""
    volumes = [expected(source, day, calendar) for source in SOURCES]
    chosen = random.choices(SOURCES, volumes, k=poisson(sum(volumes), random))
    received = [(time_of_arrival(source, day, calendar, random), source) for source in chosen]
    for number, (instant, source) in enumerate(sorted(received, key=lambda arrival: arrival[0])):
        yield reference(day, number), instant, source
