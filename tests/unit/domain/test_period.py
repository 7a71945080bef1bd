"""Periods, their months, and what they are compared with."""

from datetime import date
from itertools import pairwise

import pytest

from mash_monitor.domain.period import Period
from tests.unit.domain.hubs import at, office

HUB = office()


@pytest.mark.parametrize(
    ("start", "end", "months", "before"),
    [
        (date(2020, 3, 1), date(2020, 3, 31), ["2020-03"], (date(2020, 2, 1), date(2020, 2, 29))),
        (
            date(2020, 1, 1),
            date(2020, 3, 31),
            ["2020-01", "2020-02", "2020-03"],
            (date(2019, 10, 1), date(2019, 12, 31)),
        ),
        (
            date(2019, 12, 1),
            date(2020, 1, 31),
            ["2019-12", "2020-01"],
            (date(2019, 10, 1), date(2019, 11, 30)),
        ),
        (date(2020, 3, 2), date(2020, 3, 8), ["2020-03"], (date(2020, 2, 24), date(2020, 3, 1))),
        (
            date(2020, 2, 20),
            date(2020, 3, 10),
            ["2020-02", "2020-03"],
            (date(2020, 1, 31), date(2020, 2, 19)),
        ),
    ],
)
def test_a_period_knows_its_months_and_the_period_before(
    start: date, end: date, months: list[str], before: tuple[date, date]
) -> None:
    period = Period(start, end, "")
    parts = period.months()
    assert [part.name for part in parts] == months
    assert (parts[0].start, parts[-1].end) == (start, end)
    assert all(one.end.toordinal() + 1 == two.start.toordinal() for one, two in pairwise(parts))
    assert (period.previous().start, period.previous().end) == before


def test_a_period_is_local_time() -> None:
    june = Period(date(2026, 6, 1), date(2026, 6, 30), "2026-06")
    assert june.bounds(HUB) == (at("2026-06-01 00:00"), at("2026-07-01 00:00"))


@pytest.mark.parametrize(
    ("start", "end", "april", "start_before", "end_before"),
    [
        ("2020-01-01", "2020-03-31", "2019-04-01", "2018-04-01", "2019-03-31"),
        ("2020-02-01", "2020-02-29", "2019-04-01", "2018-04-01", "2019-02-28"),
        ("2021-02-01", "2021-02-28", "2020-04-01", "2019-04-01", "2020-02-29"),
        ("2020-04-01", "2020-04-30", "2020-04-01", "2019-04-01", "2019-04-30"),
    ],
)  # fmt: skip
def test_to_date_a_year_runs_from_april_and_is_compared_with_the_same_dates_before(
    start: str, end: str, april: str, start_before: str, end_before: str
) -> None:
    found = Period(date.fromisoformat(start), date.fromisoformat(end), "").to_date()
    assert (found.start.isoformat(), found.end.isoformat()) == (april, end)
    before = found.year_before()
    assert (before.start.isoformat(), before.end.isoformat()) == (start_before, end_before)
