"""A scorecard as rows that add up, and that no spreadsheet takes for formulas."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.suppression import suppressed
from mash_monitor.views.spreadsheet import scorecard_csv
from tests.unit.views import sample


@cache
def card() -> Scorecard:
    return sample.card()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_there_is_a_row_for_each_period_and_source_and_they_add_up() -> None:
    rows = rows_of(scorecard_csv(card()))
    whole = [row for row in rows if row["by"] == "all"]
    assert [(row["from"], row["to"]) for row in whole] == [
        ("2025-10-01", "2025-12-31"),
        ("2025-10-01", "2025-10-31"),
        ("2025-11-01", "2025-11-30"),
        ("2025-12-01", "2025-12-31"),
        ("2025-07-01", "2025-09-30"),
    ]
    assert int(whole[0]["contacts"]) == card().total.contacts == sum(int(row["contacts"]) for row in whole[1:4])
    assert float(whole[0]["24 hours pct_low"]) == next(tally.pct_low for tally in card().total.tallies if tally)
    assert whole[0]["24 hours pct"] == ""
    sources = [row for row in rows if row["to"] == "2025-09-30" and row["by"] == "source"]
    assert sum(int(row["contacts"]) for row in sources) == card().previous.contacts


def test_every_percentage_has_two_decimals() -> None:
    rows = rows_of(scorecard_csv(card()))
    said = {row[column] for row in rows for column in row if column.endswith(("_pct", " pct", "pct_low", "pct_high"))}
    assert {"100.00", "95.00"} <= said
    assert all(re.fullmatch(r"\d+\.\d\d|", each) for each in said)


def test_a_month_is_one_row_not_two() -> None:
    rows = rows_of(scorecard_csv(sample.card(Period(date(2025, 11, 1), date(2025, 11, 30), "2025-11"))))
    assert [row["from"] for row in rows if row["by"] == "all"] == ["2025-11-01", "2025-10-01"]


def test_the_columns_are_the_same_whether_something_is_withheld_or_not() -> None:
    whole, published = scorecard_csv(card()), scorecard_csv(suppressed(card(), 110))
    assert whole.splitlines()[0] == published.splitlines()[0]
    assert {row["withheld_below"] for row in rows_of(whole)} == {""}
    assert {row["withheld_below"] for row in rows_of(published)} == {"110"}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1"])
def test_a_source_that_looks_like_a_formula_is_text(name: str) -> None:
    named = replace(card(), total=replace(card().total, groups={name: card().total.groups["Police"]}))
    assert next(row["part"] for row in rows_of(scorecard_csv(named)) if row["by"] == "source") == f"'{name}"


def test_what_does_not_print_is_spelled_out_and_stays_in_its_cell() -> None:
    named = replace(
        card(), total=replace(card().total, groups={'\u202eeci\r\nlo"P, T\t': card().total.groups["Police"]})
    )
    rows = rows_of(scorecard_csv(named))
    assert rows[1]["part"] == '\\u202eeci\\r\\nlo"P, T\\t'
    assert len(rows) == len(rows_of(scorecard_csv(card()))) - len(card().total.groups) + 1
