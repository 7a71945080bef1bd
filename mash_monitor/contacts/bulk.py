"""Whole chunks of rows at once, for scorecards: what is plain about them goes as columns, the rest one by one.

A row is plain where nothing about it is doubtful: times that are more than a date, on days without a clock
change; ids without anything to clean; a decision not before receipt and not to come. Rows of one contact are
plain where they differ by the child alone. Everything is looked at by column, so that what is plain costs little
more than reading it, and only where a column fails in smaller and smaller parts, down to the row that is odd.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress
from operator import le, ne, not_
from typing import Any, NamedTuple, TypeVar

from mash_monitor.contacts.chunks import Columns
from mash_monitor.contacts.columns import WallClock, persons_of
from mash_monitor.contacts.errors import NotInBulk
from mash_monitor.contacts.rows import RowParser
from mash_monitor.domain.case import STILL_OPEN, Plain, Traits, traits_of
from mash_monitor.domain.contact import CONVERTED, Contact, Mark, Row

_PARTS = 10
_KEPT = 50_000
_MANY = 1_000
"""So many odd contacts may be read again by their ids, or one in ten of all."""


class _Rows(NamedTuple):
    """Rows as columns of equal length: see Columns."""

    keys: Sequence[Any]
    persons: Sequence[Any]
    received: Sequence[Any]
    decided: Sequence[Any]
    words: Sequence[tuple[Any, ...] | str]

    def of(self, wanted: Iterable[object]) -> "_Rows":
        mask = list(wanted)
        return _Rows(*(list(compress(column, mask)) for column in self))

    def between(self, first: int, end: int) -> "_Rows":
        return _Rows(*(column[first:end] for column in self))

    def at(self, place: int) -> "_Values":
        return tuple(column[place] for column in self)

    def plus(self, rows: Sequence["_Values"]) -> "_Rows":
        return _Rows(*([*column, *more] for column, more in zip(self, zip(*rows, strict=True), strict=True)))


_Child = TypeVar("_Child")
_Values = tuple[Any, ...]
"""Those of one row."""
_Siblings = Sequence[tuple[int, Any]]
"""The other children of contacts, each with the place of the contact's first row."""


