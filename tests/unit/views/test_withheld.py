"""What is withheld is withheld in every view alike, and a reader of all of them cannot work it out."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mash_monitor.domain.contact import CONVERTED
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.suppression import suppressed
from mash_monitor.views.amounts import WITHHELD, Amount, repeated
from mash_monitor.views.documents import Document
from mash_monitor.views.html import scorecard_html
from mash_monitor.views.scorecards import scorecard_document
from mash_monitor.views.sheet import tables
from mash_monitor.views.spoken.scorecard import scorecard as sentences
from mash_monitor.views.spreadsheet import scorecard_csv
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.scorecard import scorecard
from mash_monitor.views.workbook import scorecard_xlsx
from tests.unit.views import sample
from tests.unit.views.sample import LONDON

Row = dict[str, str]
LEASTS = [5, 30, 110]
SCALES = ("24 hours", "one working day")
VERDICTS = ("in_time", "late", "not_yet_due", "uncertain")
PERCENTAGES = {
    "share_pct": ("contacts",), "conversion_pct": ("referrals", "contacts"), "nfa_pct": ("outcome nfa", "contacts"),
    "repeat_pct": ("repeats", "contacts"),
    **{f"{scale} {pct}": tuple(f"{scale} {verdict}" for verdict in ("received", *VERDICTS))
       for scale in SCALES for pct in ("pct", "pct_low", "pct_high")},
    **{f"over three working days {pct}": ("over three working days contacts", "over three working days uncertain")
       for pct in ("pct", "pct_low", "pct_high")},
}  # fmt: skip
"""Each percentage, and the counts that follow from it."""

NOT_SUMS = ("children", "repeats", *(f"{scale} received" for scale in SCALES))
"""A child can come twice, and what was received is the contacts: it is withheld with the rest of its share only."""


@cache
def card(least: int) -> Scorecard:
    return suppressed(sample.card(), least)


@cache
def rows(least: int) -> list[Row]:
    return list(csv.DictReader(io.StringIO(scorecard_csv(card(least)))))


def counts(row: Row) -> list[str]:
    """The columns that are counts of contacts or children."""
    rates = {*PERCENTAGES, "from", "to", "by", "part", "withheld_below", *(f"{scale} target_pct" for scale in SCALES)}
    return [column for column in row if column not in rates]


def sums(least: int) -> Iterator[tuple[str, list[str]]]:
    """Each count that is the sum of others, as printed: the sum, and its parts."""
    for row in rows(least):
        outcomes = [column for column in row if column.startswith("outcome ")]
        yield row["contacts"], [row[column] for column in outcomes]
        yield row["referrals"], [row[f"outcome {outcome.value}"] for outcome in CONVERTED]
        for scale in SCALES:
            yield row[f"{scale} received"], [row[f"{scale} {verdict}"] for verdict in VERDICTS]
    whole = {(row["from"], row["to"]): row for row in rows(least) if row["by"] == "all"}
    first, *months = [*whole.values()][:-1]
    families = [(first, months)]
    parts = [row for row in rows(least) if row["by"] in ("source", "team", "risk")]
    for (start, end, _), family in groupby(parts, key=lambda row: (row["from"], row["to"], row["by"])):
        families.append((whole[start, end], [*family]))
    for total, members in families:
        for column in counts(total):
            if column not in NOT_SUMS:
                yield total[column], [row[column] for row in members]


@pytest.mark.parametrize("least", LEASTS)
def test_no_small_count_is_printed(least: int) -> None:
    printed = [row[column] for row in rows(least) for column in counts(row)]
    assert WITHHELD in printed
    assert [count for count in printed if count.isdecimal() and 0 < int(count) < least] == []


@pytest.mark.parametrize("least", LEASTS)
def test_no_withheld_count_is_what_a_sum_leaves_over(least: int) -> None:
    found = list(sums(least))
    assert len(found) > 100
    for total, parts in found:
        assert [total, *parts].count(WITHHELD) != 1


@pytest.mark.parametrize("least", LEASTS)
def test_no_percentage_stands_beside_a_count_that_it_gives_away(least: int) -> None:
    for row in rows(least):
        for percentage, behind in PERCENTAGES.items():
            if WITHHELD in [row[column] for column in behind]:
                assert row[percentage] in (WITHHELD, "")
        if row["contacts"] == WITHHELD:
            assert {row[f"{scale} received"] for scale in SCALES} == {WITHHELD}


@pytest.mark.parametrize("least", LEASTS)
def test_json_has_null_where_the_rows_say_withheld(least: int) -> None:
    document = scorecard_document("hub", card(least), LONDON)
    assert document["withheld_below"] == least
    total, previous = rows(least)[0], next(row for row in rows(least) if row["from"] == "2025-07-01")
    months = [row for row in rows(least) if row["by"] == "all"][1:-1]
    pairs = [(document, total), (document["previous"], previous), *zip(document["months"], months, strict=True)]
    for key, name, by in (("sources", "group", "source"), ("teams", "team", "team"), ("risks", "risk", "risk")):
        found = {row["part"]: row for row in rows(least) if row["by"] == by and row["to"] == total["to"]}
        pairs += [(part, found[part[name]]) for part in document[key]]
    assert len(pairs) >= 15
    for shown, row in pairs:
        assert {column: value for column, value in row.items() if value == WITHHELD and column in flat(shown)} == {
            column: WITHHELD for column, value in flat(shown).items() if value is None and row[column]
        }


def flat(document: Document) -> dict[str, object]:
    """A part of the document by the names of columns."""
    found = {name: value for name, value in document.items() if isinstance(value, int | float | None)}
    found.pop("oldest_open_seconds", None)
    found.pop("withheld_below", None)
    found |= {f"outcome {name}": value for name, value in document.get("outcomes", {}).items()}
    for scale in document["timescales"]:
        found |= {f"{scale['name']} {name}": value for name, value in scale.items() if name != "name"}
    return found | {f"over three working days {name}": value for name, value in document["very_late"].items()}


@pytest.mark.parametrize("least", LEASTS)
def test_pages_terminals_and_workbooks_withhold_the_same_cells(least: int, tmp_path: Path) -> None:
    shown = card(least)
    hidden = {
        (table.title, number, column)
        for table in tables(shown)
        for number, row in enumerate(table.rows)
        for column, cell in enumerate(row)
        if isinstance(cell, Amount) and cell.withheld
    }
    assert hidden
    assert scorecard_html(shown, "MASH", LONDON).replace("<strong>*</strong>", ">*<").count(">*<") == len(hidden)
    assert sum(line.count(f": {WITHHELD}") for line in sentences(shown, "MASH", LONDON)) == len(hidden)
    out = io.StringIO()
    make_console(out, 240).print(scorecard(shown, "MASH", LONDON))
    assert out.getvalue().split().count(WITHHELD) == len(hidden) + 1  # and the note
    scorecard_xlsx(shown, "MASH", LONDON, tmp_path / "card.xlsx")
    book = load_workbook(tmp_path / "card.xlsx")
    for table in tables(shown):
        if not table.wide:
            cells = [*book[table.title].iter_rows(min_row=2, values_only=True)]
            found = {(table.title, at, place) for at, row in enumerate(cells) for place, cell in enumerate(row)
                     if cell == WITHHELD}  # fmt: skip
            assert found == {cell for cell in hidden if cell[0] == table.title}
    printed = [[str(cell or "") for cell in row[4:]] for row in book["All figures"].iter_rows(values_only=True)]
    assert sum(row.count(WITHHELD) for row in printed) == sum([*row.values()].count(WITHHELD) for row in rows(least))


def test_repeats_that_nobody_can_count_are_not_said_to_be_withheld() -> None:
    """A store without the children's ids has none, whatever is withheld beside them."""
    known = sample.card()
    nobody = replace(known.total, repeats=None, identified=False)
    published = suppressed(replace(known, total=nobody), LEASTS[0])
    assert str(repeated(published.total)) != WITHHELD
    assert str(repeated(replace(nobody, identified=True))) == WITHHELD
