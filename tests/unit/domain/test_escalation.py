"""The ladder: which steps speak, and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.escalation import Hours, Step, due_steps, next_repeat_at, next_step_at
from mash_monitor.domain.rating import Level
from tests.unit.domain.hubs import at, office

RAISED = 1_000_000
LADDER = (
    Step(Level.RED, to=("duty",), by=("sms",)),
    Step(Level.RED, to=("manager",), by=("sms", "email"), after=1800, hours=Hours.OPEN),
    Step(Level.RED, to=("edt",), by=("sms",), hours=Hours.CLOSED),
    Step(Level.OVERDUE, to=("manager",), by=("sms",)),
)


@pytest.mark.parametrize(
    ("level", "waited", "done", "is_open", "steps"),
    [
        (Level.RED, 0, set(), True, [0]),
        (Level.RED, 0, set(), False, [0, 2]),  # closed: the emergency duty team at once
        (Level.RED, 1799, {0}, True, []),
        (Level.RED, 1800, {0}, True, [1]),
        (Level.RED, 1800, set(), True, [0, 1]),
        (Level.RED, 1800, {0}, False, [2]),  # the manager's step waits for opening hours
        (Level.RED, 80_000, {0, 2}, True, [1]),
        (Level.RED, 80_000, {0, 1, 2}, True, []),
        (Level.OVERDUE, 0, {0, 1, 2}, False, [3]),
        (Level.AMBER, 80_000, set(), True, []),  # amber has no step here
        (Level.RED, -1, set(), True, []),
    ],
)
def test_the_steps_that_speak_now(
    level: Level, waited: int, done: set[int], steps: list[int], *, is_open: bool
) -> None:
    assert due_steps(LADDER, level, RAISED, frozenset(done), RAISED + waited, is_open=is_open) == steps


OFFICE = Step(Level.RED, ("duty",), ("sms",), hours=Hours.OPEN)
EDT = Step(Level.RED, ("edt",), ("sms",), hours=Hours.CLOSED)
AMBER = Step(Level.AMBER, ("duty",), ("sms",))
FRIDAY_NOON, FRIDAY_NIGHT, MONDAY = at("2026-03-06 12:00"), at("2026-03-06 22:00"), at("2026-03-09 08:45")


def test_red_never_waits_for_hours_that_no_step_is_for() -> None:
    for ladder, speaking in (((OFFICE,), [0]), ((OFFICE, EDT), [1]), ((EDT,), [0])):
        assert due_steps(ladder, Level.RED, 0, frozenset(), 1, is_open=False) == speaking
    assert due_steps((EDT,), Level.RED, 0, frozenset(), 1, is_open=True) == [0]


def test_amber_waits_for_opening_unless_a_step_is_for_the_night() -> None:
    assert due_steps((AMBER,), Level.AMBER, 0, frozenset(), 1, is_open=False) == []
    assert due_steps((AMBER,), Level.AMBER, 0, frozenset(), 1, is_open=True) == [0]
    night = Step(Level.AMBER, ("edt",), ("sms",), hours=Hours.CLOSED)
    assert due_steps((AMBER, night), Level.AMBER, 0, frozenset(), 1, is_open=False) == [1]


@pytest.mark.parametrize(
    ("ladder", "level", "raised", "done", "expected"),
    [
        ((OFFICE, EDT), Level.RED, FRIDAY_NOON, {0}, at("2026-03-06 17:15")),  # the night hears when it begins
        ((OFFICE, EDT), Level.RED, FRIDAY_NIGHT, {1}, MONDAY),
        ((OFFICE,), Level.RED, FRIDAY_NIGHT, set(), FRIDAY_NIGHT),
        ((AMBER,), Level.AMBER, FRIDAY_NIGHT, set(), MONDAY),
        ((AMBER,), Level.AMBER, FRIDAY_NOON, set(), FRIDAY_NOON),
        ((AMBER,), Level.AMBER, FRIDAY_NOON, {0}, None),
        ((Step(Level.RED, ("m",), ("sms",), after=900),), Level.RED, FRIDAY_NOON, set(), FRIDAY_NOON + 900),
    ],
)
def test_the_ladder_knows_when_it_speaks_next(
    ladder: tuple[Step, ...], level: Level, raised: int, done: set[int], expected: int | None
) -> None:
    assert next_step_at(ladder, level, raised, frozenset(done), raised, calendar=office()) == expected


@given(st.integers(0, 2**32), st.integers(300, 86_400))
def test_repeats_fall_on_common_moments_about_an_interval_apart(now: int, every: int) -> None:
    at = next_repeat_at(now, every)
    assert at % every == 0
    assert every // 2 <= at - now <= every * 3 // 2 + 1
