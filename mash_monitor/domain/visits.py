"""Which children a period's contacts were about, and which of the contacts were repeats.

Children are known by a hash of their id only, for as long as they are counted. England's year is some
millions of them: they are kept in arrays, and looked at a part at a time.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import and_
from typing import NamedTuple

from mash_monitor.domain.calendar import DAY

WITHIN = 365 * DAY
"""A contact is a repeat if another about the same child was received so many seconds before, or fewer."""

_AT_ONCE = 250_000
_PLACES = 1 << 23
_NEVER = -(1 << 62)
_BEFORE = -1  # the number of every contact that came before the period


class Visited(NamedTuple):
    """Distinct children of the whole and of each bucket; a child without an id is one of its own.

    `repeats` are the contacts of each bucket of which any child had another within the year before; None where
    no child has an id.
    """

    children: int
    by_bucket: list[int]
    repeats: list[int] | None


class Visits:
    """Contacts and the children they were about, by bucket: a bucket is a month, say, counted from 0."""

    def __init__(self, buckets: int) -> None:
        self._in_bucket = [_Columns() for _ in range(buckets)]
        self._before = _Columns()
        self._unnamed = [0] * buckets
        self._contacts = 0
        self._places: bytearray | None = None

    def add(self, persons: Sequence[str], unnamed: int, received: int, bucket: int) -> None:
        """One contact about these persons, and about so many children without an id."""
        self._unnamed[bucket] += unnamed
        self._in_bucket[bucket].extend(persons, repeat(received, len(persons)), repeat(self._contacts, len(persons)))
        self._contacts += 1

    def extend(
        self, persons: Sequence[str | None], received: Sequence[int], buckets: Sequence[int],
        siblings: Sequence[tuple[int, str]] = (),
    ) -> None:  # fmt: skip
        """Contacts about one child each, and about siblings, each with the place of its contact in the columns."""
        numbers = range(self._contacts, self._contacts + len(received))
        self._contacts += len(received)
        for bucket in set(buckets):
            if None not in persons and buckets.count(bucket) == len(buckets):
                self._in_bucket[bucket].extend(persons, received, numbers)
                continue
            wanted = [one == bucket and person is not None for one, person in zip(buckets, persons, strict=True)]
            self._unnamed[bucket] += buckets.count(bucket) - sum(wanted)
            columns = (compress(column, wanted) for column in (persons, received, numbers))
            self._in_bucket[bucket].extend(*columns)  # type: ignore[arg-type]
        for place, person in siblings:
            self._in_bucket[buckets[place]].extend((person,), (received[place],), (numbers[place],))

    def may_know(self, persons: Sequence[str | None]) -> Iterable[object]:
        """For each of these children, whether a contact counted so far may have been about it.

        A contact before the period matters for no others. What is looked up is a part of the hash, so that some
        are known by mistake, which harms nothing.
        """
        if self._places is None:
            self._places = bytearray(_PLACES)
            for columns in self._in_bucket:
                for person in columns.persons:
                    self._places[person & (_PLACES - 1)] = 1
        return map(self._places.__getitem__, map(and_, map(hash, persons), repeat(_PLACES - 1)))

    def before(self, persons: Sequence[str], received: Sequence[int]) -> None:
        """Contacts from before the period, by which its own may be repeats."""
        self._before.extend(persons, received, repeat(_BEFORE, len(persons)))

    def counted(self) -> Visited:
        """Look at every visit once."""
        everywhere = [*self._in_bucket, self._before]
        visits = sum(len(columns.persons) for columns in everywhere)
        parts = 1 + visits // _AT_ONCE
        children, by_bucket, repeated = sum(self._unnamed), list(self._unnamed), bytearray(self._contacts)
        for part in range(parts):
            of_part = [columns.part(part, parts) for columns in everywhere]
            known = [set(columns.persons) for columns in of_part[:-1]]
            children += len(set[int]().union(*known))
            by_bucket = [number + len(persons) for number, persons in zip(by_bucket, known, strict=True)]
            for number in _repeats(of_part):
                repeated[number] = 1
        repeats = [sum(repeated[number] for number in set(columns.numbers)) for columns in self._in_bucket]
        return Visited(children, by_bucket, repeats if visits else None)


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

    def part(self, part: int, parts: int) -> "_Columns":
        """Those of one part of all children."""
        if parts == 1:
            return self
        return self.chosen(person % parts == part for person in self.persons)

    def chosen(self, wanted: Iterable[bool]) -> "_Columns":
        mask = list(wanted)
        return _Columns(*(array("q", compress(one, mask)) for one in (self.persons, self.received, self.numbers)))


def _repeats(everywhere: Sequence[_Columns]) -> Iterator[int]:
    """The contacts of which a child had another within the year before."""
    *in_buckets, before = everywhere
    latest: dict[int, int] = {}
    for person, received in zip(before.persons, before.received, strict=True):
        if received > latest.get(person, received - 1):
            latest[person] = received
    persons, times, numbers = array("q"), array("q"), array("q")
    for columns in in_buckets:
        persons += columns.persons
        times += columns.received
        numbers += columns.numbers
    for place in sorted(range(len(times)), key=times.__getitem__):
        person, received = persons[place], times[place]
        if received - latest.get(person, _NEVER) <= WITHIN:
            yield numbers[place]
        latest[person] = received
