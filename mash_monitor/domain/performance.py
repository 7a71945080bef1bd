"""Shares in time as a summary shows them: over today, seven days and the month, and week by week.

They select contacts whose *deadline* fell inside: by receipt, today's share would always be 100%.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mash_monitor.domain.calendar import DAY, Calendar
from mash_monitor.domain.contact import Contact
from mash_monitor.domain.measures import Tally, Verdict, due, verdict
from mash_monitor.domain.timescale import Timescale, deadline
from mash_monitor.domain.weeks import Weeks

_ONE_DAY = timedelta(days=1)


def windows(now: int, calendar: Calendar) -> dict[str, tuple[int, int]]:
    """The windows of a summary, [start, end): they select contacts whose deadline falls inside.

    All end with the local day of `now`; "month" starts on its first.
    """
    today = calendar.date_of(now)
    end = calendar.midnight(today + _ONE_DAY)
    return {
        "today": (calendar.midnight(today), end),
        "last_7_days": (calendar.midnight(today - 6 * _ONE_DAY), end),
        "month": (calendar.midnight(today.replace(day=1)), end),
    }


def earliest_receipt(timescales: Sequence[Timescale], start: int, calendar: Calendar) -> int:
    """An instant of receipt before which no deadline of these timescales reaches `start`."""
    back = 7 * DAY
    while any(
        at.last >= start for timescale in timescales if (at := deadline(timescale, start - back, calendar)) is not None
    ):
        back *= 2
    return start - back


@dataclass(frozen=True, slots=True)
class Performance:
    """One timescale's tallies over the windows of a summary, by name, and over weeks, by their Mondays."""

    timescale: Timescale
    tallies: dict[str, Tally]
    weeks: dict[date, Tally] = field(default_factory=dict)


def performance(
    contacts: Iterable[Contact], timescales: Sequence[Timescale], calendar: Calendar, now: int, weeks: Weeks
) -> list[Performance]:
    """Tally every timescale over today, the last seven days and the month, and over each of the weeks.

    `contacts` are those received since `earliest_receipt` of the start of it all, in any order.
    """
    spans = windows(now, calendar)
    # Windows and weeks overlap: contacts are counted between the edges of all, and these stretches then added up.
    edges = sorted({*weeks.bounds, *(edge for span in spans.values() for edge in span)})
    counts = [Counter[tuple[int, Verdict]]() for _ in timescales]
    for contact in contacts:
        if contact.received is None or contact.received > now:
            continue
        for timescale, counted in zip(timescales, counts, strict=True):
            if (at := due(contact, timescale, calendar)) is not None:
                counted[bisect_right(edges, at.earliest.last), verdict(contact, at, now)] += 1
    table = []
    for timescale, counted in zip(timescales, counts, strict=True):
        row = Performance(timescale, {name: Tally() for name in spans}, {monday: Tally() for monday in weeks.mondays})
        for (place, found), number in counted.items():
            for tally in _tallies(row, edges[place - 1], spans, weeks) if place else ():  # 0 is before all of them
                tally.add(found, number)
        table.append(row)
    return table


def _tallies(row: Performance, moment: int, spans: Mapping[str, tuple[int, int]], weeks: Weeks) -> Iterator[Tally]:
    """Those in which a contact counts that was due at this moment."""
    for name, (start, end) in spans.items():
        if start <= moment < end:
            yield row.tallies[name]
    if (monday := weeks.holding(moment)) is not None:
        yield row.weeks[monday]
