"""The published quarter, from a CSV file to the scorecard: every figure that was printed comes back."""

from pathlib import Path

import pytest

from mash_monitor.simulate.native import write_csv
from mash_monitor.simulate.quarter import published_quarter
from tests.e2e.program import Program


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A hub that has taken in the quarter."""
    program = Program.made(tmp_path_factory.mktemp("quarter"))
    count = write_csv(Path(program.folder / "quarter.csv"), published_quarter())
    taken = program.json("import", "quarter.csv")
    assert (taken["rows"], taken["imported"], taken["rejected"]) == (count, count, [])
    again = program.json("import", "quarter.csv")
    assert (again["rows"], again["unchanged"]) == (count, count)
    return program


def test_the_scorecard_gives_back_what_was_printed(quarter: Program) -> None:
    card = quarter.json("scorecard", "--period", "2019-20-Q4")
    assert card["period"] == {"from": "2020-01-01", "to": "2020-03-31"}
    assert card["contacts"] == 2017
    assert [(month["month"], month["contacts"]) for month in card["months"]] == [
        ("2020-01", 666), ("2020-02", 624), ("2020-03", 727),
    ]  # fmt: skip
    police = [source for month in card["months"] for source in month["sources"] if source["group"] == "Police"]
    assert [source["contacts"] for source in police] == [356, 324, 418]
    assert [source["share_pct"] for source in police] == [53.45, 51.92, 57.50]
    assert [source["conversion_pct"] for source in police] == [8.99, 7.72, 6.94]
    assert card["conversion_pct"] == 16.41
    elapsed, working_day = card["timescales"]
    assert (elapsed["name"], elapsed["in_time"], elapsed["late"], elapsed["pct"]) == ("24 hours", 887, 1130, 43.98)
    assert (working_day["name"], working_day["in_time"], working_day["pct"]) == ("one working day", 1775, 88.0)
    assert {timescale["uncertain"] for timescale in card["timescales"]} == {0}
    assert sum(card["outcomes"].values()) == 2017
    assert card["previous"]["contacts"] == 0


def test_its_months_add_up_and_one_month_alone_says_the_same(quarter: Program) -> None:
    whole = quarter.json("scorecard", "--period", "2020-01..2020-03")
    february = quarter.json("scorecard", "--period", "2020-02")
    for key in ("contacts", "referrals"):
        assert whole[key] == sum(month[key] for month in whole["months"])
    (month,) = february["months"]
    assert month == whole["months"][1]
    assert february["previous"]["contacts"] == 666


def test_a_person_reads_the_same_figures(quarter: Program) -> None:
    shown = quarter.run("scorecard", "--period", "2019-20-Q4").out
    for figure in ("2,017", "666", "624", "727", "16.41%", "43.98%", "88.00%"):
        assert figure in shown, figure
