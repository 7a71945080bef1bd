"""A scorecard as tables: a change only where there is something to compare, and in words where there is none."""

from dataclasses import replace
from datetime import date

import pytest

from mash_monitor.domain.period import Period
from mash_monitor.domain.suppression import suppressed
from mash_monitor.views.sheet import Amount, Kind, counted, notes, tables
from tests.unit.views import sample

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
    assert len([*notes(hidden)]) == 1
