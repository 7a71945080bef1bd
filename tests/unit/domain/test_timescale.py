"""Deadlines: elapsed hours, working hours and working days, each by its table of cases."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY, Calendar, NeverStaffed
from mash_monitor.domain.contact import RISKS, UNMAPPED, UNRATED
from mash_monitor.domain.timescale import Clock, Deadline, Ends, Timescale, deadline, governing, steps
from tests.unit.domain.hubs import (
    DAY_LONG,
    HOUR,
    LONDON,
    ROUND_THE_CLOCK,
    SHUT,
    at,
    bank_holidays,
    calendars,
    instants,
    office,
    spans,
    timescales,
)


def working_hours(hours: float, *, runs_past_closing: bool = False) -> Timescale:
    seconds = int(hours * HOUR)
    return Timescale("hours", Clock.WORKING_HOURS, seconds=seconds, runs_past_closing=runs_past_closing)


def working_days(days: int, *, ends: Ends = Ends.MIDNIGHT, open_days_only: bool = False) -> Timescale:
    return Timescale("days", Clock.WORKING_DAYS, days=days, ends=ends, open_days_only=open_days_only)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-06 14:05", "2026-03-07 14:05"),
        ("2026-04-03 14:05", "2026-04-04 14:05"),  # holidays do not stop a clock that runs on
        ("2026-03-28 14:05", "2026-03-29 15:05"),  # clocks forward: 24 hours are 24 hours
        ("2026-10-24 14:05", "2026-10-25 13:05"),  # clocks back
        ("2026-10-24 01:30", "2026-10-25 01:30"),  # the first 01:30 of the two
    ],
)
def test_elapsed_hours_run_through_nights_holidays_and_clock_changes(received: str, due: str) -> None:
    assert deadline(DAY_LONG, at(received), office()) == Deadline(at(due))


def test_twenty_four_hours_from_the_second_of_two_hours_end_at_that_time_the_next_day() -> None:
    assert deadline(DAY_LONG, at("2026-10-25 01:30", fold=1), office()) == Deadline(at("2026-10-26 01:30"))


LUNCH_BREAK = (spans("09:00-12:00", "13:00-17:00"),) * 5 + (SHUT, SHUT)
TO_MIDNIGHT = (spans("16:00-24:00"),) * 7
STOCKTAKING = frozenset({date(2026, 3, 9)})


@pytest.mark.parametrize(
    ("hub", "hours", "received", "due"),
    [
        (office(), 4, "2026-03-06 09:00", "2026-03-06 13:00"),
        (office(), 4, "2026-03-06 15:15", "2026-03-09 10:45"),
        (office(), 4, "2026-03-07 11:00", "2026-03-09 12:45"),  # received on Saturday
        (office(), 4, "2026-03-06 13:15", "2026-03-06 17:15"),  # exactly to closing time
        (office(), 24, "2026-03-02 08:45", "2026-03-04 15:45"),  # about three days of such a hub
        (office(), 4, "2026-04-02 16:15", "2026-04-07 11:45"),  # Easter
        (office(closed=STOCKTAKING), 4, "2026-03-06 16:15", "2026-03-10 11:45"),
        (office(LUNCH_BREAK), 4, "2026-03-06 11:00", "2026-03-06 16:00"),
        (office(LUNCH_BREAK), 4, "2026-03-06 12:30", "2026-03-06 17:00"),
        (office(LUNCH_BREAK), 6, "2026-03-06 12:30", "2026-03-09 11:00"),
        (office(TO_MIDNIGHT), 8, "2026-03-06 16:00", "2026-03-07 00:00"),
        (office(TO_MIDNIGHT), 9, "2026-03-06 16:00", "2026-03-07 17:00"),
        (office(ROUND_THE_CLOCK), 24, "2026-03-28 14:05", "2026-03-29 15:05"),
        (office(), 0, "2026-03-07 11:00", "2026-03-07 11:00"),
    ],
)
def test_working_hours_count_the_open_spans_of_the_hub(hub: Calendar, hours: int, received: str, due: str) -> None:
    assert deadline(working_hours(hours), at(received), hub) == Deadline(at(due))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-06 09:00", "2026-03-06 13:00"),
        ("2026-03-06 16:15", "2026-03-06 20:15"),  # once started, closing time does not stop it
        ("2026-03-06 17:14:59", "2026-03-06 21:14:59"),
        (
            "2026-03-06 17:15",
            "2026-03-09 12:45",
        ),  # received at the moment of closing: starts at the next opening
        ("2026-03-07 11:00", "2026-03-09 12:45"),
        ("2026-04-03 11:00", "2026-04-07 12:45"),
    ],
)
def test_a_clock_that_runs_past_closing_starts_in_opening_hours_and_then_runs_on(received: str, due: str) -> None:
    timescale = working_hours(4, runs_past_closing=True)
    assert deadline(timescale, at(received), office()) == Deadline(at(due))


@pytest.mark.parametrize("past_closing", [False, True])
def test_working_hours_of_a_hub_that_never_opens_are_refused(*, past_closing: bool) -> None:
    with pytest.raises(NeverStaffed, match=r"give it some under \[hours\]"):
        deadline(working_hours(4, runs_past_closing=past_closing), at("2026-03-06 09:00"), office((SHUT,) * 7))


@pytest.mark.parametrize(
    ("days", "received", "midnight"),
    [
        (1, "2026-03-05 00:00", "2026-03-07 00:00"),
        (1, "2026-03-05 23:59:59", "2026-03-07 00:00"),
        (1, "2026-03-06 09:00", "2026-03-10 00:00"),  # Friday: day 1 is Monday
        (1, "2026-03-07 09:00", "2026-03-10 00:00"),  # Saturday: Monday too
        (1, "2026-05-02 09:00", "2026-05-06 00:00"),  # Saturday before a bank holiday Monday: Tuesday
        (1, "2026-04-02 09:00", "2026-04-08 00:00"),  # Maundy Thursday: Tuesday after Easter
        (3, "2026-12-23 09:00", "2026-12-31 00:00"),  # 24, then 29 and 30 December
        (0, "2026-03-06 09:00", "2026-03-07 00:00"),
        (0, "2026-03-07 09:00", "2026-03-08 00:00"),  # the same day, be it a Saturday
        (1, "2026-10-23 09:00", "2026-10-27 00:00"),
        (1, "2026-03-27 09:00", "2026-03-31 00:00"),
    ],
)
def test_working_days_end_at_a_midnight_that_is_too_late(days: int, received: str, midnight: str) -> None:
    due = deadline(working_days(days), at(received), office())
    assert due == Deadline(at(midnight), exclusive=True)
    assert due.last == at(midnight) - 1


@pytest.mark.parametrize(
    ("hub", "days", "received", "due"),
    [
        (office(), 1, "2026-03-06 09:00", Deadline(at("2026-03-09 17:15"))),
        (office(), 0, "2026-03-06 09:00", Deadline(at("2026-03-06 17:15"))),
        (office(), 0, "2026-03-06 17:15", Deadline(at("2026-03-06 17:15"))),
        (office(), 0, "2026-03-06 17:16", Deadline(at("2026-03-07 00:00"), exclusive=True)),  # already shut
        (office(), 0, "2026-03-07 09:00", Deadline(at("2026-03-08 00:00"), exclusive=True)),  # shut all day
        # a local closing day still counts, but has no closing time
        (office(closed=STOCKTAKING), 1, "2026-03-06 09:00", Deadline(at("2026-03-10 00:00"), exclusive=True)),
        (office(TO_MIDNIGHT), 1, "2026-03-05 09:00", Deadline(at("2026-03-07 00:00"), exclusive=True)),
    ],
)
def test_working_days_that_end_at_closing_time(hub: Calendar, days: int, received: str, due: Deadline) -> None:
    assert deadline(working_days(days, ends=Ends.CLOSE), at(received), hub) == due
    assert Deadline(at("2026-03-09 17:15")).last == at("2026-03-09 17:15")


def test_local_closing_days_stop_the_count_only_where_the_pack_counts_open_days() -> None:
    hub, received = office(closed=STOCKTAKING), at("2026-03-06 09:00")
    assert deadline(working_days(1), received, hub) == Deadline(at("2026-03-10 00:00"), exclusive=True)
    only_open = working_days(1, open_days_only=True)
    assert deadline(only_open, received, hub) == Deadline(at("2026-03-11 00:00"), exclusive=True)
    closes = replace(only_open, ends=Ends.CLOSE)
    assert deadline(closes, received, hub) == Deadline(at("2026-03-10 17:15"))


@pytest.mark.parametrize("clock", Clock)
def test_a_timescale_without_a_length_sets_no_deadline(clock: Clock) -> None:
    none = Timescale("none", clock)
    assert not none.has_deadline
    assert deadline(none, at("2026-03-06 09:00"), office()) is None


# which timescales govern a contact

URGENT = replace(working_hours(4), name="urgent", risks=frozenset({"red"}))
MEDIUM = replace(working_hours(24), name="medium", risks=frozenset({"amber", UNRATED}))
NONE = Timescale("none", Clock.WORKING_HOURS, risks=frozenset({"blue"}))
POLICE = replace(DAY_LONG, name="police", groups=frozenset({"Police"}))
BESIDE = replace(working_days(1), name="beside", rates=False)
BRAG = (URGENT, MEDIUM, NONE, BESIDE)


@pytest.mark.parametrize(
    ("pack", "risk", "group", "names"),
    [
        (BRAG, "red", "School", ["urgent"]),
        (BRAG, "amber", "School", ["medium"]),
        (BRAG, UNRATED, "School", ["medium"]),  # the pack says what unrated means
        (BRAG, "blue", "School", ["none"]),
        (BRAG, UNMAPPED, "School", ["urgent", "medium"]),  # all that set a deadline, so the strictest counts
        (BRAG, "green", "School", ["urgent", "medium"]),  # nobody thought of green: in doubt all
        ((URGENT, NONE), UNRATED, "School", ["urgent"]),
        ((POLICE, URGENT), "red", "Police", ["police", "urgent"]),
        ((POLICE, URGENT), "red", "School", ["urgent"]),
        ((POLICE, URGENT), UNMAPPED, "School", ["urgent"]),
        ((POLICE,), "red", "School", ["police"]),  # meant for others, but better than no deadline
        ((DAY_LONG, BESIDE), "red", "School", ["24 hours"]),
        ((BESIDE,), "red", "School", []),
    ],
)
def test_the_timescales_that_govern_a_contact(
    pack: tuple[Timescale, ...], risk: str, group: str, names: list[str]
) -> None:
    assert [timescale.name for timescale in governing(pack, risk, group)] == names


# steps in words


@pytest.mark.parametrize(
    ("timescale", "received", "said"),
    [
        (
            DAY_LONG,
            "2026-03-06 14:05",
            ["received Fri 6 Mar 2026 14:05", "24 h elapsed: due Sat 7 Mar 2026 14:05"],
        ),
        (NONE, "2026-03-06 14:05", ["received Fri 6 Mar 2026 14:05", "no deadline for this risk rating"]),
        (
            working_days(2),
            "2026-05-02 09:00",
            [
                "received Sat 2 May 2026 09:00",
                "day 1 is Tue 5 May",
                "day 2 is Wed 6 May",
                "due by midnight at the end of that day, Thu 7 May 2026 00:00",
            ],
        ),
        (
            working_days(0, ends=Ends.CLOSE),
            "2026-03-06 09:00",
            ["received Fri 6 Mar 2026 09:00", "due by closing time, Fri 6 Mar 2026 17:15"],
        ),
        (
            working_hours(10),
            "2026-03-05 16:15",
            [
                "received Thu 5 Mar 2026 16:15",
                "closes Thu 5 Mar 2026 17:15, 1 h counted",
                "closes Fri 6 Mar 2026 17:15, 9 h 30 min counted",
                "10 h staffed: due Mon 9 Mar 2026 09:15",
            ],
        ),
        (
            working_hours(4),
            "2026-03-07 11:00",
            [
                "received Sat 7 Mar 2026 11:00",
                "the hub opens Mon 9 Mar 2026 08:45",
                "4 h staffed: due Mon 9 Mar 2026 12:45",
            ],
        ),
        (
            working_hours(4, runs_past_closing=True),
            "2026-03-06 16:15",
            [
                "received Fri 6 Mar 2026 16:15",
                "4 h from then, past closing time too: due Fri 6 Mar 2026 20:15",
            ],
        ),
    ],
)
def test_the_way_to_a_deadline_is_told_step_by_step(timescale: Timescale, received: str, said: list[str]) -> None:
    trail = steps(timescale, at(received), office())
    assert [step.what for step in trail] == said
    assert trail[0].at == at(received)


# any hub


@st.composite
def kept(draw: st.DrawFn) -> tuple[Timescale, Calendar]:
    calendar = draw(calendars())
    return draw(timescales(calendar)), calendar


@given(kept(), instants())
def test_a_deadline_never_precedes_receipt_and_its_steps_lead_to_it_in_order(
    case: tuple[Timescale, Calendar], received: int
) -> None:
    timescale, calendar = case
    due = deadline(timescale, received, calendar)
    assert due is not None
    assert due.last >= received
    trail = steps(timescale, received, calendar)
    assert trail[-1].at == due.at
    # a counted day is named by its midnight, and a deadline of no hours at all is receipt itself
    if timescale.seconds:
        assert [step.at for step in trail] == sorted(step.at for step in trail)


@given(kept(), instants(), st.integers(0, 3 * DAY))
def test_what_is_received_later_is_never_due_earlier(
    case: tuple[Timescale, Calendar], received: int, later: int
) -> None:
    timescale, calendar = case
    first, second = deadline(timescale, received, calendar), deadline(timescale, received + later, calendar)
    assert first is not None
    assert second is not None
    assert first.last <= second.last


@given(calendars(opens=True), instants(), st.integers(0, 20 * HOUR))
def test_working_hours_counted_back_from_the_deadline_are_the_hours_of_the_timescale(
    calendar: Calendar, received: int, seconds: int
) -> None:
    due = deadline(Timescale("hours", Clock.WORKING_HOURS, seconds=seconds), received, calendar)
    assert due is not None
    assert calendar.staffed(received, due.at) == seconds


@given(st.frozensets(st.sampled_from(RISKS)), st.sampled_from(RISKS))
def test_every_risk_has_a_deadline_while_any_timescale_sets_one_and_none_is_said_to_have_none(
    risks: frozenset[str], risk: str
) -> None:
    pack = (replace(DAY_LONG, risks=risks),)
    assert governing(pack, risk, "School") == list(pack)


def test_a_calendar_without_holidays_needs_no_data() -> None:
    assert date(2026, 12, 25) in bank_holidays()
    hub = Calendar(LONDON, (SHUT,) * 7)
    assert deadline(working_days(1), at("2026-12-24 09:00"), hub) == Deadline(at("2026-12-26 00:00"), exclusive=True)
