"""Opening hours, working days and working time: cases reckoned by hand, and a slow walk over the minutes."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY, Calendar, NeverStaffed, OutsideCalendar, local, wall
from tests.unit.domain.hubs import (
    HOUR,
    LONDON,
    OFFICE_WEEK,
    ROUND_THE_CLOCK,
    SHUT,
    at,
    bank_holidays,
    calendars,
    instants,
    office,
    open_at,
    spans,
    staffed_minute_by_minute,
)

NEVER_OPEN = (SHUT,) * 7
NIGHTS = (SHUT,) * 4 + (spans("09:00-12:00", "13:00-17:00", "22:00-24:00"), spans("00:00-06:00"), SHUT)
CHRISTMAS_EVE = frozenset({date(2026, 12, 24)})


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-06 08:45", "2026-03-06 17:15", 8.5),
        ("2026-03-06 00:00", "2026-03-07 00:00", 8.5),
        ("2026-03-06 17:15", "2026-03-09 08:45", 0),  # a weekend
        ("2026-03-06 16:15", "2026-03-09 09:45", 2),
        ("2026-03-06 12:00", "2026-03-06 12:00", 0),
        ("2026-03-06 12:00", "2026-03-06 11:00", 0),  # backwards counts nothing
        ("2026-04-02 17:00", "2026-04-07 09:00", 0.5),  # Good Friday and Easter Monday
        ("2026-03-27 09:00", "2026-03-30 09:00", 8.5),  # clocks go forward in between
        ("2026-10-23 09:00", "2026-10-26 09:00", 8.5),  # clocks go back in between
    ],
)
def test_staffed_time_is_the_time_within_opening_hours(start: str, end: str, hours: float) -> None:
    assert office().staffed(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-29 00:00", "2026-03-30 00:00", 23),
        ("2026-10-25 00:00", "2026-10-26 00:00", 25),
        ("2026-12-25 00:00", "2026-12-26 00:00", 0),  # a bank holiday shuts even a hub that never sleeps
        ("2026-12-24 23:00", "2026-12-26 01:00", 2),
    ],
)
def test_a_hub_open_round_the_clock_is_staffed_for_as_long_as_the_day_really_is(
    start: str, end: str, hours: float
) -> None:
    assert office(ROUND_THE_CLOCK).staffed(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "reached"),
    [
        ("2026-03-06 11:00", 1, "2026-03-06 12:00"),  # at the end of a span, not at the start of the next
        ("2026-03-06 11:00", 1.5, "2026-03-06 13:30"),
        ("2026-03-06 12:15", 4, "2026-03-06 17:00"),
        ("2026-03-06 16:30", 3.5, "2026-03-07 01:00"),  # 24:00 runs on into Saturday
        ("2026-03-06 16:30", 9, "2026-03-13 09:30"),
        ("2026-03-06 16:30", 0, "2026-03-06 16:30"),
        ("2026-03-06 12:15", 0, "2026-03-06 12:15"),
        ("2026-04-02 12:00", 6, "2026-04-04 06:00"),  # Good Friday is no Friday
    ],
)
def test_working_time_is_added_over_several_spans_midnight_and_closed_days(
    start: str, hours: float, reached: str
) -> None:
    assert office(NIGHTS).add(at(start), int(hours * HOUR)) == at(reached)


@pytest.mark.parametrize(
    ("end", "hours", "latest", "earliest"),
    [
        ("2026-03-09 11:00", 1, "2026-03-09 10:00", "2026-03-09 10:00"),
        ("2026-03-09 09:45", 1, "2026-03-09 08:45", "2026-03-06 17:15"),  # over a weekend nothing is lost
        ("2026-03-09 09:45", 2, "2026-03-06 16:15", "2026-03-06 16:15"),
        ("2026-03-07 12:00", 0, "2026-03-07 12:00", "2026-03-06 17:15"),
    ],
)
def test_counting_back_tells_the_last_chance_from_the_first(end: str, hours: int, latest: str, earliest: str) -> None:
    assert office().latest_with_at_least(hours * HOUR, at(end)) == at(latest)
    assert office().earliest_with_at_most(hours * HOUR, at(end)) == at(earliest)


def test_a_closing_day_of_the_hub_shuts_it_but_stays_a_working_day() -> None:
    hub = office(closed=CHRISTMAS_EVE)
    assert not hub.is_open(at("2026-12-24 12:00"))
    assert hub.closing(date(2026, 12, 24)) is None
    assert hub.is_working_day(date(2026, 12, 24))
    assert not hub.is_working_day(date(2026, 12, 25))
    assert not hub.is_working_day(date(2026, 12, 28))  # Boxing Day, given on Monday
    assert not hub.is_working_day(date(2026, 12, 27))
    assert hub.closing(date(2026, 12, 23)) == at("2026-12-23 17:15")


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-03-06 08:44:59", False, "2026-03-06 08:45"),
        ("2026-03-06 08:45:00", True, "2026-03-06 08:45"),
        ("2026-03-06 17:14:59", True, "2026-03-06 17:14:59"),
        ("2026-03-06 17:15:00", False, "2026-03-09 08:45"),
        ("2026-04-03 12:00:00", False, "2026-04-07 08:45"),
    ],
)
def test_a_hub_opens_at_its_first_second_and_is_shut_at_the_last(moment: str, is_open: bool, opens: str) -> None:
    hub = office()
    assert hub.is_open(at(moment)) is is_open
    assert hub.next_opening(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("end", "moment"),
    [
        ("2026-03-06 12:00", "2026-03-06 12:00"),
        ("2026-03-06 17:15", "2026-03-06 17:15"),
        ("2026-03-07 14:05", "2026-03-06 17:15"),
        ("2026-03-09 08:45", "2026-03-06 17:15"),
        ("2026-03-09 08:45:01", "2026-03-09 08:45:01"),
    ],
)
def test_the_last_staffed_moment_before_a_deadline_is_found(end: str, moment: str) -> None:
    assert office().last_staffed_moment(at(end)) == at(moment)


@pytest.mark.parametrize(
    ("day", "seconds", "utc"),
    [
        (date(2026, 3, 29), 3600, "2026-03-29T01:00"),  # 01:00 does not exist: forward to 02:00 summer time
        (date(2026, 3, 29), 5400, "2026-03-29T01:30"),
        (date(2026, 10, 25), 5400, "2026-10-25T00:30"),  # 01:30 comes twice: the earlier
        (date(2026, 3, 28), DAY, "2026-03-29T00:00"),
        (date(2026, 6, 1), DAY, "2026-06-01T23:00"),
    ],
)
def test_a_wall_clock_time_is_the_earlier_of_two_and_moved_forward_out_of_a_gap(
    day: date, seconds: int, utc: str
) -> None:
    assert wall(day, seconds, LONDON) == int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp())


def test_a_span_inside_the_missing_hour_of_spring_is_closed_up_and_does_not_disturb_the_rest() -> None:
    hub = office((SHUT,) * 6 + (spans("01:30-02:15", "03:00-04:00"),))
    assert hub.staffed(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == HOUR


def test_spans_that_spring_pushes_into_each_other_count_once() -> None:
    hub = office((SHUT,) * 6 + (spans("00:30-01:45", "02:00-02:15"),))
    assert hub.staffed(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == 1.25 * HOUR


def test_an_instant_is_shown_in_local_time() -> None:
    assert local(at("2026-07-01 09:00"), LONDON).isoformat() == "2026-07-01T09:00:00+01:00"


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="a week has seven days, not 5"):
        Calendar(LONDON, OFFICE_WEEK[:5])


def test_equal_calendars_have_equal_fingerprints_and_any_change_shows() -> None:
    assert office().fingerprint == office().fingerprint
    others = [
        office(NIGHTS),
        office(closed=CHRISTMAS_EVE),
        Calendar(LONDON, OFFICE_WEEK, bank_holidays() - {date(2026, 12, 25)}),
    ]
    assert len({hub.fingerprint for hub in [office(), *others]}) == 4


# hubs that hardly open, and times that nobody meant


def test_a_hub_that_never_opens_is_never_staffed_whatever_is_asked_of_it() -> None:
    hub, now = office(NEVER_OPEN), at("2026-03-06 12:00")
    assert hub.staffed(now, now + 1000 * DAY) == 0
    assert not hub.is_open(now)
    assert hub.next_opening(now) is None
    assert hub.last_staffed_moment(now) == now
    for ask in (hub.add, lambda end, seconds: hub.latest_with_at_least(seconds, end)):
        with pytest.raises(NeverStaffed, match=r"give it some under \[hours\]"):
            ask(now, 1)
    with pytest.raises(NeverStaffed):
        hub.earliest_with_at_most(0, now)


def test_a_hub_that_is_shut_for_years_opens_again() -> None:
    shut = frozenset(date.fromordinal(day) for day in range(date(2024, 1, 1).toordinal(), date(2030, 1, 1).toordinal()))
    hub = office(closed=shut)
    assert hub.next_opening(at("2026-03-06 12:00")) == at("2030-01-01 08:45")
    assert hub.add(at("2026-03-06 12:00"), HOUR) == at("2030-01-01 09:45")
    assert hub.last_staffed_moment(at("2026-03-06 12:00")) == at("2023-12-29 17:15")
    assert hub.latest_with_at_least(HOUR, at("2026-03-06 12:00")) == at("2023-12-29 16:15")
    assert hub.earliest_with_at_most(HOUR, at("2026-03-06 12:00")) == at("2023-12-29 16:15")


def test_more_working_time_than_the_calendar_holds_is_refused_in_both_directions() -> None:
    hub, much = office((spans("08:00-08:01"),) + (SHUT,) * 6), 10**6
    with pytest.raises(NeverStaffed):
        hub.add(at("2198-03-06 12:00"), much)
    with pytest.raises(NeverStaffed):
        hub.latest_with_at_least(much, at("1991-03-06 12:00"))


@pytest.mark.parametrize("moment", ["1900-01-01 00:00", "1989-12-31 23:59:59", "2200-01-01 00:00", "9999-01-01 00:00"])
def test_a_time_that_no_calendar_reaches_is_refused_and_leaves_the_calendar_as_it_was(moment: str) -> None:
    hub = office()
    with pytest.raises(OutsideCalendar, match="1990 to 2199"):
        hub.is_open(at(moment))
    assert hub.staffed(at("2026-03-06 08:45"), at("2026-03-06 17:15")) == 8.5 * HOUR


def test_the_first_and_last_day_of_the_calendar_can_be_asked_about() -> None:
    hub = office(ROUND_THE_CLOCK)
    assert hub.is_open(at("1990-01-01 00:00"))
    assert hub.is_open(at("2199-12-31 23:59:59"))


def test_the_first_second_after_what_is_known_is_asked_of_a_longer_table() -> None:
    hub = Calendar(LONDON, ROUND_THE_CLOCK)
    assert hub.is_open(at("2026-03-06 12:00"))
    assert hub.is_open(at("2028-01-01 00:00"))


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    start, end = at("2012-03-06 12:00"), at("2026-03-06 12:00")
    fresh, used = office(), office()
    for year in (2026, 2030, 2019):
        used.is_open(at(f"{year}-06-01 12:00"))
    assert fresh.staffed(start, end) == used.staffed(start, end) > 0


# any hub


@given(calendars(), instants(), st.integers(0, 6 * DAY))
def test_staffed_time_agrees_with_a_walk_over_the_minutes(calendar: Calendar, start: int, seconds: int) -> None:
    assert calendar.staffed(start, start + seconds) == staffed_minute_by_minute(calendar, start, start + seconds)
    assert calendar.is_open(start) is open_at(calendar, start)


@given(calendars(), instants(), instants(), instants())
def test_staffed_time_is_additive(calendar: Calendar, one: int, two: int, three: int) -> None:
    start, middle, end = sorted((one, two, three))
    assert calendar.staffed(start, middle) + calendar.staffed(middle, end) == calendar.staffed(start, end)


@given(calendars(opens=True), instants(), st.integers(1, 200 * HOUR))
def test_adding_working_time_and_measuring_it_back_gives_the_same(calendar: Calendar, start: int, seconds: int) -> None:
    reached = calendar.add(start, seconds)
    assert reached > start
    assert calendar.staffed(start, reached) == seconds
    assert open_at(calendar, reached - 1)  # not a second later than needed


@given(calendars(opens=True), instants(), st.integers(0, 200 * HOUR))
def test_counting_back_finds_the_very_second(calendar: Calendar, end: int, seconds: int) -> None:
    latest, earliest = (
        calendar.latest_with_at_least(seconds, end),
        calendar.earliest_with_at_most(seconds, end),
    )
    assert calendar.staffed(latest, end) >= seconds > calendar.staffed(latest + 1, end) or seconds == 0
    assert calendar.staffed(earliest, end) <= seconds < calendar.staffed(earliest - 1, end)


@given(calendars(opens=True), instants())
def test_the_next_opening_is_the_first_open_second_and_nothing_is_missed(calendar: Calendar, instant: int) -> None:
    opens = calendar.next_opening(instant)
    assert opens is not None
    assert open_at(calendar, opens)
    assert calendar.staffed(instant, opens) == 0
    last = calendar.last_staffed_moment(instant)
    assert open_at(calendar, last - 1)
    assert calendar.staffed(last, instant) == 0
