"""Whole chunks of rows at once, for scorecards: what is plain about them goes as columns, the rest one by one.

A row is plain where nothing about it is doubtful: times that are more than a date, on days without a clock
change; ids without anything to clean; a decision not before receipt and not to come. Rows of one contact are
plain where they differ by the child alone. Everything is looked at by column, so that what is plain costs little
more than reading it, and only where a column fails in smaller and smaller parts, down to the row that is odd.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, groupby
from operator import itemgetter, le
from typing import Any, NamedTuple

from mash_monitor.contacts.columns import WallClock, persons_of
from mash_monitor.contacts.rows import RawRow, RowParser
from mash_monitor.domain.case import STILL_OPEN, Plain, Traits, traits_of
from mash_monitor.domain.contact import CONVERTED, Contact, Mark, Row, merge

_KEY: Callable[[RawRow], Any] = itemgetter(0)
_SAME: Callable[[RawRow], Any] = itemgetter(slice(2, 9))  # all but the ids
_WORDS: Callable[[RawRow], Any] = itemgetter(slice(4, 9))  # source code and words, risk, team, outcome
_PARTS = 10
_KEPT = 50_000

Group = Sequence[RawRow]
"""The rows of one contact."""


class NotInBulk(Exception):
    """Rows that must be read one by one: the store cannot give them otherwise, or the rows of a contact may stand
    apart, because its id is spelled with something to clean.
    """


class Sorted(NamedTuple):
    """What a chunk of rows came to. The plain contacts are all received in the window."""

    plain: Plain
    contacts: list[Contact]


class Bulk:
    """Sorts rows of contacts received in [start, end), as read at `now`; decisions after `at` are to come.

    `doubted` are the ids of contacts that are never plain.
    """

    def __init__(
        self, parser: RowParser, window: tuple[int, int], now: int, at: int, doubted: frozenset[str]
    ) -> None:  # fmt: skip
        self._parser = parser
        self._start, self._end = window
        self._now, self._at = now, at
        self._doubted = doubted
        self._clock = WallClock(parser.zone)
        self._traits = _TraitsOfWords(parser, now)

    def sort(self, chunks: Iterable[Sequence[RawRow]]) -> Iterator[Sorted]:
        """Sort rows that come with those of each contact side by side. Raises NotInBulk."""
        for rows in _whole_contacts(chunks):
            keys = list(map(_KEY, rows))
            _refuse_odd(keys)
            groups: Sequence[Group]
            if len(set(keys)) == len(keys):
                groups = [(raw,) for raw in rows]
            else:
                groups = [tuple(group) for _, group in groupby(rows, key=_KEY)]
            odd: list[Group] = []
            columns = [*self._columns(groups, odd)]
            plain = columns[0] if len(columns) == 1 else _joined(columns)
            yield Sorted(plain, [self._contact(group) for group in odd])

    def _columns(self, groups: Sequence[Group], odd: list[Group]) -> Iterator[Plain]:
        """The plain ones of these contacts; the others are added to `odd`."""
        try:
            yield self._plain(groups)
        except (KeyError, TypeError, ValueError):
            if len(groups) == 1:
                odd.extend(groups)
                return
            size = -(-len(groups) // _PARTS)
            for first in range(0, len(groups), size):
                yield from self._columns(groups[first : first + size], odd)

    def _plain(self, groups: Sequence[Group]) -> Plain:
        """Raises KeyError, TypeError or ValueError where any of them is not plain."""
        heads = [group[0] for group in groups]
        received = self._clock.instants([raw[2] for raw in heads])
        decided = self._decided([raw[3] for raw in heads])
        if not all(map(le, received, decided)) or max(received, default=0) > self._at:
            raise ValueError
        traits = list(map(self._traits.__getitem__, map(_WORDS, heads)))
        persons = persons_of([raw[1] for raw in heads])
        if self._doubted and not self._doubted.isdisjoint(map(str, map(_KEY, heads))):
            raise ValueError
        siblings = []
        for place, group in enumerate(groups):
            if len(group) > 1:
                if len(set(map(_SAME, group))) > 1:
                    raise ValueError
                others = {*persons_of([raw[1] for raw in group])} - {persons[place]}
                if None in others or persons[place] is None:
                    raise ValueError
                siblings += [(place, other) for other in others if other]
        return self._inside(Plain(received, decided, traits, persons, siblings))

    def _decided(self, values: Sequence[object]) -> Sequence[int]:
        made = [value for value in values if value is not None]
        instants = self._clock.instants(made)
        if max(instants, default=0) > self._at:
            raise ValueError
        if len(made) == len(values):
            return instants
        following = iter(instants)
        return [STILL_OPEN if value is None else next(following) for value in values]

    def _inside(self, plain: Plain) -> Plain:
        if not plain.received or (min(plain.received) >= self._start and max(plain.received) < self._end):
            return plain
        if plain.siblings and len(plain.received) > 1:
            raise ValueError  # places would move
        inside = [self._start <= at < self._end for at in plain.received]
        return Plain(
            list(compress(plain.received, inside)), list(compress(plain.decided, inside)),
            list(compress(plain.traits, inside)), list(compress(plain.persons, inside)),
            plain.siblings if inside[0] else (),
        )  # fmt: skip

    def _contact(self, group: Group) -> Contact:
        rows = [self._parser.parse(raw, self._now) for raw in group]
        return merge([row for row in rows if isinstance(row, Row)])


class _TraitsOfWords(dict[tuple[object, ...], Traits]):
    """By the words of a row: its traits; KeyError where its outcome cannot be read."""

    def __init__(self, parser: RowParser, now: int) -> None:
        super().__init__()
        self._parser, self._now = parser, now

    def __missing__(self, words: tuple[object, ...]) -> Traits:
        row = self._parser.parse(("-", None, None, None, *words), self._now)
        if not isinstance(row, Row) or Mark.DECISION_UNREADABLE in row.marks:
            raise KeyError
        if len(self) >= _KEPT:
            self.clear()
        teams = (row.team,) if row.team else ()
        outcome = None if row.outcome is None else row.outcome.value
        self[words] = traits_of(row.source_group, row.risk, teams, outcome, row.outcome in CONVERTED)
        return self[words]


def _whole_contacts(chunks: Iterable[Sequence[RawRow]]) -> Iterator[Sequence[RawRow]]:
    """The rows in chunks none of which ends in the middle of a contact."""
    held: list[RawRow] = []
    for chunk in chunks:
        rows = [*held, *chunk]
        first = len(rows) - 1
        while first and rows[first - 1][0] == rows[-1][0]:
            first -= 1
        held = rows[first:]
        if first:
            yield rows[:first]
    if held:
        yield held


def _refuse_odd(keys: Sequence[Any]) -> None:
    """Raise NotInBulk where an id has something to clean. Numbers and the like have nothing."""
    if str not in set(map(type, keys)):
        return
    text = "".join(map(str, keys))
    if not text.isprintable() or (" " in text and any(key != key.strip() for key in map(str, keys))):
        raise NotInBulk


def _joined(parts: Sequence[Plain]) -> Plain:
    """One of several, whose contacts follow each other."""
    received: list[int] = []
    decided: list[int] = []
    traits: list[Traits] = []
    persons: list[str | None] = []
    siblings: list[tuple[int, str]] = []
    for part in parts:
        siblings += [(place + len(received), person) for place, person in part.siblings]
        received += part.received
        decided += part.decided
        traits += part.traits
        persons += part.persons
    return Plain(received, decided, traits, persons, siblings)