class Bulk:
    """Sorts rows of contacts received in [start, end), as read at `now`; decisions after `at` are to come.

    `doubted` are the ids of contacts that are never plain.
    """

    def __init__(
        self, parser: RowParser, window: tuple[int, int], now: int, at: int, doubted: frozenset[str]
    ) -> None:  # fmt: skip
        self._start, self._end = window
        self._at = at
        self._doubted = doubted
        self._held: dict[Any, list[_Values]] = {}
        self._odd: list[Any] = []
        self._clock = WallClock(parser.zone)
        self._traits = _TraitsOfWords(parser, now)

    def sort(self, chunks: Iterable[Columns]) -> Iterator[Plain]:
        """The plain ones of the rows received in the window, give or take some.

        Raises NotInBulk where most would have to be read again.
        """
        looked_at = 0
        for chunk in chunks:
            _refuse_odd(chunk.keys)
            heads, others = self._heads(chunk)
            yield from self._columns(heads, others, wall=chunk.wall)
            looked_at += len(chunk.keys)
            if len(self._odd) > max(_MANY, looked_at // _PARTS):
                raise NotInBulk

    def rest(self) -> list[str]:
        """After all of that: contacts that are not plain, or of which some rows were received at another time."""
        return [str(key) for keys in (self._odd, self._held) for key in keys]

    def inside(self, contacts: Iterable[Contact]) -> Iterator[Contact]:
        """Those of these contacts that were received in the window."""
        return (one for one in contacts if one.received is not None and self._start <= one.received < self._end)

    def _heads(self, chunk: Columns) -> tuple[_Rows, _Siblings]:
        """The first row of each contact of which all rows have been seen by now, and the children of the others."""
        rows, several = _Rows(*chunk[:5]), chunk.several
        if several.keys().isdisjoint(rows.keys):
            return rows, ()
        rows = self._with_held(rows)
        of_several = list(map(several.__contains__, rows.keys))
        keys = list(compress(rows.keys, of_several))
        places = list(compress(range(len(of_several)), of_several))
        first = dict(zip(reversed(keys), reversed(places), strict=True))
        firsts = list(map(first.__getitem__, keys))
        waiting = {key for key, number in Counter(keys).items() if number < several[key]}
        odd = set[Any]()
        for column in (rows.received, rows.decided, rows.words):  # rows of one contact may differ by the child alone
            odd.update(compress(keys, map(ne, map(column.__getitem__, firsts), compress(column, of_several))))
        self._odd += odd - waiting
        if waiting:
            for key, place in zip(keys, places, strict=True):
                if key in waiting:
                    self._held.setdefault(key, []).append(rows.at(place))
        left_out = odd | waiting
        heads = list(map(not_, of_several))
        for key, place in first.items():
            heads[place] = key not in left_out
        moved = list(accumulate(heads, initial=0))
        others = [
            (moved[head], rows.persons[place])
            for head, place in zip(firsts, places, strict=True)
            if head != place and heads[head]
        ]
        return rows.of(heads), others

    def _with_held(self, rows: _Rows) -> _Rows:
        """These rows and those of the same contacts that were held."""
        if not self._held:
            return rows
        again = [row for key in self._held.keys() & set(rows.keys) for row in self._held.pop(key)]
        return rows.plus(again) if again else rows

    def _columns(self, heads: _Rows, others: _Siblings, *, wall: bool) -> Iterator[Plain]:
        """The plain ones of these contacts; the others are kept in mind as odd."""
        try:
            yield self._plain(heads, others, wall=wall)
        except (KeyError, TypeError, ValueError):
            certain = self._certain(heads, wall=wall)
            if not any(certain):
                self._odd += heads.keys
            elif not all(certain):  # around a clock change, a few among thousands
                self._odd += compress(heads.keys, map(not_, certain))
                yield from self._columns(heads.of(certain), _moved(others, certain), wall=wall)
            elif len(heads.keys) == 1:
                self._odd += heads.keys
            else:
                size = -(-len(heads.keys) // _PARTS)
                for first in range(0, len(heads.keys), size):
                    of_part = [(place - first, child) for place, child in others if first <= place < first + size]
                    yield from self._columns(heads.between(first, first + size), of_part, wall=wall)

    def _certain(self, heads: _Rows, *, wall: bool) -> list[bool]:
        received, decided = (self._clock.certain(values, wall=wall) for values in (heads.received, heads.decided))
        return [
            came and (went or value is None)
            for came, went, value in zip(received, decided, heads.decided, strict=True)
        ]  # fmt: skip

    def _plain(self, heads: _Rows, others: _Siblings, *, wall: bool) -> Plain:
        """Raises KeyError, TypeError or ValueError where any of them is not plain."""
        received = self._clock.instants(heads.received, wall=wall)
        decided = self._decided(heads.decided, wall=wall)
        if not all(map(le, received, decided)) or max(received, default=0) > self._at:
            raise ValueError
        traits = list(map(self._traits.__getitem__, heads.words))
        persons = persons_of(heads.persons)
        if self._doubted and not self._doubted.isdisjoint(map(str, heads.keys)):
            raise ValueError
        siblings = _siblings(persons, others) if others else []
        if received and (min(received) < self._start or max(received) >= self._end):
            inside = [self._start <= at < self._end for at in received]
            siblings = _moved(siblings, inside)
            received, decided, traits, persons = (  # type: ignore[assignment]
                list(compress(column, inside)) for column in (received, decided, traits, persons)
            )
        return Plain(received, decided, traits, persons, siblings)

    def _decided(self, values: Sequence[Any], *, wall: bool) -> Sequence[int]:
        made = [value for value in values if value is not None] if None in values else values
        instants = self._clock.instants(made, wall=wall)
        if max(instants, default=0) > self._at:
            raise ValueError
        if made is values:
            return instants
        following = iter(instants)
        return [STILL_OPEN if value is None else next(following) for value in values]


class _TraitsOfWords(dict[tuple[Any, ...] | str, Traits]):
    """By the words of a row, see Columns: its traits; KeyError where its outcome cannot be read."""

    def __init__(self, parser: RowParser, now: int) -> None:
        super().__init__()
        self._parser, self._now = parser, now

    def __missing__(self, words: tuple[Any, ...] | str) -> Traits:
        values = json.loads(f"[{words}]") if isinstance(words, str) else words
        row = self._parser.parse(("-", None, None, None, *values), self._now)
        if not isinstance(row, Row) or Mark.DECISION_UNREADABLE in row.marks:
            raise KeyError
        if len(self) >= _KEPT:
            self.clear()
        teams = (row.team,) if row.team else ()
        outcome = None if row.outcome is None else row.outcome.value
        self[words] = traits_of(row.source_group, row.risk, teams, outcome, row.outcome in CONVERTED)
        return self[words]


def _moved(siblings: Sequence[tuple[int, _Child]], kept: Sequence[bool]) -> list[tuple[int, _Child]]:
    """The siblings of the contacts that are kept, with the new places of these."""
    places = list(accumulate(kept, initial=0))
    return [(places[place], child) for place, child in siblings if kept[place]]


def _siblings(persons: Sequence[str | None], others: _Siblings) -> list[tuple[int, str]]:
    """The children of whom the first row does not tell; raises ValueError where it is not certain who they are."""
    places, children = zip(*others, strict=True)
    firsts, found = [persons[place] for place in places], persons_of(children)
    if None in firsts or None in found:
        raise ValueError
    of_all = zip(places, found, firsts, strict=True)
    return list({(place, child) for place, child, first in of_all if child is not None and child != first})


def _refuse_odd(keys: Sequence[Any]) -> None:
    """Raise NotInBulk where an id is empty or has something to clean. Numbers and the like have nothing."""
    try:
        text = "".join(keys)
    except TypeError:
        keys = [key for key in keys if isinstance(key, str)]
        text = "".join(keys)
    if "" in keys or not text.isprintable() or (" " in text and any(key != key.strip() for key in keys)):
        raise NotInBulk
