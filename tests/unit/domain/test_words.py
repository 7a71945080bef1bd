"""Times and counts as a duty worker reads them."""

import pytest

from mash_monitor.domain.words import clock_time, count, duration, moment
from tests.unit.domain.hubs import LONDON, at


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 min"),
        (1, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (11_400, "3 h 10 min"),
        (72 * 3600 - 60, "71 h 59 min"),
        (72 * 3600, "3 d"),
        (76 * 3600 + 1800, "3 d 4 h"),
        (-11_400, "3 h 10 min"),
        (-1, "less than a minute"),
    ],
)
def test_a_length_of_time(seconds: int, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-03-06 16:30", "16:30"),
        ("2026-03-06 00:00", "00:00"),
        ("2026-03-07 14:05", "Sat 14:05"),
        ("2026-03-05 23:59", "Thu 23:59"),
        ("2026-03-09 14:05", "Mon 14:05"),
        ("2026-03-10 14:05", "Tue 10 Mar 14:05"),
        ("2026-03-03 14:05", "Tue 14:05"),  # this one is past, that one is to come: one of them has its date
        ("2026-03-02 14:05", "Mon 2 Mar 14:05"),
        ("2026-02-27 14:05", "Fri 27 Feb 14:05"),
        ("2027-03-06 14:05", "Sat 6 Mar 2027 14:05"),
    ],
)
def test_a_time_is_told_as_shortly_as_it_is_clear(instant: str, said: str) -> None:
    assert clock_time(at(instant), at("2026-03-06 12:00"), LONDON) == said


def test_the_turn_of_the_year_needs_no_year_within_a_week() -> None:
    assert clock_time(at("2027-01-02 09:00"), at("2026-12-31 12:00"), LONDON) == "Sat 09:00"


def test_a_moment_is_told_in_full() -> None:
    assert moment(at("2026-07-06 16:30"), LONDON) == "Mon 6 Jul 2026 16:30"


def test_counts_agree_with_their_noun() -> None:
    assert [count(1, "contact"), count(2017, "contact")] == ["1 contact", "2,017 contacts"]
    assert [count(1, "child", "children"), count(0, "child", "children")] == ["1 child", "0 children"]
