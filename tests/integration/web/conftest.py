"""A web room for a test, and one that is only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.web.room import NOON, Room, room


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Room]:
    """A room whose hubs were seen at noon on a Friday: one contact overdue, one red, one amber."""
    with room(tmp_path) as made:
        north = made.councils["north"]
        north.add("C-1", "2026-03-05 11:00", source_desc="West Mercia Police", worker="w1")
        north.add("C-2", "2026-03-05 14:05")
        north.add("C-3", "2026-03-06 12:00")
        made.report(NOON)
        made.report(NOON, "south")
        yield made
