"""Hubs for the tests of the rules: one that is easy to reckon with by hand, and arbitrary ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY, Calendar, DaySpans
from mash_monitor.domain.rating import Policy, RatingRules
from mash_monitor.domain.reports import ReportDays, ReportSchedule
from mash_monitor.domain.timescale import Clock, Ends, Timescale

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR = 60, 3600
SHUT: DaySpans = ()


def at(text: str, fold: int = 0) -> int:
    """The instant of a London wall-clock time; `fold` 1 is the second time round in the hour of autumn."""
    return int(datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold).timestamp())


def spans(*texts: str) -> DaySpans:
    """Opening spans of a day from "08:45-17:15"."""
    return tuple((_clock(text[:5]), _clock(text[6:])) for text in texts)


def _clock(text: str) -> int:
    return int(text[:2]) * HOUR + int(text[3:]) * MINUTE


@cache
def bank_holidays() -> frozenset[date]:
    """The bank holidays of England and Wales as they come with the library, without network."""
    known = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    return frozenset(holiday["date"] for holiday in known)


OFFICE_WEEK = (spans("08:45-17:15"),) * 5 + (SHUT, SHUT)
ROUND_THE_CLOCK = (spans("00:00-24:00"),) * 7


def office(week: tuple[DaySpans, ...] = OFFICE_WEEK, closed: frozenset[date] = frozenset()) -> Calendar:
    """A hub staffed Monday to Friday 08:45 to 17:15, unless told otherwise, with the real bank holidays."""
    return Calendar(LONDON, week, bank_holidays(), closed)


DAY_LONG = Timescale("24 hours", Clock.ELAPSED, seconds=DAY)
RULES = RatingRules(red_left=4 * HOUR, amber_left=8 * HOUR, notice=30 * MINUTE)


def policy(
    *timescales: Timescale,
    calendar: Calendar | None = None,
    times: tuple[str, ...] = ("08:30", "12:30", "16:30"),
    days: ReportDays | frozenset[int] = ReportDays.ALL,
    rules: RatingRules = RULES,
) -> Policy:
    """The rules of a hub: 24 elapsed hours, three reports a day, red at 4 hours, unless told otherwise."""
    hub = calendar or office()
    schedule = ReportSchedule(hub, [_clock(time) for time in times], days)
    return Policy(timescales or (DAY_LONG,), rules, hub, schedule)


# arbitrary hubs

# Dates with everything that makes counting hard: both clock changes of 2026, Easter, Christmas and New Year.
_HARD_WEEKS = (date(2026, 3, 23), date(2026, 10, 19), date(2025, 12, 20))
hard_days = st.builds(
    lambda start, days: start + timedelta(days=days), st.sampled_from(_HARD_WEEKS), st.integers(0, 16)
)
# What opens or shuts within the hour that autumn repeats is ambiguous; configuration has no use for it.
_EDGES = (st.integers(0, 60) | st.integers(120, 24 * 60)).map(lambda minute: minute * MINUTE)
_TIMES = (st.integers(0, 59) | st.integers(120, 24 * 60 - 1)).map(lambda minute: minute * MINUTE)


@st.composite
def _days(draw: st.DrawFn) -> DaySpans:
    edges = sorted(draw(st.lists(_EDGES, max_size=6, unique=True)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


_weeks = st.one_of(
    st.tuples(*[_days()] * 7),
    st.lists(_days() | st.just(spans("08:45-17:15")), min_size=5, max_size=5).map(lambda days: (*days, SHUT, SHUT)),
    st.sampled_from([OFFICE_WEEK, ROUND_THE_CLOCK, (SHUT,) * 4 + (spans("22:00-24:00"), spans("00:00-03:00"), SHUT)]),
)


def calendars(*, opens: bool = False) -> st.SearchStrategy[Calendar]:
    """Any hub; with `opens`, one that has opening hours at all."""
    return st.builds(
        Calendar,
        st.just(LONDON),
        _weeks.filter(any) if opens else _weeks,
        st.just(bank_holidays()) | st.frozensets(hard_days, max_size=6),
        st.frozensets(hard_days, max_size=8),
    )


@st.composite
def instants(draw: st.DrawFn) -> int:
    """Any second of the hard weeks."""
    return office().midnight(draw(hard_days)) + draw(
        st.integers(0, DAY - 1) | st.integers(0, 1439).map(lambda m: m * 60)
    )


_lists_of_times = st.lists(_TIMES, min_size=1, max_size=4)
_report_days = st.sampled_from(ReportDays) | st.frozensets(st.integers(0, 6), min_size=1)
_days_of_a_hub_that_never_opens = _report_days.filter(lambda days: days is not ReportDays.OPEN)


@st.composite
def schedules(draw: st.DrawFn, calendar: Calendar) -> ReportSchedule:
    """Any report times that configuration allows, on all days, open days or some weekdays."""
    days = draw(_report_days if any(calendar.week) else _days_of_a_hub_that_never_opens)
    return ReportSchedule(calendar, draw(_lists_of_times), days)


_rules = st.builds(
    RatingRules,
    red_left=st.integers(0, 30 * HOUR),
    amber_left=st.integers(0, 60 * HOUR),
    notice=st.sampled_from([0, 1, 30 * MINUTE, 4 * HOUR, 20 * HOUR]),
    staffed=st.booleans(),
)


_elapsed = st.builds(
    Timescale,
    st.just("elapsed"),
    st.just(Clock.ELAPSED),
    seconds=st.integers(0, 60 * HOUR) | st.integers(0, 60).map(lambda hours: hours * HOUR),
)
_working_days = st.builds(
    Timescale,
    st.just("days"),
    st.just(Clock.WORKING_DAYS),
    days=st.integers(0, 4),
    ends=st.sampled_from(Ends),
    open_days_only=st.booleans(),
)
_working_hours = st.builds(
    Timescale,
    st.just("hours"),
    st.just(Clock.WORKING_HOURS),
    seconds=st.integers(0, 20 * HOUR),
    runs_past_closing=st.booleans(),
)
_any_timescale = _elapsed | _working_days | _working_hours
_weekend_timescale = _elapsed | _working_days.map(lambda timescale: replace(timescale, open_days_only=False))


def timescales(calendar: Calendar) -> st.SearchStrategy[Timescale]:
    """Any timescale that this hub can keep: without an opening from Monday to Friday no open days are counted."""
    if any(calendar.week[:5]):
        return _any_timescale
    return _weekend_timescale | _working_hours if any(calendar.week) else _weekend_timescale


@st.composite
def policies(draw: st.DrawFn, *, look_ahead: bool | None = None) -> Policy:
    """Any rules of any hub, with one rating timescale."""
    calendar = draw(calendars())
    ahead = draw(st.booleans()) if look_ahead is None else look_ahead
    return Policy(
        (draw(timescales(calendar)),),
        replace(draw(_rules), look_ahead=ahead),
        calendar,
        draw(schedules(calendar)),
    )


# the same questions answered slowly, without a table


def open_at(calendar: Calendar, instant: int) -> bool:
    """Whether a clock on the wall shows opening hours."""
    moment = datetime.fromtimestamp(instant, calendar.zone)
    day, seconds = moment.date(), moment.hour * HOUR + moment.minute * MINUTE + moment.second
    if day in calendar.bank_holidays or day in calendar.closed:
        return False
    return any(opens <= seconds < closes for opens, closes in calendar.week[day.weekday()])


def staffed_minute_by_minute(calendar: Calendar, start: int, end: int) -> int:
    """Staffed seconds, by a look at the clock on the wall in each minute; hours change on whole minutes."""
    total = 0
    for minute in range(start // MINUTE * MINUTE, end, MINUTE):
        if open_at(calendar, minute):
            total += min(end, minute + MINUTE) - max(start, minute)
    return total


def slots_of(schedule: ReportSchedule, start: int, end: int) -> Iterator[int]:
    """Every slot from `start` to `end`, both inclusive, by a walk over the days."""
    zone = schedule.calendar.zone
    day = datetime.fromtimestamp(start, zone).date() - timedelta(days=1)
    while day <= datetime.fromtimestamp(end, zone).date():
        weekdays = schedule.days if isinstance(schedule.days, frozenset) else range(7)
        shut = day in schedule.calendar.bank_holidays | schedule.calendar.closed
        opens = bool(schedule.calendar.week[day.weekday()]) and not shut
        if day.weekday() in weekdays and (opens or schedule.days is not ReportDays.OPEN):
            for seconds in schedule.times:
                hour, rest = divmod(seconds, HOUR)
                slot = int(datetime(day.year, day.month, day.day, hour, rest // MINUTE, tzinfo=zone).timestamp())
                if start <= slot <= end:
                    yield slot
        day += timedelta(days=1)
