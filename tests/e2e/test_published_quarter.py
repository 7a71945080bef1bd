"""The published quarter, from a CSV file to the scorecard: every figure that was printed comes back."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mash_monitor.simulate.native import NativeRow, write_csv
from mash_monitor.simulate.quarter import published_quarter
from tests.e2e.program import REPOSITORY, Program
from tests.unit.simulate.plain_count import BANK_HOLIDAYS, Seen, contacts_of, percent


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


def test_every_figure_is_what_a_plain_count_of_the_rows_gives(quarter: Program) -> None:
    card = quarter.json("scorecard", "--period", "2019-20-Q4")
    rows = list(published_quarter())
    contacts = contacts_of(rows)
    assert card["contacts"] == len(contacts)
    assert card["children"] == len({row.person_id for row in rows})
    assert card["referrals"] == sum(seen.converted for seen in contacts)
    assert {name: number for name, number in card["outcomes"].items() if number} == Counter(
        seen.outcome for seen in contacts
    )
    assert card["nfa_pct"] == round(percent([seen.outcome == "nfa" for seen in contacts]), 2)
    assert card["very_late"]["contacts"] == sum(over_three_working_days(seen) for seen in contacts)
    assert card["very_late"]["uncertain"] == 0
    assert (card["repeats"], card["repeat_pct"]) == (number := repeats(rows), round(100 * number / len(contacts), 2))
    assert (card["open"], card["oldest_open_seconds"]) == (0, None)
    elapsed, working_day = card["timescales"]
    assert elapsed["in_time"] == sum(seen.within_24_hours for seen in contacts)
    assert working_day["in_time"] == sum(seen.within_one_working_day for seen in contacts)
    (police,) = (source for source in card["sources"] if source["group"] == "Police")
    theirs = [seen for seen in contacts if seen.from_police]
    assert (police["contacts"], police["share_pct"]) == (len(theirs), round(100 * len(theirs) / len(contacts), 2))
    assert police["conversion_pct"] == round(percent([seen.converted for seen in theirs]), 2)
    assert police["timescales"][0]["in_time"] == sum(seen.within_24_hours for seen in theirs)
    assert police["very_late"]["contacts"] == sum(over_three_working_days(seen) for seen in theirs)
    first = {row.contact_id: row for row in reversed(rows)}.values()
    for key, name, of in (("teams", "team", "team"), ("risks", "risk", "risk")):
        plain = Counter(getattr(row, of) or {"team": "no team", "risk": "unrated"}[of] for row in first)
        assert {part[name]: part["contacts"] for part in card[key]} == plain


def over_three_working_days(seen: Seen) -> bool:
    day = seen.received.date()
    for _ in range(3):
        day += timedelta(days=1)
        while day.weekday() >= 5 or day in BANK_HOLIDAYS:
            day += timedelta(days=1)
    return seen.decided is not None and seen.decided.date() > day


def repeats(rows: list[NativeRow]) -> int:
    seen: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        seen[row.person_id].append((row.received_at, row.contact_id))
    again = {contact for visits in seen.values() for _, contact in sorted(visits)[1:]}
    return len(again)


def test_the_published_table_is_checked_and_its_three_inconsistencies_are_named(quarter: Program) -> None:
    table = REPOSITORY / "tests" / "data" / "herefordshire-2019-20-q4.toml"
    ended = quarter.run("scorecard", "--period", "2019-20-Q4", "--compare", str(table), "--json")
    assert ended.code == 1
    wrong = {one["place"]: one["printed"] for one in ended.document["figures"] if one["follows"] is False}
    assert wrong == {
        "period.conversion_to_referral_pct": "16.39", "period.police_share_pct": "54.43",
        "period.police_conversion_pct": "5.90",
    }  # fmt: skip
    shown = quarter.run("scorecard", "--period", "2019-20-Q4", "--compare", str(table))
    assert "3 figures of 19 do not follow" in shown.out
    said = quarter.refused("scorecard", "--period", "2019-20-Q4", "--compare", "quarter.csv")
    assert said.startswith("mash-monitor: --compare: quarter.csv: found ")


def test_a_table_beside_the_rows_is_checked_to_the_last_figure_and_a_mistyped_one_is_found(quarter: Program) -> None:
    table = quarter.folder / "table.toml"
    table.write_text("[quarter]\nchildren = 980\nrepeat_pct = 11.99\ncontcats = 2017\n", encoding="utf-8")
    compare = ("scorecard", "--period", "2019-20-Q4", "--compare", "table.toml")
    card = quarter.json("scorecard", "--period", "2019-20-Q4")
    first = "the first of them is of 2020-01-01"
    shown = quarter.run(*compare, "--plain")
    assert (shown.code, shown.out.splitlines()) == (1, [
        "2 figures of 3 do not follow. 1 unknown figure, perhaps mistyped.",
        f"period.children = 980, DOES NOT FOLLOW: the rows give {card['children']:,}.",
        f"period.repeat_pct = 11.99, DOES NOT FOLLOW: the rows give {card['repeat_pct']} ({first}).",
        "period.contcats = 2017, unknown figure: the nearest known name is contacts.",
    ])  # fmt: skip
    table.write_text(f"[quarter]\nchildren = {card['children']}\nrepeat = 3\n", encoding="utf-8")
    unknown = quarter.run(*compare, "--json")
    assert unknown.code == 1
    children, repeat = unknown.document["figures"]
    assert (children["follows"], children["known"], children["from_rows"]) == (True, True, str(card["children"]))
    assert (repeat["follows"], repeat["known"]) == (None, False)


@pytest.mark.parametrize("beside", ["--html=x.html", "--xlsx=x.xlsx", "--csv=x.csv", "--suppress=5"])
def test_a_comparison_writes_no_file_and_withholds_nothing_and_says_so(quarter: Program, beside: str) -> None:
    table = str(REPOSITORY / "tests" / "data" / "herefordshire-2019-20-q4.toml")
    said = quarter.refused("scorecard", "--period", "2019-20-Q4", "--compare", table, beside)
    assert "leave out --html, --xlsx, --csv and --suppress" in said
    assert not list(quarter.folder.glob("x.*"))


def test_for_publication_no_small_count_is_shown_in_any_clothes(quarter: Program) -> None:
    february = ("scorecard", "--period", "2020-01..2020-02", "--suppress", "5")
    card = quarter.json(*february)
    assert card["withheld_below"] == 5

    def counts(found: Any) -> Iterator[int]:
        if isinstance(found, dict):
            for value in found.values():
                yield from counts(value)
        elif isinstance(found, list):
            for value in found:
                yield from counts(value)
        elif isinstance(found, int) and not isinstance(found, bool):
            yield found

    del card["withheld_below"]
    assert not {1, 2, 3, 4} & set(counts(card))
    assert None in [source["referrals"] for source in card["sources"]]
    files = quarter.run(*february, "--csv", "p.csv", "--html", "p.html")
    assert files.code == 0
    assert "*" in quarter.run(*february).out
    assert "* withheld" in (quarter.folder / "p.html").read_text(encoding="utf-8")


def test_to_date_and_against_choose_what_is_compared(quarter: Program) -> None:
    to_date = quarter.json("scorecard", "--period", "2020-02", "--to-date")
    assert to_date["period"] == {"from": "2019-04-01", "to": "2020-02-29"}
    assert to_date["previous_period"] == {"from": "2018-04-01", "to": "2019-02-28"}
    assert to_date["contacts"] == 666 + 624
    against = quarter.json("scorecard", "--period", "2020-03", "--against", "2020-01")
    assert (against["previous_period"]["from"], against["previous"]["contacts"]) == ("2020-01-01", 666)


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
