"""The next 24 hours: every deadline in its hour, shaded where somebody is there, told in words too."""

from mash_monitor.domain.rating import Level
from mash_monitor.web.strip import in_words, strip
from tests.unit.views.sample import FRIDAY, HOUR, position, subject


def test_each_deadline_stands_in_its_hour_the_worst_first() -> None:
    received = [FRIDAY - 23 * HOUR, FRIDAY - 23 * HOUR + 60, FRIDAY - 20 * HOUR, FRIDAY - 30 * HOUR]
    hours = strip(position([subject(f"C-{number}", at) for number, at in enumerate(received)]))
    assert len(hours) == 24
    assert [(hour.starts, hour.levels) for hour in hours if hour.falling] == [
        ("Fri 17:00", (Level.RED, Level.RED)), ("Fri 20:00", (Level.RED,)),
    ]  # fmt: skip
    assert [hour.starts for hour in hours if hour.staffed] == ["Fri 16:00"]  # the hub shuts at a quarter past five
    assert [hour.starts for hour in hours if hour.report] == ["Sat 08:00", "Sat 12:00"]
    assert in_words(hours) == (
        "The next 24 hours: 2 deadlines from Fri 17:00; 1 deadline from Fri 20:00. 3 of them while nobody is there."
    )


def test_an_hour_with_many_deadlines_counts_those_it_has_no_room_for() -> None:
    hours = strip(position([subject(f"C-{number}", FRIDAY - 23 * HOUR) for number in range(30)]))
    assert [(len(hour.levels), hour.more) for hour in hours if hour.falling] == [(4, 26)]


def test_a_quiet_day_says_so() -> None:
    assert in_words(strip(position([]))) == "The next 24 hours: no deadline."
