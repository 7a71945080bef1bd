"""Parts of a view, side by side where there is room."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.screen import Screen
from mash_monitor.views.terminal.shelf import Part, shelves


def part(name: str, least: int, most: int) -> Part:
    """A part that fills its columns with its name."""
    return Part(least, most, lambda width: [Text((name * width)[:width], no_wrap=True)])


def printed(parts: Sequence[Part], width: int) -> list[str]:
    out = io.StringIO()
    console = make_console(out, width)
    for row in shelves(parts, width):
        console.print(row)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (40, ["", "a" * 40, "", "b" * 30, "", "c" * 30]),
        (64, ["", "a" * 30 + " " * 4 + "b" * 30, "", "c" * 30]),
        (98, ["", "a" * 30 + " " * 4 + "b" * 30 + " " * 4 + "c" * 30]),
        (200, ["", "a" * 60 + " " * 4 + "b" * 30 + " " * 4 + "c" * 30]),
    ],
)
def test_as_many_parts_stand_in_a_row_as_fit_and_take_what_is_of_use(width: int, shown: list[str]) -> None:
    assert printed([part("a", 30, 60), part("b", 30, 30), part("c", 30, 30)], width) == shown


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 60)), min_size=1, max_size=8), st.integers(40, 250))
def test_no_row_is_wider_than_the_terminal_and_no_part_is_lost(sizes: list[tuple[int, int]], width: int) -> None:
    names = "abcdefgh"
    lines = printed([part(names[at], least, least + more) for at, (least, more) in enumerate(sizes)], width)
    assert max(map(cell_len, lines)) <= width
    found = [name for name in "".join(lines) if name != " "]
    assert list(dict.fromkeys(found)) == list(names[: len(sizes)])


def lines_of(screen: Screen, height: int) -> list[str]:
    out = io.StringIO()
    console = make_console(out, 60)
    console.print(screen, height=height)
    return out.getvalue().rstrip("\n").split("\n")


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (2, ["line 0", "line 1", "", "", "the foot"]),
        (4, ["line 0", "line 1", "line 2", "line 3", "the foot"]),
        (9, ["line 0", "line 1", "line 2", "… 6 more lines on a taller or wider window", "the foot"]),
    ],
)
def test_a_screen_shows_what_it_has_lines_for_and_always_its_foot(lines: int, shown: list[str]) -> None:
    body = Text("\n".join(f"line {number}" for number in range(lines)))
    assert lines_of(Screen(body, Text("the foot")), 5) == shown
