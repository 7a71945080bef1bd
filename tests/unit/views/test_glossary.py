"""Every view calls the same thing the same name."""

import pytest

from mash_monitor.domain.ageing import AGES
from mash_monitor.domain.changes import Changes
from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.measures import NOT_RECORDED, Tally
from mash_monitor.domain.message import Counts
from mash_monitor.domain.position import Quality
from mash_monitor.domain.rating import Level
from mash_monitor.views.glossary import (
    NOTHING,
    OUTCOMES,
    Standing,
    ages,
    by_level,
    changed,
    cut,
    doubts,
    share,
    share_in_numbers,
    staffed_left,
    standing,
    target,
    time_left,
)
from tests.unit.views import sample


@pytest.mark.parametrize(
    ("tally", "aim", "found", "shown", "numbers"),
    [
        (Tally(100, 95, 5), 95, Standing.MET, "95.00%", "95 of 100"),
        (Tally(100, 94, 6), 95, Standing.BELOW, "94.00%", "94 of 100"),
        (Tally(100, 94, 6), None, None, "94.00%", "94 of 100"),
        (Tally(100, 94, 4, 0, 2), 95, Standing.UNSURE, "94.00 to 96.00%", "94 to 96 of 100"),
        (Tally(100, 96, 2, 0, 2), 95, Standing.MET, "96.00 to 98.00%", "96 to 98 of 100"),
        (Tally(100, 90, 8, 0, 2), 95, Standing.BELOW, "90.00 to 92.00%", "90 to 92 of 100"),
        (Tally(3, 0, 0, 3), 95, None, NOTHING, "nothing due yet"),
        (Tally(), 95, None, NOTHING, "nothing due"),
        (Tally(2017, 888, 1129), 95, Standing.BELOW, "44.03%", "888 of 2,017"),
    ],
)
def test_a_share_stands_above_or_below_its_target_or_is_said_to_be_unsure(
    tally: Tally, aim: float | None, found: Standing | None, shown: str, numbers: str
) -> None:
    assert standing(tally, aim) is found
    assert share(tally) == shown
    assert share_in_numbers(tally) == numbers


def test_a_target_that_is_not_set_is_a_dash() -> None:
    assert [target(95), target(92.5), target(None)] == ["95%", "92.5%", NOTHING]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (11_400, "3 h 10 min"),
        (-8_700, "-2 h 25 min"),
        (59, "<1 min"),
        (-1, "-<1 min"),
        (0, "0 min"),
        (None, NOTHING),
    ],
)
def test_time_left_says_by_a_minus_that_the_deadline_has_passed(seconds: int | None, shown: str) -> None:
    assert time_left(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "overdue", "shown"),
    [(2_700, False, "45 min"), (0, False, "none"), (0, True, NOTHING), (None, False, NOTHING)],
)
def test_no_staffed_time_left_is_none_and_not_a_dash(seconds: int | None, overdue: bool, shown: str) -> None:
    assert staffed_left(seconds, overdue=overdue) == shown


def test_levels_come_the_worst_first_and_add_up() -> None:
    counts = Counts(overdue=2, red=4, amber=9, green=21)
    assert list(by_level(counts).items()) == [
        (Level.OVERDUE, 2), (Level.RED, 4), (Level.AMBER, 9), (Level.GREEN, 21),
    ]  # fmt: skip


def test_each_doubt_is_counted_in_words_and_none_is_forgotten() -> None:
    assert doubts(sample.position(quality=Quality())) == []
    assert doubts(sample.position(quality=Quality(1, 2, 1, 2, 1, 3, ("line 7",), 1_468))) == [
        "1 row set aside, it has no id",
        "2 of 38 open: time unreadable, watched as red",
        "1 of 38 open: date without a time",
        "1 of 38 open: source unknown",
        "3 of 38 open: no longer in the store, still watched",
        "2 of 1,468 received this month: decided before received",
    ]


def test_what_the_store_could_not_be_read_for_is_no_doubt() -> None:
    unread = Quality(decided_before_received=None, received_this_month=None)
    assert doubts(sample.position(quality=unread)) == []


def test_every_outcome_has_words() -> None:
    assert set(OUTCOMES) == {NOT_RECORDED, *(outcome.value for outcome in Outcome)}


def test_every_change_has_words_the_worst_first() -> None:
    numbers = {name: 1 for name in Changes.__slots__ if name not in {"since", "until"}}
    assert changed(Changes(0, 1)) == "nothing changed"
    assert changed(Changes(0, 1, **numbers)).count(",") == len(numbers) - 1
    assert changed(Changes(0, 1, came=1_200, overdue=2)) == "2 new OVERDUE, 1,200 came in"


def test_ages_are_told_in_hours_and_days() -> None:
    assert [ages(band) for band in (*AGES, None)] == [
        "under 8 h", "8 to 24 h", "1 to 2 days", "2 to 3 days", "3 to 7 days", "over 7 days", "time unreadable",
    ]  # fmt: skip


def test_a_long_reference_keeps_its_ends() -> None:
    assert [cut("C-10234"), cut("2026/03-00017")] == ["C-10234", "2026/03-00017"]
    assert cut("0f8fad5b-d9cb-469f-a165-70867728950e") == "0f8fad…28950e"
