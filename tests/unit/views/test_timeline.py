"""The next 24 hours as a strip: deadlines while somebody is here, and while nobody is."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def due(*clock_hours: float) -> Position:
    """A position at 16:30 with a deadline so many hours later, one each."""
    times = [FRIDAY - DAY + round(hours * HOUR) for hours in clock_hours]
    return sample.position([sample.subject(f"C-{number}", received) for number, received in enumerate(times)])


def test_numbers_never_stand_side_by_side() -> None:
    # due at 20:30, 20:45, 21:00 and 21:15, in slots of 15 minutes: two and two, each at the first of its slots
    assert drawn(due(4, 4.25, 4.5, 4.75))[2].rstrip() == " " * 16 + "2 2"
    heading, _, deadlines, *_ = drawn(due(4, 4.5, 4.5, 5), 80)
    assert (heading, deadlines.rstrip()) == ("The next 24 hours", " " * 8 + "3 1")


@pytest.mark.parametrize(("signs", "bars"), [(BLOCKS, "▄█"), (ASCII, ":#")])
def test_numbers_on_both_sides_of_closing_time_turn_to_heights(signs: object, bars: str) -> None:
    # due at 16:45, and twice at 17:24, after closing, in slots of half an hour
    heading, _, deadlines, strip, _ = drawn(due(0.25, 0.9, 0.9), 80, signs)
    assert "the highest bar is 2 in 30 min" in heading
    assert deadlines.rstrip() == bars
    assert " 2 DUE WHILE NOBODY IS HERE " in strip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 24 * 60), max_size=30),
    st.sampled_from([50, 80, 100, 120, 160, 200, 240]),
    st.integers(0, 59),
)
def test_a_number_is_always_one_digit_and_all_of_them_are_counted(minutes: list[int], width: int, late: int) -> None:
    now = FRIDAY + 60 * late
    received = [now - DAY + 60 * minute + 1 for minute in minutes]
    waiting = [sample.subject(f"C-{number}", at) for number, at in enumerate(received)]
    heading, _, deadlines, strip, _ = drawn(sample.position(waiting, now=now, performance=None, intake=None), width)
    if "highest" not in heading:
        numbers = deadlines.split()
        assert all(len(number) == 1 for number in numbers)
        assert sum(map(int, numbers)) == sum(minute < 24 * 60 for minute in minutes)
    assert len(strip) == len(deadlines)


def test_the_strip_can_be_drawn_without_any_block() -> None:
    assert all(line.isascii() for line in drawn(sample.position(), signs=ASCII))
