"""Which report hands over to the emergency duty team, and which one takes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.handover import Shut, coming, gone_by
from mash_monitor.domain.reports import ReportDays, ReportSchedule
from tests.unit.domain.hubs import HOUR, LONDON, OFFICE_WEEK, ROUND_THE_CLOCK, SHUT, at, calendars, office, spans

THREE = (8 * HOUR + 1800, 12 * HOUR + 1800, 16 * HOUR + 1800)
LUNCH = (spans("08:45-12:30", "13:00-17:15"),) * 5 + (SHUT, SHUT)
EVENINGS = (spans("00:00-02:00", "08:45-24:00"),) * 7
WEEKDAYS = Calendar(LONDON, (spans("00:00-24:00"),) * 5 + (SHUT, SHUT))
NIGHT = ("2026-03-05 17:15", "2026-03-06 08:45")
WEEKEND = ("2026-03-06 17:15", "2026-03-09 08:45")


def shut(times: tuple[str, str] | None) -> Shut | None:
    return times and Shut(at(times[0]), at(times[1]))


@pytest.mark.parametrize(
    ("slot", "following", "past"),
    [
        ("2026-03-05 08:30", None, ("2026-03-04 17:15", "2026-03-05 08:45")),
        ("2026-03-05 12:30", None, None),
        ("2026-03-05 16:30", NIGHT, None),
        ("2026-03-06 08:30", None, NIGHT),
        ("2026-03-06 16:30", WEEKEND, None),
        ("2026-03-07 08:30", None, None),
        ("2026-03-08 16:30", None, None),
        ("2026-03-09 08:30", None, WEEKEND),
        ("2026-04-02 16:30", ("2026-04-02 17:15", "2026-04-07 08:45"), None),  # before Easter
        ("2026-04-07 08:30", None, ("2026-04-02 17:15", "2026-04-07 08:45")),
    ],
)
def test_the_last_report_before_closing_hands_over_and_the_mornings_takes_back(
    slot: str, following: tuple[str, str] | None, past: tuple[str, str] | None
) -> None:
    for days in ReportDays:
        schedule = ReportSchedule(office(), THREE, days)
        assert coming(at(slot), office(), schedule) == shut(following)
        assert gone_by(at(slot), office(), schedule) == shut(past)


def test_a_lunch_hour_is_no_closing_and_a_report_at_closing_time_is_the_last() -> None:
    hub = Calendar(LONDON, LUNCH)
    schedule = ReportSchedule(hub, (8 * HOUR, 12 * HOUR + 1800, 17 * HOUR + 900, 22 * HOUR))
    slots = [at(f"2026-03-05 {time}") for time in ("08:00", "12:30", "17:15", "22:00")]
    assert [coming(slot, hub, schedule) is not None for slot in slots] == [False, False, True, False]
    assert [gone_by(slot, hub, schedule) is not None for slot in slots] == [True, False, False, False]


def test_where_no_report_is_close_before_opening_the_first_one_after_it_takes_back() -> None:
    schedule = ReportSchedule(office(), (1800, 9 * HOUR, 16 * HOUR))
    slots = [at(f"2026-03-05 {time}") for time in ("00:30", "09:00", "16:00")]
    assert [gone_by(slot, office(), schedule) is not None for slot in slots] == [False, True, False]


@pytest.mark.parametrize("hub", [Calendar(LONDON, ROUND_THE_CLOCK), Calendar(LONDON, (SHUT,) * 7)])
def test_a_hub_that_never_shuts_and_one_that_never_opens_hand_nothing_over(hub: Calendar) -> None:
    schedule = ReportSchedule(hub, THREE)
    for slot in schedule.within(at("2026-03-05 00:00"), at("2026-03-12 00:00")):
        assert coming(slot, hub, schedule) is None
        assert gone_by(slot, hub, schedule) is None


def test_a_hub_open_day_and_night_on_weekdays_hands_over_on_friday_evening() -> None:
    schedule = ReportSchedule(WEEKDAYS, THREE)
    found = {
        slot: shut_for
        for slot in schedule.within(at("2026-03-02 00:00"), at("2026-03-09 00:00"))
        if (shut_for := coming(slot, WEEKDAYS, schedule))
    }
    assert found == {at("2026-03-06 16:30"): Shut(at("2026-03-07 00:00"), at("2026-03-09 00:00"))}


@given(calendars(opens=True) | st.just(Calendar(LONDON, EVENINGS)) | st.just(Calendar(LONDON, OFFICE_WEEK)))
def test_each_time_shut_is_handed_over_at_most_once_and_taken_back_at_most_once(hub: Calendar) -> None:
    schedule = ReportSchedule(hub, THREE)
    slots = schedule.within(at("2026-03-16 00:00"), at("2026-04-14 00:00"))
    for ask in (coming, gone_by):
        found = [spell for slot in slots if (spell := ask(slot, hub, schedule))]
        assert len(set(found)) == len(found)
        assert all(spell.closing < spell.opening for spell in found)
