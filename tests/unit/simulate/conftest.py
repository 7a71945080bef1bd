"""The hub's calendar and its rules, for tests that rate or measure made-up contacts."""

import pytest

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.rating import Policy, RatingRules
from mash_monitor.domain.reports import ReportSchedule
from mash_monitor.domain.timescale import Clock, Timescale
from tests.unit.simulate.plain_count import BANK_HOLIDAYS, LONDON

HOUR = 3600
OFFICE_HOURS = ((8 * HOUR + 45 * 60, 17 * HOUR + 15 * 60),)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar(LONDON, (OFFICE_HOURS,) * 5 + ((),) * 2, BANK_HOLIDAYS)


@pytest.fixture(scope="session")
def policy(calendar: Calendar) -> Policy:
    return Policy(
        timescales=(
            Timescale("24 hours", Clock.ELAPSED, seconds=24 * HOUR, target_pct=95),
            Timescale("one working day", Clock.WORKING_DAYS, days=1, rates=False, target_pct=95),
        ),
        rules=RatingRules(red_left=4 * HOUR, amber_left=8 * HOUR, notice=HOUR // 2),
        calendar=calendar,
        schedule=ReportSchedule(calendar, [8 * HOUR + HOUR // 2, 12 * HOUR + HOUR // 2, 16 * HOUR + HOUR // 2]),
    )
