"""The next 24 hours as a strip: deadlines while somebody is here, and while nobody is."""

import io

import pytest

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.position import Position
from mash_monitor.views.terminal.canvas import ASCII, BLOCKS, Canvas
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.timeline import timeline
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR

LABEL = 12


def drawn(position: Position, width: int = 120, signs: object = BLOCKS) -> list[str]:
    """The lines behind their labels: heading, hours, deadlines, who is here, reports."""
    out = io.StringIO()
    console = make_console(out, width)
    for line in timeline(position, Canvas(width, signs)):  # type: ignore[arg-type]
        console.print(line)
    heading, *lines = out.getvalue().splitlines()
    return [heading, *(line[LABEL:] for line in lines)]


@pytest.mark.parametrize(("width", "slots"), [(50, 1), (80, 2), (120, 4), (200, 6), (240, 8)])
def test_deadlines_stand_at_their_hour_whatever_the_width(width: int, slots: int) -> None:
    # due at 20:30, twice, and on Saturday at 08:30
    contacts = [sample.subject("C-1"), sample.subject("C-2"), sample.subject("C-3", FRIDAY - 8 * HOUR)]
    _, hours, deadlines, strip, reports = drawn(sample.position(contacts), width)
    assert deadlines.rstrip() == " " * (4 * slots) + "2" + " " * (12 * slots - 1) + "1"
    assert [index for index, sign in enumerate(reports) if sign == "▲"] == [16 * slots, 20 * slots]
    assert len(strip) == 24 * slots
    assert "Sat" in hours


def test_what_breaches_while_nobody_is_here_is_counted_in_the_strip() -> None:
    contacts = [sample.subject("C-1", FRIDAY - DAY + HOUR // 2), *map(sample.subject, ("C-2", "C-3"))]
    strip = drawn(sample.position(contacts), 240)[3]
    assert strip.startswith(("█ 1 ██─", "█ 1 █─"))
    assert " 2 DUE WHILE NOBODY IS HERE " in strip
    assert " 2 NOBODY HERE " in drawn(sample.position(contacts), 50)[3]


def test_a_stretch_without_a_deadline_only_says_who_is_here() -> None:
    strip = drawn(sample.position([sample.subject("C-1", FRIDAY - 2 * DAY)], now=FRIDAY - 8 * HOUR))[3]
    assert " while staffed " in strip
    assert " nobody here " in strip


def test_a_deadline_at_closing_time_falls_while_somebody_is_here() -> None:
    strip = drawn(sample.position([sample.subject("C-1", FRIDAY + 45 * 60 - DAY)]), 240)[3]
    assert " 1 " in strip.split("─")[0]


def test_deadlines_turn_to_heights_where_a_slot_holds_more_than_nine() -> None:
    heading, _, deadlines, strip, _ = drawn(sample.position([sample.subject(f"C-{number}") for number in range(12)]))
    assert "the highest bar is 12 in 15 min" in heading
    assert deadlines.strip() == "█"
    assert " 12 DUE WHILE NOBODY IS HERE " in strip


def test_the_strip_can_be_drawn_without_any_block() -> None:
    assert all(line.isascii() for line in drawn(sample.position(), signs=ASCII))
