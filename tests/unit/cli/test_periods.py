"""Periods of a scorecard, as people write them; the financial year starts in April."""

from datetime import date

import pytest

from mash_monitor.cli.main import UsedWrongError
from mash_monitor.cli.periods import period

TODAY = date(2020, 4, 12)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("2020-03", date(2020, 3, 1), date(2020, 3, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        (" 2019-02 ", date(2019, 2, 1), date(2019, 2, 28)),
        ("2020-01..2020-03", date(2020, 1, 1), date(2020, 3, 31)),
        ("2019-20-Q1", date(2019, 4, 1), date(2019, 6, 30)),
        ("2019-20-Q2", date(2019, 7, 1), date(2019, 9, 30)),
        ("2019-20-Q3", date(2019, 10, 1), date(2019, 12, 31)),
        ("2019-20-Q4", date(2020, 1, 1), date(2020, 3, 31)),
        ("2019-20-q4", date(2020, 1, 1), date(2020, 3, 31)),
        ("1999-00-Q4", date(2000, 1, 1), date(2000, 3, 31)),
        ("2019-20", date(2019, 4, 1), date(2020, 3, 31)),
        ("2011-12", date(2011, 12, 1), date(2011, 12, 31)),
        ("2020-01-06..2020-01-19", date(2020, 1, 6), date(2020, 1, 19)),
        ("2020-01-06", date(2020, 1, 6), date(2020, 1, 6)),
        ("2020-01-15..2020-02", date(2020, 1, 15), date(2020, 2, 29)),
        ("2020-01..", date(2020, 1, 1), date(2020, 4, 12)),
        ("2020-04-12..", date(2020, 4, 12), date(2020, 4, 12)),
    ],
)
def test_a_period_is_a_month_a_quarter_a_year_a_range_or_dates(words: str, start: date, end: date) -> None:
    found = period(words, TODAY)
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    "wrong",
    [
        "", "2020", "March 2020", "2020-3", "2020-00", "2019-21", "2019-21-Q4", "2019-20-Q5", "2020-Q1", "2020-02-30",
        "2020-03..2020-01", "2020-04-13..", "..2020-01", "2020-01...2020-03", "0001-01", "9999-12", "1900-01", "20203",
        "2020-01..2020-02..2020-03", "2020-W03", "2020-W03-1", "20200106", "٢٠٢٠-٠٣",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_was_found_and_what_is_expected(wrong: str) -> None:
    with pytest.raises(UsedWrongError) as refused:
        period(wrong, TODAY)
    assert str(refused.value).startswith(f"--period: found {wrong!r}")
    assert "expected" in str(refused.value)
