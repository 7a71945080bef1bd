"""Whatever a store holds, each view shows something sensible, at any width, in words as in blocks."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.intake import Intake
from mash_monitor.domain.performance import performance
from mash_monitor.domain.position import Position, Quality, Subject, watch
from mash_monitor.domain.weeks import Weeks
from mash_monitor.views.html import report_html, scorecard_html
from mash_monitor.views.spoken.position import contacts as said_contacts
from mash_monitor.views.spoken.summary import summary as said_summary
from mash_monitor.views.spreadsheet import scorecard_csv
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.contacts import contacts
from mash_monitor.views.terminal.summary import summary
from mash_monitor.views.text import report_text
from tests.unit.views import sample
from tests.unit.views.sample import CALENDAR, FRIDAY, LONDON, POLICY, TIMESCALES
from tests.unit.views.test_html import Outline

WIDTHS = (40, 80, 120, 240)


def printed(view: Callable[[Position], object], position: Position, width: int) -> list[str]:
    out = io.StringIO()
    make_console(out, width).print(view(position))
    return out.getvalue().splitlines()


def without_history(*subjects: Subject) -> Position:
    """The position of a store in which nothing was ever decided."""
    weeks = Weeks.until(FRIDAY, CALENDAR)
    nothing = tuple(performance([], TIMESCALES, CALENDAR, FRIDAY, weeks))
    return sample.position(
        subjects, performance=nothing, intake=Intake(weeks.start, FRIDAY), quality=Quality()
    )  # fmt: skip


@pytest.mark.parametrize("width", [60, *WIDTHS[1:]])
def test_an_empty_store_is_no_row_of_zeros(width: int) -> None:
    shown = printed(summary, without_history(), width)
    assert "No contact is open." in shown[1:3]
    assert "Sources" not in "\n".join(shown)
    assert "—" in "\n".join(shown)
    assert list(said_summary(without_history()))[1] == "No contact is open."


@pytest.mark.parametrize("width", [60, *WIDTHS[1:]])
def test_a_hub_that_has_decided_nothing_has_dashes_for_shares(width: int) -> None:
    shown = "\n".join(printed(summary, without_history(sample.subject()), width))
    for words in ("nothing due", "—", "Police"):
        assert words in shown


def test_ten_thousand_contacts_are_all_in_the_list_and_few_in_the_summary() -> None:
    position = sample.position([sample.subject(f"C-{number}") for number in range(10_000)])
    listed = printed(contacts, position, 120)
    assert sum(line.startswith("RED ") for line in listed) == 10_000
    assert len(printed(summary, position, 120)) < 62
    assert sum(line.startswith("RED ") for line in said_contacts(position)) == 10_000
    assert len(list(said_summary(position))) < 80


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reference_of_two_hundred_characters_is_whole_and_breaks_nothing(width: int) -> None:
    reference = "HFD/" + "0123456789" * 19 + "/END/1"
    late = sample.subject(reference + "-L", FRIDAY - 2 * DAY)
    position = sample.position([sample.subject(reference), late])
    for view in (summary, contacts):
        lines = printed(view, position, width)
        assert max(map(cell_len, lines)) <= width
        assert reference in "".join(line.strip() for line in lines)


_BASE = sample.position([])
_TEXT = st.text(max_size=200)


@settings(deadline=None, max_examples=40)
@given(_TEXT, _TEXT, _TEXT, _TEXT, st.sampled_from(WIDTHS))
def test_no_text_of_a_store_drives_a_terminal(group: str, team: str, worker: str, reference: str, width: int) -> None:
    hostile = sample.subject(reference or "C-1", source_group=group, teams=(team,), worker=worker or None)
    position = replace(
        _BASE, watched=watch([hostile], FRIDAY, POLICY), title=team, notices=(group,),
        quality=Quality(1, set_aside_examples=(worker,)),
    )  # fmt: skip
    shown = printed(summary, position, width)
    assert max(map(cell_len, shown)) <= width
    for lines in (shown, printed(contacts, position, width), [*said_summary(position)]):
        assert all(char.isprintable() for line in lines for char in line)


_CARD = sample.card()


@settings(deadline=None, max_examples=25)
@given(st.text(st.characters(), max_size=200), st.sampled_from(["", "=", "+", "-", "@"]))
def test_no_text_of_a_store_breaks_a_document(text: str, first: str) -> None:
    name = first + text
    position = replace(
        _BASE, watched=watch([sample.subject("C-1", source_group=name, teams=(name,))], FRIDAY, POLICY), title=name
    )  # fmt: skip
    card = replace(_CARD, total=replace(_CARD.total, groups={name: _CARD.total.groups["Police"]}))
    assert all(char.isprintable() for line in report_text(position).split("\n") for char in line)
    for page in (report_html(position), scorecard_html(card, name, LONDON)):
        Outline(page)
        assert all(char.isprintable() or char == "\n" for char in page)
    rows = list(csv.reader(io.StringIO(scorecard_csv(card))))
    assert len({len(row) for row in rows}) == 1
    assert not rows[2][3].startswith(("=", "+", "-", "@"))
    assert rows[1][4] == str(_CARD.total.contacts)
