"""A scorecard as a workbook: tables, types and formats, for any spreadsheet and for paper."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.suppression import suppressed
from mash_monitor.views.spreadsheet import scorecard_rows
from mash_monitor.views.workbook import scorecard_xlsx
from tests.unit.views import sample
from tests.unit.views.sample import LONDON

Written = Callable[..., Any]
HUB = "Hereford & Worcester MASH"
PARTS = ["Month by month", "Where they came from", "Teams"]


@cache
def card() -> Scorecard:
    return sample.card()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The last quarter of 2025."""
    path = tmp_path_factory.mktemp("books") / "card.xlsx"
    scorecard_xlsx(card(), HUB, LONDON, path)
    return load_workbook(path)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(card: Scorecard, title: str = HUB) -> Any:
        scorecard_xlsx(card, title, LONDON, tmp_path / "card.xlsx")
        return load_workbook(tmp_path / "card.xlsx")

    return write


def test_each_sheet_is_a_table_and_sums_stand_below_it(book: Any) -> None:
    assert book.sheetnames == [
        "About", "At a glance", "Decided in time", *PARTS, "What became of them", "What the figures are", "All figures",
    ]  # fmt: skip
    for sheet in book:
        (table,) = sheet.tables.values()
        names = [cell.value for cell in sheet[table.ref][0]]
        assert all(isinstance(name, str) for name in names)
        assert len(set(names)) == len(names)
        below = sheet.max_row - int(table.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        assert below == (sheet.title in PARTS)
        if below:
            assert (sheet.cell(sheet.max_row, 1).value, sheet.cell(sheet.max_row, 1).font.b) == ("All", True)


def test_numbers_percentages_and_dates_are_what_they_are(book: Any) -> None:
    sources = {row[0].value: row for row in book["Where they came from"].iter_rows(min_row=2)}
    contacts, share, *_ = sources["Police"][1:]
    assert (contacts.value, contacts.number_format) == (card().total.groups["Police"].contacts, "#,##0")
    assert share.number_format == "0.00%"
    whole = 100 * (contacts.value or 0) / (card().total.contacts or 1)
    assert share.value == pytest.approx(whole / 100, abs=1e-4)
    rows = [[*row] for row in book["All figures"].iter_rows(values_only=True)]
    assert rows[0] == scorecard_rows(card())[0]
    for row, as_rows in zip(rows[1:], scorecard_rows(card())[1:], strict=True):
        assert [cell.date() if isinstance(cell, datetime) else cell for cell in row] == as_rows
        assert isinstance(row[0], datetime)


def test_a_share_has_its_numbers_and_its_standing_beside_it(book: Any) -> None:
    clocks = [*book["Decided in time"].iter_rows(values_only=True)]
    assert clocks[0][:5] == ("Timescale", "Target", "This period", "Count", "Against target")
    assert clocks[1][:2] == ("24 hours", 0.95)
    assert clocks[1][4] == "BELOW"
    tally = card().total.tallies[0]
    assert tally is not None
    assert clocks[1][2:4] == (
        f"{tally.pct_low:.2f} to {tally.pct_high:.2f}%",
        f"{tally.in_time:,} to {tally.in_time + tally.uncertain:,} of {tally.due:,}",
    )


def test_a_change_is_shown_as_in_every_other_view(book: Any) -> None:
    changes = {row[0].value: row[-1] for row in book["At a glance"].iter_rows(min_row=2)}
    contacts, conversion = changes["Contacts"], changes["Converted to a referral"]
    whole, before = card().total, card().previous
    assert contacts.value == (whole.contacts or 0) - (before.contacts or 0)
    assert contacts.number_format == '+#,##0;-#,##0;"no change"'
    assert conversion.value == pytest.approx((whole.conversion_pct or 0) - (before.conversion_pct or 0), abs=0.006)
    assert conversion.number_format == '+0.00" points";-0.00" points";"no change"'


def test_every_figure_has_room_and_stands_on_the_right(book: Any) -> None:
    glance = book["At a glance"]
    for row in glance.iter_rows(min_row=2):
        assert {cell.alignment.horizontal for cell in row[1:]} == {"right"}
    assert glance.column_dimensions["F"].width > len("+10.00 points")
    for sheet in book:
        for row in sheet.iter_rows():
            lines = round((sheet.row_dimensions[row[0].row].height or 0) / 15)
            for cell in row:
                room = lines * sheet.column_dimensions[cell.column_letter].width
                assert cell.is_date or cell.value is None or len(str(cell.value)) < room or cell.data_type == "n"


def test_paper_says_whose_figures_these_are_on_every_page(book: Any) -> None:
    for sheet in book:
        assert sheet.oddHeader.left.text == "Hereford && Worcester MASH, 1 October to 31 December 2025"
        assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == ("&A", "Page &P of &N")
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        wide = sheet.title == "All figures"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (4 if wide else 1, 0)
        assert sheet.print_title_cols == ("$A:$D" if wide else None)
        assert sheet.freeze_panes == ("E2" if wide else "D2" if sheet.title == "What the figures are" else "B2")


def test_what_must_be_known_stands_first(written: Written) -> None:
    about = written(suppressed(card(), 110))["About"]
    rows = dict(about.iter_rows(min_row=2, values_only=True))
    assert rows["Hub"] == "Hereford & Worcester MASH"
    assert rows["Compared with"] == "1 July to 30 September 2025"
    assert rows["As they stood"] == "Fri 6 Mar 2026 16:30"
    assert rows["Note"].startswith("* withheld: a count from 1 to 109")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('=HYPERLINK("http://example.org")', '=HYPERLINK("http://example.org")'),
        ("+1+1", "+1+1"), ("@SUM(A1)", "@SUM(A1)"), ("#REF!", "#REF!"), ("\u202eeciloP\x07", "\\u202eeciloP\\x07"),
        ("T" * 200, "T" * 200),
    ],
    ids=["formula", "sum", "at", "error", "control", "long"],
)  # fmt: skip
def test_a_name_from_a_store_is_text(written: Written, name: str, shown: str) -> None:
    named = replace(card().total, groups={name: card().total.groups["Police"]})
    book = written(replace(card(), total=named), title=name)
    for sheet, column in (("Where they came from", 0), ("All figures", 3), ("About", 1)):
        found = [row[column] for row in book[sheet].iter_rows(min_row=2) if row[column].value == shown]
        assert found
        assert {cell.data_type for cell in found} == {"s"}


def test_a_period_without_a_contact_is_a_workbook_too(written: Written) -> None:
    book = written(sample.card(Period(date(2031, 1, 1), date(2031, 1, 31), "2031-01")))
    assert book.sheetnames == ["About", "At a glance", "Decided in time", "What the figures are", "All figures"]
    notes = [says for what, says in book["About"].iter_rows(min_row=2, values_only=True) if what == "Note"]
    assert notes[0] == "No contact is recorded for 1 to 31 January 2031"
