"""Shares in time as a summary shows them: over today, seven days and the month, and week by week.

They select contacts whose *deadline* fell inside: by receipt, today's share would always be 100%.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mash_monitor.domain.calendar import DAY, Calendar
from mash_monitor.domain.contact import Contact
from mash_monitor.domain.measures import Tally, due, verdict
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
    table = [
        Performance(timescale, {name: Tally() for name in spans}, {monday: Tally() for monday in weeks.mondays})
        for timescale in timescales
    ]
    for contact in contacts:
        if contact.received is None or contact.received > now:
            continue
        for row in table:
            at = due(contact, row.timescale, calendar)
            if at is None:
                continue
            found, moment = verdict(contact, at, now), at.earliest.last
            for name, (start, end) in spans.items():
                if start <= moment < end:
                    row.tallies[name].add(found)
            if (monday := weeks.holding(moment)) is not None:
                row.weeks[monday].add(found)
    return table
