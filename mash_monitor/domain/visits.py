"""Which children a period's contacts were about, and which of the contacts were repeats.

Children are known by a hash of their id only, for as long as they are counted. England's year is some
millions of them: they are kept in arrays, and looked at a part at a time.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, pairwise, repeat
from operator import add, and_, eq, mod
from typing import NamedTuple

from mash_monitor.domain.calendar import DAY

WITHIN = 365 * DAY
"""A contact is a repeat if another about the same child was received so many seconds before, or fewer."""

_AT_ONCE = 250_000
_PLACES = 1 << 23
_NEVER = -(1 << 62)
_NO_CONTACT = 0  # of the period, that is
_ONCE, _SEVERAL = bytes.maketrans(b"\1\2", b"\1\0"), bytes.maketrans(b"\1\2", b"\0\1")


class Visited(NamedTuple):
    """Distinct children of the whole and of each bucket; a child without an id is one of its own.

    `repeats` are the contacts of each bucket of which any child had another within the year before; None where
    no child has an id.
    """

    children: int
    by_bucket: list[int]
    repeats: list[int] | None


class Visits:
    """Contacts received in [start, end) and the children they were about, by bucket.

    A bucket is a month, say, counted from 0, and later ones have later contacts.
    """

    def __init__(self, start: int, buckets: int) -> None:
        self._start = start
        self._unnamed = [0] * buckets
        self._buckets = array("H")  # of each contact, by its number
        self._seen = _Columns()
        self._before = _Columns(numbers=array("B"))  # of no contact of ours
        self._places = bytearray(_PLACES)  # how many visits, 2 for several, have a child's part of the hash

    def add(self, persons: Sequence[str], unnamed: int, received: int, bucket: int) -> None:
        """One contact about these persons, and about so many children without an id."""
        self._unnamed[bucket] += unnamed
        self._see(persons, repeat(received, len(persons)), repeat(len(self._buckets), len(persons)))
        self._buckets.append(bucket)

    def extend(
        self, persons: Sequence[str | None], received: Sequence[int], buckets: Sequence[int],
        siblings: Sequence[tuple[int, str]] = (),
    ) -> None:  # fmt: skip
        """Contacts about one child each, and about siblings, each with the place of its contact in the columns."""
        first = len(self._buckets)
        self._buckets.extend(buckets)
        numbers: Iterable[int] = range(first, first + len(received))
        times: Iterable[int] = received
        if None in persons:
            named = [person is not None for person in persons]
            for bucket, person in zip(buckets, persons, strict=True):
                self._unnamed[bucket] += person is None
            persons, times, numbers = (list(compress(column, named)) for column in (persons, times, numbers))  # type: ignore[assignment]
        self._see(persons, times, numbers)
        if siblings:
            places, children = zip(*siblings, strict=True)
            self._see(children, [received[place] for place in places], [first + place for place in places])

    def may_know(self, persons: Sequence[str | None]) -> list[int]:
        """For each of these children, whether a contact counted so far may have been about it: 0 where surely none was.

        A contact before the period matters for no others. What is looked up is a part of the hash, so that some
        are known by mistake, which harms nothing.
        """
        return list(map(self._places.__getitem__, _places(map(hash, persons))))

    def before(self, persons: Iterable[str | None], received: Sequence[int]) -> None:
        """Rows that, if received within the year before `start`, make contacts about the same children repeats."""
        inside = [self._start - WITHIN <= at < self._start for at in received]
        chosen = list(compress(persons, inside))
        self._before.extend(chosen, compress(received, inside), repeat(_NO_CONTACT, len(chosen)))

    def counted(self) -> Visited:
        """Look at every visit once. None is left afterwards, for they take room."""
        alone, others = self._apart()
        known, self._seen = len(self._seen.persons), _Columns()
        children, by_bucket = sum(self._unnamed) + sum(alone), list(map(add, self._unnamed, alone))
        repeated = bytearray(len(self._buckets))
        parts = 1 + (len(others.persons) + len(self._before.persons)) // _AT_ONCE
        for part in range(parts):
            visits = others.part(part, parts).in_order()
            children += len(set(visits.persons))
            of_visits = list(map(self._buckets.__getitem__, visits.numbers))
            by_bucket = list(map(add, by_bucket, _distinct(visits.persons, of_visits, len(by_bucket))))
            for number in compress(visits.numbers, _repeats(self._before.part(part, parts), visits)):
                repeated[number] = 1
        found = Counter(compress(self._buckets, repeated))
        repeats = [found[bucket] for bucket in range(len(by_bucket))] if known else None
        return Visited(children, by_bucket, repeats)

    def _see(self, persons: Iterable[str | None], received: Iterable[int], numbers: Iterable[int]) -> None:
        first = len(self._seen.persons)
        self._seen.extend(persons, received, numbers)
        places = self._places
        for place in _places(self._seen.persons[first:]):
            places[place] = 2 if places[place] else 1

    def _apart(self) -> "tuple[list[int], _Columns]":
        """How many visits of each bucket are by children who were seen once only, and the visits of all others.

        Children who share a part of their hash are among the others, which harms nothing: looking at each child's
        last visit takes ten times as long.
        """
        for place in _places(self._before.persons):
            self._places[place] = 2
        hits = bytes(map(self._places.__getitem__, _places(self._seen.persons)))
        others = self._seen.chosen(hits.translate(_SEVERAL))
        buckets = Counter(map(self._buckets.__getitem__, compress(self._seen.numbers, hits.translate(_ONCE))))
        return [buckets[bucket] for bucket in range(len(self._unnamed))], others


@dataclass(frozen=True, slots=True)
class _Columns:
    """Visits: the child by a hash, when, and in which contact."""

    persons: "array[int]" = field(default_factory=lambda: array("q"))
    received: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[int]" = field(default_factory=lambda: array("q"))

    def extend(self, persons: Iterable[str | None], received: Iterable[int], numbers: Iterable[int]) -> None:
        self.persons.extend(map(hash, persons))
        self.received.extend(received)
        self.numbers.extend(numbers)

    def in_order(self) -> "_Columns":
        """The same by time."""
        order = sorted(range(len(self.received)), key=self.received.__getitem__)
        return _Columns(
            *(array(one.typecode, map(one.__getitem__, order)) for one in (self.persons, self.received, self.numbers))
        )

    def part(self, part: int, parts: int) -> "_Columns":
        """Those of one part of all children."""
        return self if parts == 1 else self.chosen(map(eq, map(mod, self.persons, repeat(parts)), repeat(part)))

    def chosen(self, wanted: Iterable[int]) -> "_Columns":
        """Those for which there stands something true."""
        mask = bytes(wanted)
        return _Columns(
            *(array(one.typecode, compress(one, mask)) for one in (self.persons, self.received, self.numbers))
        )


def _places(persons: Iterable[int]) -> Iterator[int]:
    return map(and_, persons, repeat(_PLACES - 1))


def _repeats(before: _Columns, visits: _Columns) -> Iterator[bool]:
    """For each visit, by time, whether the child had another within the year before."""
    earlier = before.in_order()
    latest = dict(zip(earlier.persons, earlier.received, strict=True))
    for person, received in zip(visits.persons, visits.received, strict=True):
        yield received - latest.get(person, _NEVER) <= WITHIN
        latest[person] = received


def _distinct(persons: Sequence[int], buckets: Sequence[int], number: int) -> Iterator[int]:
    """The distinct children of each bucket, where the visits stand by bucket."""
    edges = [bisect_left(buckets, bucket) for bucket in range(number + 1)]
    return (len(set(persons[first:end])) for first, end in pairwise(edges))
