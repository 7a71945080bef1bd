"""England's quarter counted, in a history of years, at little more than it takes to read its rows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.figures import Figure, Report, scaled
from tests.bench.quarters import fill, taken_apart
from tests.bench.stores import postgres_database

pytestmark = pytest.mark.bench

_QUARTER = scaled(600_000)
_HISTORY = scaled(10_000_000)
_FIFTEEN_MONTHS = 5 * _QUARTER

Make = Callable[[int], str]


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest, room: Path) -> Iterator[tuple[str, Make]]:
    """The kind of database, and how to make a store of so many rows in one."""
    with ExitStack() as stack:

        def make(rows: int) -> str:
            if request.param == "SQLite":
                where = str(room / f"{rows}.db")
            else:
                where = stack.enter_context(postgres_database(request.getfixturevalue("postgres_server"), f"s{rows}"))
            fill(where, rows, _QUARTER)
            return where

        yield request.param, make


def test_a_quarter_costs_little_more_than_reading_its_rows(report: Report, database: tuple[str, Make]) -> None:
    """The count of a quarter; a whole scorecard with all that it compares; and the same after fifteen months."""
    kind, make = database
    large = make(_HISTORY)
    counted, whole = taken_apart(large, "quarter"), taken_apart(large, "whole")
    small = taken_apart(make(_FIFTEEN_MONTHS), "quarter")
    report.add(Figure(f"that quarter (raw: after fifteen months), {kind}", counted.measured, small.measured, limit=1.2))
    report.add(Figure(
        f"a scorecard: it, the one before, a year before both, {kind}", whole.measured, whole.raw, limit=3,
        mib=whole.mib, mib_limit=150,
    ))  # fmt: skip
    report.add(Figure(
        f"a quarter of {_QUARTER:,} contacts of {_HISTORY:,}, {kind}", counted.measured, counted.raw, limit=3,
        mib=counted.mib, mib_limit=150,
    ))  # fmt: skip
