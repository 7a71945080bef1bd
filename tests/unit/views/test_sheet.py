"""A scorecard as tables: a change only where there is something to compare, and in words where there is none."""

from dataclasses import replace
from datetime import date

import pytest

from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Reach, Scorecard
from mash_monitor.domain.suppression import suppressed
from mash_monitor.views.amounts import Amount, Kind, counted
from mash_monitor.views.notes import notes
from mash_monitor.views.sheet import tables
from tests.unit.views import sample

REPEATS = "Repeats within 12 months"
EMPTY = Period(date(2031, 1, 1), date(2031, 1, 31), "2031-01")


@pytest.mark.parametrize(
    ("kind", "now", "before", "said"),
    [
        (Kind.COUNT, 2017, 1790, "+227"), (Kind.COUNT, 5, 65, "-60"), (Kind.COUNT, 7, 7, "no change"),
        (Kind.PERCENT, 16.41, 21.0, "-4.59 points"), (Kind.PERCENT, 30.0, 30.0, "no change"),
        (Kind.COUNT, 7, None, ""), (Kind.PERCENT, None, 30.0, ""), (Kind.SECONDS, 60, 30, ""),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words_where_it_is_none(
    kind: Kind, now: float | None, before: float | None, said: str
) -> None:
    assert str(Amount(kind, now).change(Amount(kind, before))) == said


def test_nothing_is_said_of_what_is_withheld() -> None:
    assert counted(7).change(counted(None)) == ""
    assert counted(None).change(counted(7)) == ""


def test_against_a_period_without_a_contact_there_is_no_change_and_no_nought() -> None:
    card = sample.card()
    nothing = replace(card, before=EMPTY, previous=sample.card(EMPTY).total)
    glance, clocks, *_, outcomes = tables(nothing)
    assert [str(row[1]) for row in glance.rows] == [str(row[1]) for row in next(tables(card)).rows]
    assert {str(cell) for row in glance.rows for cell in row[3:]} == {"—", ""}
    assert {str(row[-1]) for row in clocks.rows} == {"—"}
    assert {str(cell) for row in outcomes.rows for cell in row[3:]} == {"—"}
    assert [*notes(nothing)] == ["No contact is recorded for 1 to 31 January 2031: there is nothing to compare with"]


def test_a_period_without_a_contact_says_so_and_is_not_compared() -> None:
    card = sample.card()
    nothing = replace(card, period=EMPTY, total=sample.card(EMPTY).total, months=[])
    glance = next(tables(nothing))
    assert {row[-1] for row in glance.rows} == {""}
    assert [*notes(nothing)] == ["No contact is recorded for 1 to 31 January 2031"]


def test_what_is_withheld_is_explained_and_is_not_nothing() -> None:
    assert [*notes(sample.card())] == []
    card = sample.card()
    hidden = suppressed(card, 100_000)
    assert hidden.previous.contacts is None
    late, withheld = notes(hidden)
    assert "counted as late" in late
    assert withheld.startswith("* withheld: a count from 1 to 99999")


def changes(card: Scorecard) -> dict[object, str]:
    """What the first table says of each figure's change."""
    return {row[0]: str(row[-1]) for row in next(tables(card)).rows}


def test_counts_of_a_period_that_is_not_over_are_not_compared() -> None:
    card = sample.card()
    begun = replace(card, reach=Reach(card.reach.since, date(2025, 11, 23)))
    assert [*notes(begun)] == ["This period is not over: what came up to 23 November 2025 is counted"]
    assert changes(begun)["Contacts"] == changes(begun)["Children"] == changes(begun)["Still open"] == ""
    assert "points" in changes(begun)["Converted to a referral"]
    (months,) = (table for table in tables(begun) if table.title == "Month by month")
    assert [row[0] for row in months.rows] == ["Oct 2025", "Nov 2025", "All"]


@pytest.mark.parametrize(
    ("since", "lacking", "unchanged"),
    [
        (date(2025, 8, 25), "1 July to 30 September 2025 is not there as a whole and repeats", {"Contacts", REPEATS}),
        (date(2025, 1, 6), "repeats are looked for over less than 12 months", {REPEATS}),
        (date(2024, 9, 2), "", {REPEATS}),  # those of the period before are
        (date(2024, 7, 3), "", set()),
        (None, "", set()),  # nobody can tell
    ],
)
def test_what_the_records_do_not_reach_back_for_is_said_and_not_compared(
    since: date | None, lacking: str, unchanged: set[str]
) -> None:
    card = sample.card()
    young = replace(card, reach=Reach(since, card.reach.until))
    said = [*notes(young)]
    assert [line.partition(": ")[2].startswith(lacking) for line in said] == [True] * bool(lacking)
    for name in ("Contacts", REPEATS):
        assert (changes(young)[name] == "") == (name in unchanged), name


def test_contacts_that_are_in_no_period_are_said_before_the_figures() -> None:
    card = sample.card()
    assert [*notes(replace(card, without_time=1))] == [
        *notes(card), "1 contact without a readable time of receipt is in no period",
    ]  # fmt: skip
    assert "1,203 contacts without a readable time of receipt are in no period" in notes(
        replace(card, without_time=1_203)
    )
