"""What a change of a contact raises an alert for."""

import pytest

from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, Standing, State, Transition


def standing(state: str, level: str) -> Standing:
    return Standing(State(state), Level(level))


@pytest.mark.parametrize(
    ("before", "after", "raised"),
    [
        # newly seen
        (None, ("open", "green"), None),
        (None, ("open", "amber"), Level.AMBER),
        (None, ("open", "red"), Level.RED),
        (None, ("open", "overdue"), Level.OVERDUE),
        # time passes
        (("open", "green"), ("open", "amber"), Level.AMBER),
        (("open", "amber"), ("open", "red"), Level.RED),
        (("open", "red"), ("open", "overdue"), Level.OVERDUE),
        (("open", "green"), ("open", "overdue"), Level.OVERDUE),
        # a correction for the better, or none at all
        (("open", "red"), ("open", "amber"), None),
        (("open", "overdue"), ("open", "red"), None),
        (("open", "red"), ("open", "red"), None),
        # decided, and open again
        (("open", "red"), ("decided", "red"), None),
        (("missing", "overdue"), ("decided", "overdue"), None),
        (("decided", "red"), ("open", "red"), Level.RED),
        (("decided", "overdue"), ("open", "amber"), Level.AMBER),
        (("decided", "red"), ("open", "green"), None),
        # vanished and back: what was raised stays raised, what gets worse is raised
        (("open", "red"), ("missing", "red"), None),
        (("open", "amber"), ("missing", "red"), Level.RED),
        (("missing", "red"), ("open", "red"), None),
        (("missing", "red"), ("missing", "overdue"), Level.OVERDUE),
    ],
)
def test_only_getting_worse_or_coming_back_raises(
    before: tuple[str, str] | None, after: tuple[str, str], raised: Level | None
) -> None:
    was = None if before is None else standing(*before)
    change = Transition("C-1", 0, Kind.TIME, was, standing(*after), "because")
    assert change.raises is raised


@pytest.mark.parametrize(
    ("state", "level", "shown"),
    [("open", "red", "red"), ("missing", "red", "missing"), ("decided", "overdue", "decided")],
)
def test_a_standing_is_told_by_its_level_while_open_and_by_its_state_else(state: str, level: str, shown: str) -> None:
    assert str(standing(state, level)) == shown
