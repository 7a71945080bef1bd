"""Children and repeats, beside a count that looks at every visit of every child."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.counting import visits
from mash_monitor.counting.visits import WITHIN, Visited, Visits, hashed

START = 1_600_000_000
_DAY = 86_400
MONTH = 30 * _DAY
BUCKETS = 3


class Visit(NamedTuple):
    """A contact about some children; those without an id are only counted."""

    received: int
    persons: tuple[str, ...]
    unnamed: int
    apart: bool

    @property
    def in_columns(self) -> bool:
        """Columns have a child a contact, with an id or without, and siblings with one."""
        return not self.apart and self.unnamed == (not self.persons)

    @property
    def bucket(self) -> int:
        return (self.received - START) // MONTH


PERSONS = st.lists(st.sampled_from("ABCDEFG"), unique=True, max_size=3).map(tuple)


@st.composite
def contacts(draw: st.DrawFn) -> list[Visit]:
    """At different instants each: of two at once, which one follows the other is nobody's to say."""
    days = st.integers(0, BUCKETS * 30 - 1) | st.integers(-400, -1)
    hours = draw(st.lists(st.tuples(days, st.integers(0, 23)), unique=True, max_size=30))
    of_children = st.tuples(PERSONS, st.integers(0, 2), st.booleans())
    return [Visit(START + day * _DAY + hour * 3600, *draw(of_children)) for day, hour in hours]


def by_hand(all_of_them: Sequence[Visit]) -> Visited:
    ours = [one for one in all_of_them if one.received >= START]
    seen = defaultdict[str, list[int]](list)
    for one in all_of_them:
        for person in one.persons:
            seen[person].append(one.received)

    def is_repeat(one: Visit) -> bool:
        return any(0 < one.received - at <= WITHIN and at >= START - WITHIN for who in one.persons for at in seen[who])

    def children(some: list[Visit]) -> int:
        return len({person for one in some for person in one.persons}) + sum(one.unnamed for one in some)

    buckets = [[one for one in ours if one.bucket == bucket] for bucket in range(BUCKETS)]
    repeats = [sum(map(is_repeat, bucket)) for bucket in buckets]
    known = any(one.persons for one in ours)
    return Visited(children(ours), [children(bucket) for bucket in buckets], repeats if known else None)


@pytest.mark.parametrize("at_once", [2, 250_000])
@given(all_of_them=contacts())
def test_children_and_repeats_are_those_of_a_count_by_hand(at_once: int, all_of_them: list[Visit]) -> None:
    """Some contacts come one by one, the others in columns; they are counted in one part or in many."""
    counting = Visits(START, BUCKETS)
    ours = [one for one in all_of_them if one.received >= START]
    for one in ours:
        if not one.in_columns:
            counting.add(one.persons, one.unnamed, one.received, one.bucket)
    columns = [one for one in ours if one.in_columns]
    firsts = [one.persons[0] if one.persons else None for one in columns]
    siblings = [(place, person) for place, one in enumerate(columns) for person in one.persons[1:]]
    received, buckets = (np.array([getattr(one, name) for one in columns], int) for name in ("received", "bucket"))
    counting.extend(firsts, received, buckets, siblings)
    for one in all_of_them:
        if one.received < START:
            counting.before(hashed(one.persons), np.full(len(one.persons), one.received))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visits, "_AT_ONCE", at_once)
        assert counting.counted() == by_hand(all_of_them)


def test_no_child_is_forgotten_by_what_may_be_known() -> None:
    counting = Visits(START, 1)
    counting.add(["A"], 0, START, 0)
    counting.extend(["B", None], np.array([START, START]), np.array([0, 0]), [(1, "C")])
    assert counting.may_know(hashed(["A", "B", "C"])).all()
    assert not counting.may_know(hashed([str(number) for number in range(100)])).all()
