"""Which children a period's contacts were about, and which of the contacts were repeats.

Children are known by a hash of their id only, for as long as they are counted. England's year is some
millions of them: they are kept in arrays, and looked at a sixteenth at a time.
"""

from array import array
from collections.abc import Iterable, Sequence

from mash_monitor.domain.calendar import DAY

WITHIN = 365 * DAY
"""A contact is a repeat if another about the same child was received so many seconds before, or fewer."""

_PARTS = 16
_BEFORE = -1  # the number of every contact that came before the period


class Visits:
    """Contacts and the children they were about, by bucket: a bucket is a month, say, counted from 0."""

    def __init__(self, buckets: int) -> None:
        self._parts = [(array("q"), array("q"), array("q")) for _ in range(_PARTS)]
        self._bucket_of = array("i")
        self._unnamed = [0] * buckets

    def add(self, persons: Sequence[str], unnamed: int, received: int, bucket: int) -> None:
        """One contact about these persons, and about so many children without an id."""
        number = len(self._bucket_of)
        self._bucket_of.append(bucket)
        self._unnamed[bucket] += unnamed
        self._keep(zip(map(hash, persons), (received for _ in persons), (number for _ in persons), strict=True))

    def extend(
        self, persons: Sequence[str | None], received: Sequence[int], buckets: Sequence[int],
        siblings: Sequence[tuple[int, str]] = (),
    ) -> None:  # fmt: skip
        """Contacts about one child each, and about siblings, each with the place of its contact in the columns."""
        first = len(self._bucket_of)
        self._bucket_of.extend(buckets)
        if None in persons:
            for person, bucket in zip(persons, buckets, strict=True):
                self._unnamed[bucket] += person is None
        children = zip(persons, received, range(first, first + len(received)), strict=True)
        self._keep((hash(person), at, number) for person, at, number in children if person is not None)
        self._keep((hash(person), received[place], first + place) for place, person in siblings)

    def before(self, persons: Sequence[str], received: Sequence[int]) -> None:
        """Contacts from before the period, by which its own may be repeats."""
        self._keep(zip(map(hash, persons), received, (_BEFORE for _ in persons), strict=True))

    def children(self) -> tuple[int, list[int]]:
        """Distinct children of all buckets and of each; a child without an id counts as one of its own."""
        everyone, each = sum(self._unnamed), list(self._unnamed)
        for people, _, numbers in self._parts:
            seen: list[set[int]] = [set() for _ in each]
            for person, number in zip(people, numbers, strict=True):
                if number != _BEFORE:
                    seen[self._bucket_of[number]].add(person)
            everyone += len(set().union(*seen))
            each = [count + len(persons) for count, persons in zip(each, seen, strict=True)]
        return everyone, each

    def repeats(self) -> list[int] | None:
        """Contacts of each bucket of which any child had another one within the year before.

        None where no child has an id.
        """
        if not any(people for people, _, _ in self._parts):
            return None
        repeated = bytearray(len(self._bucket_of))
        for people, received, numbers in self._parts:
            latest: dict[int, int] = {}
            for place in sorted(range(len(people)), key=received.__getitem__):
                person, at, number = people[place], received[place], numbers[place]
                if number != _BEFORE and at - latest.get(person, at - WITHIN - 1) <= WITHIN:
                    repeated[number] = 1
                latest[person] = at
        counts = [0] * len(self._unnamed)
        for bucket, is_repeat in zip(self._bucket_of, repeated, strict=True):
            counts[bucket] += is_repeat
        return counts

    def _keep(self, visits: Iterable[tuple[int, int, int]]) -> None:
        parts = self._parts
        for person, received, number in visits:
            people, receipts, numbers = parts[person % _PARTS]
            people.append(person)
            receipts.append(received)
            numbers.append(number)
