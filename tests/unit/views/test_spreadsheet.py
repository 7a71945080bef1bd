"""A scorecard as rows that add up, and that no spreadsheet takes for formulas."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mash_monitor.domain.contact import Row, Span, merge
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import scorecard
from mash_monitor.domain.suppression import suppressed
from mash_monitor.views.spreadsheet import scorecard_csv, scorecard_rows, scorecard_xlsx
from tests.unit.views import sample
from tests.unit.views.sample import CALENDAR, FRIDAY, TIMESCALES


def test_there_is_a_row_for_each_period_and_source_and_they_add_up() -> None:
    card = sample.card()
    rows = list(csv.DictReader(io.StringIO(scorecard_csv(card))))
    whole = [row for row in rows if row["by"] == "all"]
    assert [(row["from"], row["to"]) for row in whole] == [
        ("2025-10-01", "2025-12-31"),
        ("2025-10-01", "2025-10-31"),
        ("2025-11-01", "2025-11-30"),
        ("2025-12-01", "2025-12-31"),
        ("2025-07-01", "2025-09-30"),
    ]
    assert int(whole[0]["contacts"]) == card.total.contacts == sum(int(row["contacts"]) for row in whole[1:4])
    assert float(whole[0]["24 hours pct_low"]) == next(tally.pct_low for tally in card.total.tallies if tally)
    assert whole[0]["24 hours pct"] == ""
    sources = [row for row in rows if row["to"] == "2025-09-30" and row["by"] == "source"]
    assert sum(int(row["contacts"]) for row in sources) == card.previous.contacts


def test_a_source_that_looks_like_a_formula_is_text() -> None:
    contact = merge([Row("C-1", received=FRIDAY - 86_400, decided=Span(FRIDAY, FRIDAY), source_group="=1+1")])
    period = Period(date(2026, 3, 1), date(2026, 3, 31), "2026-03")
    rows = scorecard_rows(scorecard([contact], period, TIMESCALES, CALENDAR, FRIDAY))
    assert rows[2][3] == "'=1+1"


def test_a_workbook_holds_tables_with_numbers_that_are_numbers(tmp_path: Path) -> None:
    card = sample.card()
    scorecard_xlsx(card, "MASH", tmp_path / "card.xlsx")
    book = load_workbook(tmp_path / "card.xlsx")
    assert book.sheetnames == [
        "At a glance", "Decided in time", "Month by month", "Where they came from", "Teams", "What became of them",
        "What the figures are", "All figures",
    ]  # fmt: skip
    for sheet in book:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        assert sheet.freeze_panes == "B2"
    assert [list(row) for row in book["All figures"].iter_rows(values_only=True)] == scorecard_rows(card)
    sources = {row[0].value: row for row in book["Where they came from"].iter_rows(min_row=2)}
    police = sources["Police"]
    assert (police[1].value, police[1].number_format) == (card.total.groups["Police"].contacts, "#,##0")
    assert police[2].number_format == "0.00%"
    share = 100 * (card.total.groups["Police"].contacts or 0) / (card.total.contacts or 1)
    assert police[2].value == pytest.approx(share / 100, abs=1e-4)


def test_a_workbook_shows_a_change_as_every_other_view_does(tmp_path: Path) -> None:
    scorecard_xlsx(sample.card(), "MASH", tmp_path / "card.xlsx")
    glance = load_workbook(tmp_path / "card.xlsx")["At a glance"]
    changes = {name.value: cell for name, *_, cell in glance.iter_rows(min_row=2)}
    contacts, conversion = changes["Contacts"], changes["Converted to a referral"]
    whole, before = sample.card().total, sample.card().previous
    assert contacts.value == (whole.contacts or 0) - (before.contacts or 0)
    assert contacts.number_format == '+#,##0;-#,##0;"no change"'
    assert conversion.value == pytest.approx((whole.conversion_pct or 0) - (before.conversion_pct or 0), abs=0.006)
    assert conversion.number_format == '+0.00" points";-0.00" points";"no change"'


def test_what_is_withheld_is_withheld_in_every_sheet_and_row(tmp_path: Path) -> None:
    whole, card = sample.card(), suppressed(sample.card(), 110)
    hidden = next(name for name, part in card.total.groups.items() if part.contacts is None)
    rows = [row for row in scorecard_rows(card) if row[2:4] == ["source", hidden]]
    assert rows[0][4:6] == [None, None]
    scorecard_xlsx(card, "MASH", tmp_path / "card.xlsx")
    book = load_workbook(tmp_path / "card.xlsx")
    values = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert whole.total.groups[hidden].contacts not in values
    assert "*" in values
