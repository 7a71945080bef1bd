"""How a contact's standing is told."""

import pytest

from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Standing, State


@pytest.mark.parametrize(
    ("state", "level", "shown"),
    [("open", "red", "red"), ("missing", "red", "missing"), ("decided", "overdue", "decided")],
)
def test_a_standing_is_told_by_its_level_while_open_and_by_its_state_else(state: str, level: str, shown: str) -> None:
    assert str(Standing(State(state), Level(level))) == shown
