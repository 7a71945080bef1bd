"""A web room for a test of its own, and one for all tests that only look."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.web.room import NOON, Room, room


@pytest.fixture
def board(tmp_path: Path, _sqlite_state: Path) -> Iterator[Room]:
    """A room whose hubs were seen at noon on a Friday: one contact overdue, one red, one amber."""
    with room(tmp_path, state=_sqlite_state) as made:
        _friday(made)
        yield made


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory, _sqlite_state: Path) -> Iterator[Room]:
    """The same, for all tests that only look."""
    with room(tmp_path_factory.mktemp("board"), state=_sqlite_state) as made:
        _friday(made)
        yield made


def _friday(made: Room) -> None:
    north = made.councils["north"]
    north.add("C-1", "2026-03-05 11:00", source_desc="West Mercia Police", worker="w1")
    north.add("C-2", "2026-03-05 14:05")
    north.add("C-3", "2026-03-06 12:00")
    made.report(NOON)
    made.report(NOON, "south")
