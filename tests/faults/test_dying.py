"""Killed at every commit and every call, and started again: nothing is lost, and at most one message is repeated.

A process dies at a point the first time that it is passed, on one database or the other; with MASH_FAULTS_ALL=1 on
both, and at up to three of the times that it is passed. That also writes what was seen into docs/faults.md.
"""

import os
from collections.abc import Iterator

import pytest

from tests.faults import points
from tests.faults.account import account
from tests.faults.conftest import KINDS, Stages
from tests.faults.lives import LIVES, REACHED, Life
from tests.faults.record import Record, Seen
from tests.faults.stage import Stage

_MOST = 3
"""Times that a point is tried in each life, spread over all that it is passed."""
ALL = os.environ.get("MASH_FAULTS_ALL") == "1"


def test_every_commit_and_every_call_belongs_to_a_life() -> None:
    """A new place that commits has to be given a life that reaches it (tests/faults/lives.py)."""
    assert sorted(REACHED) == sorted({*points.commits().values(), *points.calls()})


@pytest.mark.timeout(3600 if ALL else 120)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("life", LIVES.values(), ids=lambda life: life.name)
def test_whatever_dies_in_a_life_everybody_is_told_once_or_told_that_it_is_a_repeat(
    life: Life, kind: str, stages: Stages, record: Record
) -> None:
    def play(**armed: object) -> tuple[Stage, list[str]]:
        with stages.open(
            kind, life.begins, migrated=life.migrated, by=life.by, service=life.service, called_back=life.called_back
        ) as stage:
            stage.armed = armed
            life.play(stage)
            return stage, account(stage, life.told)

    undisturbed, repeated = play()
    assert repeated == []
    for point, nth in _turns(life, kind, undisturbed.passed):
        try:
            disturbed, repeated = play(point=point, nth=nth)
        except AssertionError as wrong:
            raise AssertionError(f"{kind}, killed {point}, time {nth}: {wrong}") from wrong
        if nth > 1 and disturbed.hits < nth:
            continue  # how often a thread looks for work differs by a tick now and then
        assert disturbed.deaths == undisturbed.deaths + 1, f"{point} was not passed for the {nth}. time"
        assert len(repeated) <= 1
        record.note(kind, point, Seen(disturbed.now - undisturbed.now, tuple(repeated)))


def _turns(life: Life, kind: str, passed: list[str]) -> Iterator[tuple[str, int]]:
    """At which points of this life to die, and at which time of passing them."""
    own = [point for point, name in REACHED.items() if name == life.name]
    for number, point in enumerate(own):
        for moment in ("before", "after"):
            times = passed.count(f"{moment} {point}")
            assert times, f"{point} is not reached by {life.name!r}"
            if ALL:
                spread = sorted({1 + round(place * (times - 1) / (_MOST - 1)) for place in range(_MOST)})
                yield from ((f"{moment} {point}", nth) for nth in spread)
            elif (KINDS.index(kind) + number + (moment == "after")) % 2:
                yield f"{moment} {point}", 1
