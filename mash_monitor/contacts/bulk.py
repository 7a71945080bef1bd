"""Whole chunks of rows at once, for scorecards: what is plain about them goes as columns, the rest one by one.

A row is plain where nothing about it is doubtful: times that are more than a date, on days without a clock
change; ids without anything to clean; a decision not before receipt and not to come. Rows of one contact are
plain where they differ by the child alone. Everything is looked at by column, so that what is plain costs little
more than reading it, and only where a column fails in smaller and smaller parts, down to the row that is odd.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, compress
from operator import itemgetter, le, ne, not_
from typing import Any, NamedTuple

from mash_monitor.contacts.columns import WallClock, persons_of
from mash_monitor.contacts.errors import NotInBulk
from mash_monitor.contacts.rows import RawRow, RowParser
from mash_monitor.domain.case import STILL_OPEN, Plain, Traits, traits_of
from mash_monitor.domain.contact import CONVERTED, Contact, Mark, Row, merge

_KEY: Callable[[RawRow], Any] = itemgetter(0)
_PERSON: Callable[[RawRow], Any] = itemgetter(1)
_ROW: Callable[[tuple[int, RawRow]], RawRow] = itemgetter(1)
_SAME: Callable[[RawRow], Any] = itemgetter(slice(2, 9))  # all but the ids
_WORDS: Callable[[RawRow], Any] = itemgetter(slice(4, 9))  # source code and words, risk, team, outcome
_PARTS = 10
_KEPT = 50_000

Group = Sequence[RawRow]
"""The rows of one contact."""
Others = Sequence[tuple[int, RawRow]]
"""The rows of contacts but their first, each with the place of that among the first ones."""


class Sorted(NamedTuple):
    """What a chunk of rows came to: contacts that were received in the window."""

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
        self._held: dict[Any, list[RawRow]] = {}
        self._clock = WallClock(parser.zone)
        self._traits = _TraitsOfWords(parser, now)

    def sort(self, chunks: Iterable[Sequence[RawRow]], several: Mapping[Any, int]) -> Iterator[Sorted]:
        """Sort the rows received in the window, give or take some.

        `several` has the number of rows of each contact with more than one, wherever they are. Raises NotInBulk.
        """
        for rows in chunks:
            heads, others = self._heads(rows, several)
            odd: list[Group] = []
            plain = [*self._columns(heads, others, odd)]
            yield Sorted(plain[0] if len(plain) == 1 else _joined(plain), self._inside(map(self._contact, odd)))

    def apart(self) -> list[str]:
        """After all of that, the contacts of which some rows were received at another time, and that are missing."""
        return list(map(str, self._held))

    def one_by_one(self, contacts: Iterable[Contact]) -> Sorted:
        """Those of these contacts that were received in the window."""
        return Sorted(_joined(()), self._inside(contacts))

    def _heads(self, rows: Sequence[RawRow], several: Mapping[Any, int]) -> tuple[Sequence[RawRow], Others]:
        """The first row of each contact of which all rows have been seen by now, and the others by its place."""
        keys = list(map(_KEY, rows))
        _refuse_odd(keys)
        if several.keys().isdisjoint(keys):
            return rows, ()
        of_several = list(map(several.__contains__, keys))
        heads = list(compress(rows, map(not_, of_several)))
        others: list[tuple[int, RawRow]] = []
        for row in compress(rows, of_several):
            held = self._held.setdefault(row[0], [])
            held.append(row)
            if len(held) == several[row[0]]:
                del self._held[row[0]]
                others += [(len(heads), other) for other in held[1:]]
                heads.append(held[0])
        return heads, others

    def _columns(self, heads: Sequence[RawRow], others: Others, odd: list[Group]) -> Iterator[Plain]:
        """The plain ones of these contacts; the others are added to `odd`."""
        try:
            yield self._plain(heads, others)
        except (KeyError, TypeError, ValueError):
            if len(heads) == 1:
                odd.append([heads[0], *map(_ROW, others)])
                return
            size = -(-len(heads) // _PARTS)
            for first in range(0, len(heads), size):
                of_part = [(place - first, row) for place, row in others if first <= place < first + size]
                yield from self._columns(heads[first : first + size], of_part, odd)

    def _plain(self, heads: Sequence[RawRow], others: Others) -> Plain:
        """Raises KeyError, TypeError or ValueError where any of them is not plain."""
        received = self._clock.instants([raw[2] for raw in heads])
        decided = self._decided([raw[3] for raw in heads])
        if not all(map(le, received, decided)) or max(received, default=0) > self._at:
            raise ValueError
        traits = list(map(self._traits.__getitem__, map(_WORDS, heads)))
        persons = persons_of([raw[1] for raw in heads])
        if self._doubted and not self._doubted.isdisjoint(map(str, map(_KEY, heads))):
            raise ValueError
        siblings = _siblings(heads, persons, others) if others else []
        if received and (min(received) < self._start or max(received) >= self._end):
            inside = [self._start <= at < self._end for at in received]
            places = list(accumulate(inside, initial=0))
            siblings = [(places[place], person) for place, person in siblings if inside[place]]
            received, decided, traits, persons = (  # type: ignore[assignment]
                list(compress(column, inside)) for column in (received, decided, traits, persons)
            )
        return Plain(received, decided, traits, persons, siblings)

    def _decided(self, values: Sequence[object]) -> Sequence[int]:
        made = [value for value in values if value is not None]
        instants = self._clock.instants(made)
        if max(instants, default=0) > self._at:
            raise ValueError
        if len(made) == len(values):
            return instants
        following = iter(instants)
        return [STILL_OPEN if value is None else next(following) for value in values]

    def _inside(self, contacts: Iterable[Contact]) -> list[Contact]:
        return [one for one in contacts if one.received is not None and self._start <= one.received < self._end]

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


def _siblings(heads: Sequence[RawRow], persons: Sequence[str | None], others: Others) -> list[tuple[int, str]]:
    """The other children, each with its contact's place; raises ValueError where rows differ by more than the child."""
    places, rows = zip(*others, strict=True)
    if any(map(ne, map(_SAME, rows), (_SAME(heads[place]) for place in places))):
        raise ValueError
    firsts, children = [persons[place] for place in places], persons_of(list(map(_PERSON, rows)))
    if None in firsts or None in children:
        raise ValueError
    found = zip(places, children, firsts, strict=True)
    return list({(place, child) for place, child, first in found if child is not None and child != first})


def _refuse_odd(keys: Sequence[Any]) -> None:
    """Raise NotInBulk where an id is empty or has something to clean. Numbers and the like have nothing."""
    try:
        text = "".join(keys)
    except TypeError:
        keys = [key for key in keys if isinstance(key, str)]
        text = "".join(keys)
    if "" in keys or not text.isprintable() or (" " in text and any(key != key.strip() for key in keys)):
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
