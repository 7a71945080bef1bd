"""Lengths of time, times of day and weekdays, as people write them."""

import pytest

from mash_monitor.config.values import duration, time_of_day, weekdays


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0m", 0), ("10s", 10), ("30m", 1800), ("4h", 14_400), ("180d", 15_552_000), (" 4 h ", 14_400), ("007m", 420)],
)
def test_a_length_of_time_is_a_whole_number_and_a_unit(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "wrong",
    ["", "4", "h", "-4h", "1.5h", "4h30m", "4 weeks", "4H", "9" * 20 + "d", "3651d", 5, 4.0, True, None, ["4h"]],
)
def test_any_other_length_of_time_is_refused_with_what_was_found(wrong: object) -> None:
    with pytest.raises(ValueError, match="expected a length of time") as refused:
        duration(wrong)
    assert repr(wrong) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00", 0), ("8:30", 30_600), ("08:30", 30_600), ("23:59", 86_340), ("24:00", 86_400), (" 16:30 ", 59_400)],
)
def test_a_time_of_day_is_hours_and_minutes_up_to_midnight(text: str, seconds: int) -> None:
    assert time_of_day(text) == seconds


@pytest.mark.parametrize("wrong", ["", "8", "0830", "08:60", "24:01", "25:00", "-1:00", "08:30:00", "8.30", 830, None])
def test_any_other_time_of_day_is_refused_with_what_was_found(wrong: object) -> None:
    with pytest.raises(ValueError, match="expected a time of day") as refused:
        time_of_day(wrong)
    assert repr(wrong) in str(refused.value)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (["mon", "wed"], {0, 2}),
        (["Monday", "SUNDAY"], {0, 6}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        (["fri-mon"], {4, 5, 6, 0}),
        ("sat, sun", {5, 6}),
        (["mon-wed", "wed-thu"], {0, 1, 2, 3}),
    ],
)
def test_weekdays_are_named_one_by_one_or_as_spans(given: object, days: set[int]) -> None:
    assert weekdays(given) == days


@pytest.mark.parametrize(
    "wrong", ["", [], "everyday", ["mon", "funday"], "mon-", "-fri", "monster", 3, None, ["mon-fri-sun"]]
)
def test_any_other_weekday_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r'expected "all", "open" or weekdays'):
        weekdays(wrong)
