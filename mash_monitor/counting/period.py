"""The contacts of one period, by month: what a scorecard shows of them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from mash_monitor.counting.cells import CODED, Cells, Codes
from mash_monitor.counting.days import Days, Ints, deadlines
from mash_monitor.counting.sums import Sum
from mash_monitor.counting.visits import WITHIN, Visits, hashed
from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.case import STILL_OPEN, Plain, Traits, of_contact, traits_of
from mash_monitor.domain.contact import Contact, Mark
from mash_monitor.domain.figures import TAIL, Whole
from mash_monitor.domain.measures import Verdict, due, verdict
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import NO_TEAM
from mash_monitor.domain.timescale import Timescale

Times = Callable[[Sequence[bool]], Sequence[int]]
"""The times of receipt of those rows of a chunk for which there stands True."""

_LATE, _IN_TIME, _NOT_YET_DUE = map(CODED.index, (Verdict.LATE, Verdict.IN_TIME, Verdict.NOT_YET_DUE))


class Counting:
    """The contacts of one period, by month, as they stood at `now`."""

    def __init__(self, period: Period, timescales: Sequence[Timescale], calendar: Calendar, now: int) -> None:
        self._timescales = tuple(timescales)
        self._measured = (*timescales, TAIL)
        self._calendar = calendar
        self._now = now
        self._start, self._end = period.bounds(calendar)
        self._months = period.months()
        self._days = Days(self._months, calendar)
        self._deadlines = [deadlines(timescale, self._days, calendar) for timescale in self._measured]
        self._cells = Cells(len(self._months), len(self._measured))
        self._visits = Visits(self._start, len(self._months))

    def add(self, contact: Contact) -> None:
        """Count one contact, unless it was received outside the period or after `now`.

        One of the year before the period only makes the period's contacts about the same children repeats.
        """
        received = contact.received
        if received is None or received >= self._end or received > self._now:
            return
        if received < self._start:
            self._visits.before(hashed(contact.persons), np.full(len(contact.persons), received))
            return
        traits, month = of_contact(contact), self._days.month_of(received)
        undecided = contact.decided is None or contact.decided.earliest > self._now
        if undecided and contact.decided is not None:  # as it stood at `now`
            traits = traits_of(traits.group, traits.risk, traits.teams, None, converted=False)
        cell = self._cells.cell(month, traits)
        cell.contacts += 1
        for tally, timescale in zip(cell.tallies, self._measured, strict=True):
            last = due(contact, timescale, self._calendar)
            if last is not None:
                tally.add(verdict(contact, last, self._now))
        if undecided and Mark.VOLUME_ONLY not in contact.marks:
            cell.add_open(1, received)
        self._visits.add(contact.persons, contact.children - len(contact.persons), received, month)

    def extend(self, plain: Plain) -> None:
        """Count contacts about which nothing is doubtful, all received within the period and by `now`."""
        if not plain.received:
            return
        received, decided = np.array(plain.received), np.array(plain.decided)
        days = self._days.places(received)
        months = self._days.months_of(days)
        verdicts = [self._verdicts(decided, of(received, days)) for of in self._deadlines]
        self._cells.extend(months, plain.traits, verdicts)
        for place in np.flatnonzero(decided == STILL_OPEN).tolist():
            self._cells.cell(int(months[place]), plain.traits[place]).add_open(1, plain.received[place])
        self._visits.extend(plain.persons, received, months, plain.siblings)

    @property
    def year_before(self) -> tuple[int, int]:
        """The instants [start, end) whose contacts make some of the period's repeats."""
        return self._start - WITHIN, self._start

    def came_before(self, children: Ints, times: Times) -> None:
        """Children, `hashed`, and when they were seen: it makes the period's contacts about them repeats.

        Call it when all of the period's contacts have been counted, for the times of others are not asked for.
        """
        known = self._visits.may_know(children)
        if known.any():
            self._visits.before(children[known], np.array(times(known.tolist())))

    def counted(self) -> tuple[Whole, list[tuple[Period, Whole]]]:
        """The figures of the period, and of each of its months."""
        children, by_month, repeats = self._visits.counted()
        total = self._whole(range(len(self._months)), children, None if repeats is None else sum(repeats))
        return total, [
            (month, self._whole([place], by_month[place], None if repeats is None else repeats[place]))
            for place, month in enumerate(self._months)
        ]

    def _whole(self, months: Collection[int], children: int, repeats: int | None) -> Whole:
        total = Sum(self._timescales)
        groups, teams, risks = parts = [defaultdict[str, Sum](lambda: Sum(self._timescales)) for _ in range(3)]

        def sums(traits: Traits) -> Iterator[Sum]:
            yield total
            yield groups[traits.group]
            yield risks[traits.risk]
            for team in traits.teams or (NO_TEAM,):
                yield teams[team]

        for (month, traits), cell in self._cells.counted().items():
            if month in months:
                for one in sums(traits):
                    one.add(traits, cell)
        by_group, by_team, by_risk = ({name: one.figures() for name, one in part.items()} for part in parts)
        return total.whole(children, repeats, by_group, by_team, by_risk)

    def _verdicts(self, decided: Ints, last: Ints) -> Codes:
        overdue = last < self._now
        codes = np.where(overdue, np.uint8(_LATE), np.uint8(_NOT_YET_DUE))
        codes[decided <= last] = _IN_TIME
        return codes
