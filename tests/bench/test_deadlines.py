"""Deadlines in working hours, beside businesstimedelta on the same cases; whatever it says otherwise is listed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from importlib import import_module
from random import Random

import pytest
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule

from mash_monitor.domain.calendar import Calendar, local
from tests.bench.figures import RUNS, Figure, Report, processor_seconds
from tests.bench.hubs import LONDON, bench_hub

pytestmark = pytest.mark.bench

_HOUR = 3_600
_CASES = 1_000
_TIMES = 200  # ours is over too soon to be timed
_FIRST, _LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2015, 2028))


def test_deadlines_are_reckoned_by_bisection(report: Report) -> None:
    """The same answers, five hundred times as fast: 4 to 40 working hours from any second of thirteen years."""
    calendar = bench_hub("sqlite:///none").calendar
    random = Random(1)
    cases = [(random.randrange(_FIRST, _LAST), random.randrange(4, 41) * _HOUR) for _ in range(_CASES)]
    rules = _rules(calendar)
    their_cases = [
        (datetime.fromtimestamp(start, UTC), BusinessTimeDelta(rules, seconds=span)) for start, span in cases
    ]

    ours = [calendar.add(start, span) for start, span in cases]  # and with it the table: once in a process' life
    theirs = [int((start + span).timestamp()) for start, span in their_cases]
    report.remarks += _disagreements(calendar, cases, ours, theirs)
    many = cases * _TIMES
    measured = [processor_seconds(lambda: [calendar.add(*case) for case in many]) / len(many) for _ in range(RUNS)]
    raw = [processor_seconds(lambda: [start + span for start, span in their_cases]) / _CASES for _ in range(RUNS)]
    report.add(Figure("a deadline in working hours (raw: businesstimedelta)", measured, raw, limit=500, at_least=True))


def _rules(calendar: Calendar) -> Rules:
    """The same week and the same bank holidays, as a list: the form that its documentation asks for."""
    zone = import_module("pytz").timezone("Europe/London")  # it localizes as only pytz does, which ships no types
    ((opens, closes),) = calendar.week[0]
    week = WorkDayRule(_clock(opens), _clock(closes), [day for day in range(7) if calendar.week[day]], tz=zone)
    return Rules([week, HolidayRule(sorted(calendar.bank_holidays), tz=zone)])


def _clock(of_day: int) -> time:
    return time(of_day // _HOUR, of_day % _HOUR // 60)


def _disagreements(
    calendar: Calendar, cases: Sequence[tuple[int, int]], ours: Sequence[int], theirs: Sequence[int]
) -> list[str]:
    """Each with what decides it: the staffed seconds up to either deadline, counted day by day."""
    different = [case for case in zip(cases, ours, theirs, strict=True) if case[1] != case[2]]
    said = [f"businesstimedelta: {len(different)} of {len(cases):,} deadlines differ from ours"]
    for (start, span), one, other in different:
        right = [name for name, due in (("ours", one), ("theirs", other)) if _counted(calendar, start, due) == span]
        began, mine, its = (f"{local(instant, LONDON):%a %d %b %Y %H:%M:%S}" for instant in (start, one, other))
        said.append(
            f"  {span // _HOUR} h from {began}: ours {mine}, theirs {its}; "
            f"counted day by day, {' and '.join(right) or 'neither'} is right"
        )
    return said


def _counted(calendar: Calendar, start: int, end: int) -> int:
    """Staffed seconds between two instants, day by day on the wall clock, without any table."""
    total = 0
    for number in range(local(start, LONDON).toordinal(), local(end, LONDON).toordinal() + 1):
        day = date.fromordinal(number)
        for opens, closes in () if day in calendar.bank_holidays else calendar.week[day.weekday()]:
            first = int(datetime.combine(day, _clock(opens), LONDON).timestamp())
            last = int(datetime.combine(day, _clock(closes), LONDON).timestamp())
            total += max(0, min(end, last) - max(start, first))
    return total
