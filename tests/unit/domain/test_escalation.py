"""The ladder: which steps speak, and when."""

import pytest

from mash_monitor.domain.escalation import Hours, Step, due_steps
from mash_monitor.domain.rating import Level

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
