"""When a hub reports: slots on all days, open days and weekdays, and across both clock changes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY, Calendar
from mash_monitor.domain.reports import NoReports, ReportDays, ReportSchedule
from tests.unit.domain.hubs import (
    HOUR,
    LONDON,
    OFFICE_WEEK,
    SHUT,
    at,
    calendars,
    instants,
    office,
    schedules,
    slots_of,
)

THREE = (8 * HOUR + 1800, 12 * HOUR + 1800, 16 * HOUR + 1800)
CHRISTMAS_EVE = frozenset({date(2026, 12, 24)})


def schedule(
    days: ReportDays | frozenset[int] = ReportDays.ALL,
    times: tuple[int, ...] = THREE,
    hub: Calendar | None = None,
) -> ReportSchedule:
    return ReportSchedule(hub or office(), times, days)


@pytest.mark.parametrize(
    ("days", "now", "following", "previous"),
    [
        (ReportDays.ALL, "2026-03-06 12:00", "2026-03-06 12:30", "2026-03-06 08:30"),
        (
            ReportDays.ALL,
            "2026-03-06 12:30",
            "2026-03-06 16:30",
            "2026-03-06 08:30",
        ),  # strictly after and before
        (ReportDays.ALL, "2026-03-06 16:30", "2026-03-07 08:30", "2026-03-06 12:30"),
        (ReportDays.OPEN, "2026-03-06 16:30", "2026-03-09 08:30", "2026-03-06 12:30"),
        (ReportDays.OPEN, "2026-04-04 12:00", "2026-04-07 08:30", "2026-04-02 16:30"),  # Easter
        (ReportDays.OPEN, "2026-12-23 17:00", "2026-12-29 08:30", "2026-12-23 16:30"),  # and a closing day
        (frozenset({0, 1, 2, 3, 4}), "2026-04-04 12:00", "2026-04-06 08:30", "2026-04-03 16:30"),
        (frozenset({6}), "2026-04-04 12:00", "2026-04-05 08:30", "2026-03-29 16:30"),
        (ReportDays.ALL, "2026-12-31 23:00", "2027-01-01 08:30", "2026-12-31 16:30"),
    ],
)
def test_the_slots_around_an_instant(
    days: ReportDays | frozenset[int], now: str, following: str, previous: str
) -> None:
    slots = schedule(days, hub=office(closed=CHRISTMAS_EVE))
    assert slots.after(at(now)) == at(following)
    assert slots.before(at(now)) == at(previous)


def test_slots_keep_their_wall_clock_time_across_both_clock_changes() -> None:
    slots = schedule(times=(THREE[0],))
    assert slots.after(at("2026-03-28 08:30")) - at("2026-03-28 08:30") == 23 * HOUR
    assert slots.after(at("2026-10-24 08:30")) - at("2026-10-24 08:30") == 25 * HOUR


def test_the_slots_within_a_time_leave_out_its_start_and_include_its_end() -> None:
    slots = schedule()
    assert slots.within(at("2026-03-06 08:30"), at("2026-03-06 16:30")) == [
        at("2026-03-06 12:30"),
        at("2026-03-06 16:30"),
    ]
    assert slots.within(at("2026-03-06 09:00"), at("2026-03-06 09:00")) == []


def test_times_are_taken_once_and_in_order() -> None:
    assert schedule(times=(THREE[2], THREE[0], THREE[0])).times == (THREE[0], THREE[2])


def test_a_schedule_without_any_report_says_so() -> None:
    never = schedule(ReportDays.OPEN, hub=Calendar(LONDON, (SHUT,) * 7))
    with pytest.raises(NoReports, match="no further report"):
        never.after(at("2026-03-06 12:00"))
    with pytest.raises(NoReports, match="no earlier report"):
        never.before(at("2026-03-06 12:00"))


def test_a_hub_that_is_shut_for_years_is_reported_on_again() -> None:
    shut = frozenset(map(date.fromordinal, range(date(2024, 1, 1).toordinal(), date(2028, 1, 1).toordinal())))
    slots = schedule(ReportDays.OPEN, hub=office(closed=shut))
    assert slots.after(at("2026-03-06 12:00")) == at("2028-01-04 08:30")
    assert slots.before(at("2026-03-06 12:00")) == at("2023-12-29 16:30")


def test_equal_schedules_have_equal_fingerprints_and_any_change_shows() -> None:
    assert schedule().fingerprint == schedule().fingerprint
    others = [schedule(ReportDays.OPEN), schedule(frozenset({1, 0})), schedule(times=THREE[:1])]
    assert len({slots.fingerprint for slots in [schedule(), *others]}) == 4
    assert schedule(frozenset({1, 0})).fingerprint == schedule(frozenset({0, 1})).fingerprint


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    used = schedule(hub=Calendar(LONDON, OFFICE_WEEK))
    for year in (2026, 2030, 2019):
        used.after(at(f"{year}-06-01 12:00"))
    start, end = at("2018-03-06 00:00"), at("2031-03-06 00:00")
    assert used.within(start, end) == schedule().within(start, end) == list(slots_of(schedule(), start, end))


@st.composite
def any_schedule(draw: st.DrawFn) -> ReportSchedule:
    return draw(schedules(draw(calendars())))


@given(any_schedule(), instants())
def test_slots_agree_with_a_walk_over_the_days(slots: ReportSchedule, instant: int) -> None:
    around = list(slots_of(slots, instant - 40 * DAY, instant + 40 * DAY))
    later, earlier = [slot for slot in around if slot > instant], [slot for slot in around if slot < instant]
    if later:  # a week of holidays may leave a hub without reports for longer
        assert slots.after(instant) == later[0]
    if earlier:
        assert slots.before(instant) == earlier[-1]
    assert slots.within(instant - 40 * DAY - 1, instant + 40 * DAY) == around
