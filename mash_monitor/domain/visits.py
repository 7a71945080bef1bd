"""Which children a period's contacts were about, and which of the contacts were repeats.

Children are known by a hash of their id only, for as long as they are counted. England's year is some
millions of them: they are kept in arrays, and looked at a part at a time.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from mash_monitor.domain.calendar import DAY

WITHIN = 365 * DAY
"""A contact is a repeat if another about the same child was received so many seconds before, or fewer."""


class Visited(NamedTuple):
    """Distinct children of the whole and of each bucket; a child without an id is one of its own.

    `repeats` are the contacts of each bucket of which any child had another within the year before; None where
    no child has an id.
    """

    children: int
    by_bucket: list[int]
    repeats: list[int] | None


_AT_ONCE = 250_000
_BEFORE = -1  # the number of every contact that came before the period


class Visits:
    """Contacts and the children they were about, by bucket: a bucket is a month, say, counted from 0."""

    def __init__(self, buckets: int) -> None:
        self._persons = array("q")
        self._received = array("q")
        self._numbers = array("q")
        self._bucket_of = array("i")
        self._unnamed = [0] * buckets

    def add(self, persons: Sequence[str], unnamed: int, received: int, bucket: int) -> None:
        """One contact about these persons, and about so many children without an id."""
        number = len(self._bucket_of)
        self._bucket_of.append(bucket)
        self._unnamed[bucket] += unnamed
        self._keep(persons, repeat(received, len(persons)), repeat(number, len(persons)))

    def extend(
        self, persons: Sequence[str | None], received: Sequence[int], buckets: Sequence[int],
        siblings: Sequence[tuple[int, str]] = (),
    ) -> None:  # fmt: skip
        """Contacts about one child each, and about siblings, each with the place of its contact in the columns."""
        first = len(self._bucket_of)
        self._bucket_of.extend(buckets)
        numbers = range(first, first + len(received))
        if None in persons:
            named = [person is not None for person in persons]
            for bucket, is_named in zip(buckets, named, strict=True):
                self._unnamed[bucket] += not is_named
            self._keep(compress(persons, named), compress(received, named), compress(numbers, named))
        else:
            self._keep(persons, received, numbers)
        if siblings:
            self._keep(
                (person for _, person in siblings), (received[place] for place, _ in siblings),
                (first + place for place, _ in siblings),
            )  # fmt: skip

    def before(self, persons: Sequence[str], received: Sequence[int]) -> None:
        """Contacts from before the period, by which its own may be repeats."""
        self._keep(persons, received, repeat(_BEFORE, len(persons)))

    def counted(self) -> Visited:
        """Look at every visit once."""
        children, by_bucket = sum(self._unnamed), list(self._unnamed)
        repeated = bytearray(len(self._bucket_of))
        persons, received, numbers, bucket_of = self._persons, self._received, self._numbers, self._bucket_of
        for places in self._parts():
            places.sort(key=received.__getitem__)
            latest: dict[int, int] = {}
            seen: dict[int, int] = {}  # by child: a bit for each bucket
            for place in places:
                person, at, number = persons[place], received[place], numbers[place]
                before, latest[person] = latest.get(person), at
                if number == _BEFORE:
                    continue
                if before is not None and at - before <= WITHIN:
                    repeated[number] = 1
                bucket, buckets = bucket_of[number], seen.get(person, 0)
                if not buckets >> bucket & 1:
                    by_bucket[bucket] += 1
                    children += not buckets
                    seen[person] = buckets | 1 << bucket
        repeats = [0] * len(by_bucket)
        for bucket in compress(bucket_of, repeated):
            repeats[bucket] += 1
        return Visited(children, by_bucket, repeats if persons else None)

    def _keep(self, persons: Iterable[str | None], received: Iterable[int], numbers: Iterable[int]) -> None:
        self._persons.extend(map(hash, persons))
        self._received.extend(received)
        self._numbers.extend(numbers)

    def _parts(self) -> Iterator[list[int]]:
        """The places of all visits in parts of some 250,000, those of one child always in the same part."""
        parts = 1 + len(self._persons) // _AT_ONCE
        for part in range(parts):
            yield [place for place, person in enumerate(self._persons) if person % parts == part]
