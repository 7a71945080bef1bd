"""A scorecard as rows that add up, and that no spreadsheet takes for formulas."""

import csv
import io
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from mash_monitor.domain.contact import Row, Span, merge
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import scorecard
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


def test_a_workbook_holds_the_same_rows(tmp_path: Path) -> None:
    card = sample.card()
    scorecard_xlsx(card, "MASH", tmp_path / "card.xlsx")
    sheet = load_workbook(tmp_path / "card.xlsx")["All figures"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == scorecard_rows(card)
