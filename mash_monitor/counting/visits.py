"""Which children a period's contacts were about, and which of the contacts were repeats.

Children are known by a hash of their id only, for as long as they are counted. They are looked at a part at a
time: England's year is some millions of visits.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mash_monitor.counting.days import Ints
from mash_monitor.domain.calendar import DAY

WITHIN = 365 * DAY
"""A contact is a repeat if another about the same child was received so many seconds before, or fewer."""

_AT_ONCE = 125_000
_BLOCK = 1 << 16
_PART = (1 << 23) - 1
_NO_CONTACT = -1  # of the period, that is


class Visited(NamedTuple):
    """Distinct children of the whole and of each bucket; a child without an id is one of its own.

    `repeats` are the contacts of each bucket of which any child had another within the year before; None where
    no child has an id.
    """

    children: int
    by_bucket: list[int]
    repeats: list[int] | None


def hashed(persons: Sequence[str | None]) -> Ints:
    """The numbers by which these children are known."""
    return np.fromiter(map(hash, persons), np.int64, len(persons))


class Visits:
    """Contacts received from `start` on and the children they were about, by bucket.

    A bucket is a month, say, counted from 0, and later ones have later contacts.
    """

    def __init__(self, start: int, buckets: int) -> None:
        self._start = start
        self._unnamed = np.zeros(buckets, np.int64)
        self._buckets = array("H")  # of each contact, by its number
        self._book = _Book()
        self._known = np.zeros(_PART + 1, np.bool_)  # by a part of the hash

    def add(self, persons: Iterable[str], unnamed: int, received: int, bucket: int) -> None:
        """One contact about these persons, and about so many children without an id."""
        for child in map(hash, persons):
            self._known[child & _PART] = True
            self._book.append(child, received, len(self._buckets))
        self._unnamed[bucket] += unnamed
        self._buckets.append(bucket)

    def extend(
        self, persons: Sequence[str | None], received: Ints, buckets: Ints, siblings: Sequence[tuple[int, str]] = ()
    ) -> None:
        """Contacts about one child each, and about siblings, each with the place of its contact in the columns."""
        first = len(self._buckets)
        self._buckets.frombytes(buckets.astype(np.uint16).tobytes())
        places = np.arange(len(persons))
        if None in persons:
            named = np.array([person is not None for person in persons])
            np.add.at(self._unnamed, buckets[~named], 1)
            places, persons = places[named], [person for person in persons if person is not None]
        if siblings:
            of_siblings, others = zip(*siblings, strict=True)
            places, persons = np.append(places, of_siblings), [*persons, *others]
        children = hashed(persons)
        self._known[children & _PART] = True
        self._book.extend(children, received[places], first + places)

    def may_know(self, children: Ints) -> NDArray[np.bool_]:
        """For each of these children, whether a contact counted so far may have been about it.

        A contact before the period matters for no others. What is looked up is a part of the hash, so that some
        are known by mistake, which harms nothing.
        """
        known: NDArray[np.bool_] = self._known[children & _PART]
        return known

    def before(self, children: Ints, received: Ints) -> None:
        """Rows that, if received within the year before `start`, make contacts about the same children repeats."""
        inside = (received >= self._start - WITHIN) & (received < self._start)
        of_none = np.full(np.count_nonzero(inside), _NO_CONTACT)
        self._book.extend(children[inside], received[inside], of_none)

    def counted(self) -> Visited:
        """Look at every visit once. None is left afterwards, for they take room."""
        book, self._book = self._book, _Book()
        buckets = np.array(self._buckets)
        children, by_bucket, repeated = int(self._unnamed.sum()), self._unnamed, np.zeros(len(buckets), np.bool_)
        for visits in map(_Visits.by_child, book.parts()):
            ours = visits.contacts != _NO_CONTACT
            repeated[visits.contacts[ours & visits.repeats()]] = True
            of_visits, first = buckets[visits.contacts[ours]], _differs(visits.children[ours])
            children += int(np.count_nonzero(first))
            first |= _differs(of_visits)
            by_bucket = by_bucket + np.bincount(of_visits[first], minlength=len(by_bucket))
        repeats = np.bincount(buckets[repeated], minlength=len(by_bucket))
        return Visited(children, by_bucket.tolist(), repeats.tolist() if self._known.any() else None)


class _Visits(NamedTuple):
    """The child by a hash, when, and in which contact."""

    children: Ints
    received: Ints
    contacts: NDArray[np.int32]

    def chosen(self, wanted: NDArray[Any]) -> "_Visits":
        """Those at these places, or for which there stands True."""
        return _Visits(*(column[wanted] for column in self))

    def by_child(self) -> "_Visits":
        """The same, those of a child one after the other by time."""
        return self.chosen(np.lexsort((self.received, self.children)))

    def repeats(self) -> NDArray[np.bool_]:
        """Of visits by child: which of them followed another within the year."""
        again = ~_differs(self.children)
        again[1:] &= np.diff(self.received) <= WITHIN
        return again


class _Book:
    """Visits as they come, in blocks: one array of all would be moved again and again while it grows."""

    def __init__(self) -> None:
        self._blocks: list[_Visits] = []
        self._new()

    def append(self, child: int, received: int, contact: int) -> None:
        self._children.append(child)
        self._received.append(received)
        self._contacts.append(contact)
        if len(self._children) >= _BLOCK:
            self._close()

    def extend(self, children: Ints, received: Ints, contacts: Ints) -> None:
        self._children.frombytes(children.tobytes())
        self._received.frombytes(received.tobytes())
        self._contacts.frombytes(contacts.astype(np.int32).tobytes())
        if len(self._children) >= _BLOCK:
            self._close()

    def parts(self) -> Iterator[_Visits]:
        """All of them, those of one child in one part."""
        self._close()
        parts = 1 + sum(len(block.children) for block in self._blocks) // _AT_ONCE
        for part in range(parts):
            chosen = (block.chosen(block.children % parts == part) for block in self._blocks)
            yield _Visits(*(np.concatenate(columns) for columns in zip(*chosen, strict=True)))

    def _new(self) -> None:
        self._children, self._received, self._contacts = array("q"), array("q"), array("i")

    def _close(self) -> None:
        self._blocks.append(_Visits(np.array(self._children), np.array(self._received), np.array(self._contacts)))
        self._new()


def _differs(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each is another than the one before it; the first is."""
    differs = np.ones(len(values), np.bool_)
    differs[1:] = values[1:] != values[:-1]
    return differs
