"""The next 24 hours: every deadline in its hour, shaded where somebody is here, told in words too."""

from mash_monitor.domain.rating import Level
from mash_monitor.views.hours import hours, in_words
from tests.unit.views.sample import FRIDAY, HOUR, position, subject


def test_each_deadline_stands_in_its_hour_the_worst_first() -> None:
    received = [FRIDAY - 23 * HOUR, FRIDAY - 23 * HOUR + 60, FRIDAY - 20 * HOUR, FRIDAY - 30 * HOUR]
    now = position([subject(f"C-{number}", at) for number, at in enumerate(received)])
    strip = hours(now)
    assert len(strip) == 25  # from half past four to half past four
    assert [(hour.starts, hour.levels) for hour in strip if hour.falling] == [
        ("Fri 17:00", (Level.RED, Level.RED)), ("Fri 20:00", (Level.RED,)),
    ]  # fmt: skip
    assert [hour.starts for hour in strip if hour.staffed] == ["Fri 16:00"]  # the hub shuts at a quarter past five
    assert [hour.starts for hour in strip if hour.report] == ["Sat 08:00", "Sat 12:00"]
    assert in_words(now) == (
        "The next 24 hours: 2 deadlines from Fri 17:00; 1 deadline from Fri 20:00. 3 of them while nobody is here."
    )


def test_a_deadline_in_the_last_hour_is_seen_and_those_of_the_hour_of_closing_are_told_apart() -> None:
    before, after, last = (FRIDAY + 40 * 60, FRIDAY + 50 * 60, FRIDAY + 24 * HOUR - 60)
    now = position([subject(f"C-{at}", at - 24 * HOUR) for at in (before, after, last)])
    assert [(hour.starts, hour.falling) for hour in hours(now) if hour.falling] == [("Fri 17:00", 2), ("Sat 16:00", 1)]
    assert in_words(now).endswith("2 of them while nobody is here.")


def test_on_the_hour_the_strip_has_a_day() -> None:
    assert len(hours(position([], now=FRIDAY + HOUR // 2))) == 24


def test_an_hour_with_many_deadlines_counts_those_it_has_no_room_for() -> None:
    strip = hours(position([subject(f"C-{number}", FRIDAY - 23 * HOUR) for number in range(30)]))
    assert [(len(hour.levels), hour.more) for hour in strip if hour.falling] == [(4, 26)]


def test_a_quiet_day_says_so() -> None:
    assert in_words(position([])) == "The next 24 hours: no deadline."
