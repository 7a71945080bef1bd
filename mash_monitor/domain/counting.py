"""Counts the contacts of a period, whole columns of them at a time where nothing about them is doubtful.

What is kept is one number for each month, traits and verdicts that occur together: it grows with what there
is to tell apart, not with the contacts. England's quarter is 600,000 of them, hence the columns.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress
from operator import le

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.case import STILL_OPEN, Plain, Traits, of_contact, traits_of
from mash_monitor.domain.contact import Contact, Mark
from mash_monitor.domain.days import Days, deadlines
from mash_monitor.domain.figures import TAIL, Sum, Whole
from mash_monitor.domain.measures import Verdict, due, verdict
from mash_monitor.domain.performance import earliest_receipt
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import NO_TEAM
from mash_monitor.domain.timescale import Timescale
from mash_monitor.domain.visits import WITHIN, Visits

Times = Callable[[Sequence[int]], Sequence[int]]
"""The times of receipt of those of a chunk for which a number is given, not 0."""
Cell = tuple[int, Traits, *tuple[Verdict | bool | None, ...]]
"""A month by its place, the traits, and a verdict a timescale: True for in time, False for late."""


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
        self._settled = earliest_receipt(self._measured, now, calendar)
        self._cells: Counter[Cell] = Counter()
        self._open: dict[tuple[int, Traits], tuple[int, int]] = {}
        self._visits = Visits(self._start, len(self._months))

    def add(self, contact: Contact) -> None:
        """Count one contact, unless it was received outside the period or after `now`.

        One of the year before the period only makes the period's contacts about the same children repeats.
        """
        received = contact.received
        if received is None or received >= self._end or received > self._now:
            return
        if received < self._start:
            self._visits.before(contact.persons, [received] * len(contact.persons))
            return
        traits, month = of_contact(contact), self._days.month_of(received)
        undecided = contact.decided is None or contact.decided.earliest > self._now
        if undecided and contact.decided is not None:  # as it stood at `now`
            traits = traits_of(traits.group, traits.risk, traits.teams, None, converted=False)
        verdicts = (self._verdict_on(contact, timescale) for timescale in self._measured)
        self._cells[month, traits, *verdicts] += 1
        if undecided and Mark.VOLUME_ONLY not in contact.marks:
            self._add_open(month, traits, received)
        self._visits.add(contact.persons, contact.children - len(contact.persons), received, month)

    def extend(self, plain: Plain) -> None:
        """Count contacts about which nothing is doubtful, all received within the period and by `now`."""
        received, decided, traits, persons, siblings = plain
        if not received:
            return
        days = self._days.places(received)
        months = list(map(self._days.months.__getitem__, days))
        last = (of(received, days) for of in self._deadlines)
        if max(received) < self._settled:  # whatever is not decided in time is late by now
            verdicts: list[Iterable[Verdict | bool]] = [map(le, decided, ends) for ends in last]
        else:
            verdicts = [map(self._verdict_at, decided, ends) for ends in last]
        self._cells.update(zip(months, traits, *verdicts, strict=True))
        if STILL_OPEN in decided:
            for at, month, kind, came in zip(decided, months, traits, received, strict=True):
                if at == STILL_OPEN:
                    self._add_open(month, kind, came)
        self._visits.extend(persons, received, months, siblings)

    @property
    def year_before(self) -> tuple[int, int]:
        """The instants [start, end) whose contacts make some of the period's repeats."""
        return self._start - WITHIN, self._start

    def came_before(self, persons: Sequence[str | None], times: Times) -> None:
        """Children and when they were seen: before the period, it makes the period's contacts about them repeats.

        Call it when all of the period's contacts have been counted, for the times of others are not asked for.
        """
        known = self._visits.may_know(persons)
        self._visits.before(compress(persons, known), times(known))

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

        for (month, traits, *verdicts), number in self._cells.items():
            if month in months:
                for one in sums(traits):
                    one.add(traits, verdicts, number)
        for (month, traits), (number, oldest) in self._open.items():
            if month in months:
                for one in sums(traits):
                    one.add_open(number, oldest)
        by_group, by_team, by_risk = ({name: one.figures() for name, one in part.items()} for part in parts)
        return total.whole(children, repeats, by_group, by_team, by_risk)

    def _verdict_on(self, contact: Contact, timescale: Timescale) -> Verdict | bool | None:
        at = due(contact, timescale, self._calendar)
        if at is None:
            return None
        found = verdict(contact, at, self._now)
        return found is Verdict.IN_TIME if found in (Verdict.IN_TIME, Verdict.LATE) else found

    def _verdict_at(self, decided: int, last: int) -> Verdict | bool:
        if decided <= last or last < self._now:
            return decided <= last
        return Verdict.NOT_YET_DUE

    def _add_open(self, month: int, traits: Traits, received: int) -> None:
        number, oldest = self._open.get((month, traits), (0, received))
        self._open[month, traits] = number + 1, min(oldest, received)
