"""Shares in time over windows and weeks, by the contacts whose deadline fell inside."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.contact import Contact, Mark, Row, Span, merge
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.performance import earliest_receipt, performance, windows
from mash_monitor.domain.timescale import Clock, Ends, Timescale, deadline
from mash_monitor.domain.weeks import Weeks
from tests.unit.domain.hubs import DAY_LONG, HOUR, at, instants, office

ONE_DAY = Timescale("one working day", Clock.WORKING_DAYS, days=1, rates=False, target_pct=95)
HUB = office()


def contact(received: str, decided: str | None = None, **facts: object) -> Contact:
    """One contact, decided at an exact instant or open."""
    span = None if decided is None else Span(at(decided), at(decided))
    return replace(merge([Row("C-1", "p1", at(received), decided=span)]), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "today", "week", "month", "end"),
    [
        ("2026-03-06 12:00", "2026-03-06", "2026-02-28", "2026-03-01", "2026-03-07"),
        ("2026-03-01 00:00", "2026-03-01", "2026-02-23", "2026-03-01", "2026-03-02"),
        ("2026-03-29 12:00", "2026-03-29", "2026-03-23", "2026-03-01", "2026-03-30"),  # 23 hours long
        ("2026-12-31 23:59:59", "2026-12-31", "2026-12-25", "2026-12-01", "2027-01-01"),
    ],
)
def test_the_windows_of_a_summary_are_local_days(now: str, today: str, week: str, month: str, end: str) -> None:
    assert windows(at(now), HUB) == {
        "today": (at(today), at(end)),
        "last_7_days": (at(week), at(end)),
        "month": (at(month), at(end)),
    }


def test_a_window_selects_by_deadline_and_today_is_not_always_a_full_success() -> None:
    now = at("2026-03-06 16:30")
    contacts = [
        contact("2026-03-05 09:00", "2026-03-05 15:00"),  # due today, decided yesterday
        contact("2026-03-05 12:00"),  # due today and still open
        contact("2026-03-05 17:00"),  # due today at 17:00
        contact("2026-03-06 09:00", "2026-03-06 10:00"),  # due tomorrow: tomorrow's figure
        contact("2026-03-04 23:59:59"),  # due yesterday
        contact("2026-02-27 23:59:59", "2026-02-28 12:00"),  # the first day of the week, but not of the month
        contact("2026-02-26 09:00"),  # before all windows
        contact("2026-03-06 17:00"),  # not yet received
        replace(contact("2026-03-05 09:00"), received=None),
        contact("2026-03-05 09:00", marks=frozenset({Mark.VOLUME_ONLY})),
    ]
    (row,) = performance(contacts, [DAY_LONG], HUB, now, Weeks.until(now, HUB))
    assert row.timescale is DAY_LONG
    assert row.tallies["today"] == Tally(received=3, in_time=1, late=1, not_yet_due=1)
    assert row.tallies["last_7_days"] == Tally(received=5, in_time=2, late=2, not_yet_due=1)
    assert row.tallies["month"] == Tally(received=4, in_time=1, late=2, not_yet_due=1)


def test_a_midnight_deadline_belongs_to_the_day_that_it_ends() -> None:
    now = at("2026-03-06 12:00")
    (row,) = performance([contact("2026-03-05 09:00")], [ONE_DAY], HUB, now, Weeks.until(now, HUB))
    assert row.tallies["today"] == Tally(received=1, not_yet_due=1)


@given(instants(), st.integers(0, 40 * DAY))
def test_nothing_received_before_the_earliest_receipt_can_be_due_in_the_window(start: int, before: int) -> None:
    far = Timescale("ten working days", Clock.WORKING_DAYS, days=10, ends=Ends.CLOSE)
    hours = Timescale("30 working hours", Clock.WORKING_HOURS, seconds=30 * HOUR)
    timescales = [DAY_LONG, far, hours, Timescale("none", Clock.ELAPSED)]
    received = earliest_receipt(timescales, start, HUB) - before
    found = [deadline(timescale, received, HUB) for timescale in timescales]
    assert all(at.last < start for at in found if at is not None)


# weeks


def test_weeks_are_local_and_begin_on_mondays() -> None:
    weeks = Weeks.until(at("2026-03-29 23:59:59"), HUB, 2)  # a Sunday, the day on which the clocks go forward
    assert weeks.mondays == (date(2026, 3, 16), date(2026, 3, 23))
    assert weeks.bounds == (at("2026-03-16"), at("2026-03-23"), at("2026-03-30"))
    assert Weeks.until(at("2026-03-30 00:00"), HUB, 2).mondays == (date(2026, 3, 23), date(2026, 3, 30))


@given(instants(), instants(), st.integers(1, 30))
def test_an_instant_is_in_the_week_of_its_local_date_or_in_none(now: int, instant: int, number: int) -> None:
    weeks = Weeks.until(now, HUB, number)
    day = HUB.date_of(instant)
    monday = date.fromordinal(day.toordinal() - day.weekday())
    assert weeks.holding(now) == weeks.mondays[-1]
    assert weeks.holding(instant) == (monday if monday in weeks.mondays else None)


def test_a_week_selects_by_deadline_too() -> None:
    now = at("2026-03-06 16:30")
    contacts = [
        contact("2026-03-05 09:00", "2026-03-05 15:00"),
        contact("2026-02-28 23:59:59", "2026-03-01 12:00"),  # due on the Sunday before
        contact("2026-03-01 00:00"),  # due on the Monday, and late
        contact("2026-02-21 12:00"),  # due before the first week
    ]
    (row,) = performance(contacts, [DAY_LONG], HUB, now, Weeks.until(now, HUB, 2))
    assert row.weeks == {
        date(2026, 2, 23): Tally(received=1, in_time=1),
        date(2026, 3, 2): Tally(received=2, in_time=1, late=1),
    }
