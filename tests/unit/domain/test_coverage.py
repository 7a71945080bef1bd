"""Holes in who is told, found before they are needed."""

from datetime import date

import pytest

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.coverage import ladder_findings, rota_findings
from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.finding import Severity
from mash_monitor.domain.rating import Level
from mash_monitor.domain.roster import Absence, Roster, Rota, Shift
from mash_monitor.domain.timescale import Clock, Timescale
from tests.unit.domain.hubs import DAY_LONG, HOUR, LONDON, ROUND_THE_CLOCK, SHUT, at, office

NOW = at("2026-03-02 09:00")
DUTY = (("duty",),) * 7
RED = Step(Level.RED, ("duty",), ("sms",))
OVERDUE = Step(Level.OVERDUE, ("duty",), ("sms",))
NO_ROSTER = Roster()


def rotas(roster: Roster) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.found) for finding in rota_findings("north", roster, office(), NOW)]


def ladder(
    *steps: Step, roster: Roster = NO_ROSTER, calendar: Calendar | None = None, timescales: tuple[Timescale, ...] = ()
) -> list[tuple[Severity, str, str]]:
    found = ladder_findings(
        "north", steps, roster, calendar=calendar or office(), timescales=timescales or (DAY_LONG,), now=NOW
    )
    return [(finding.severity, finding.place, finding.found) for finding in found]


def test_a_rota_with_somebody_on_every_day_is_well() -> None:
    assert rotas(Roster({"north": Rota("north", DUTY), "south": Rota("south", default=("sue",))})) == []


def test_days_on_which_nobody_is_on_are_counted_and_the_first_is_named() -> None:
    weekend_free = Rota("north", (("duty",),) * 5 + ((), None))
    assert rotas(Roster({"north": weekend_free})) == [
        (Severity.WARNING,
         "nobody is on at some time on 8 of the coming 28 days, first on Sat 7 March 2026"),
    ]  # fmt: skip


def test_leave_that_nobody_covers_is_a_hole() -> None:
    roster = Roster({"north": Rota("north", DUTY)}, {}, (Absence("duty", date(2026, 3, 9), date(2026, 3, 10)),))
    ((severity, found),) = rotas(roster)
    assert severity is Severity.WARNING
    assert found.startswith("nobody is on at some time on 2 of the coming 28 days, first on Mon 9 March")


def test_shifts_that_do_not_meet_leave_a_hole_within_a_day() -> None:
    shifts = (
        Shift("ann", at("2026-03-01 00:00"), at("2026-03-05 08:00")),
        Shift("bob", at("2026-03-05 08:00"), at("2026-03-06 17:00")),
        Shift("ann", at("2026-03-06 18:00"), at("2026-04-20 00:00")),
    )
    ((_, found),) = rotas(Roster({"north": Rota("north", shifts=shifts)}))
    assert "on 1 of the coming 28 days, first on Fri 6 March 2026" in found


def test_a_calendar_that_cannot_be_read_is_an_error() -> None:
    roster = Roster({"north": Rota("north", DUTY, trouble="oncall.ics: no such file")})
    assert rotas(roster) == [(Severity.ERROR, "oncall.ics: no such file")]


def test_a_plain_ladder_is_well() -> None:
    assert ladder(RED, OVERDUE) == []


@pytest.mark.parametrize(
    ("hours", "week", "said"),
    [
        (Hours.CLOSED, ROUND_THE_CLOCK, "it never closes"),
        (Hours.OPEN, (SHUT,) * 7, "the hub never opens"),
    ],
)
def test_a_step_for_hours_that_never_come_is_an_error(hours: Hours, week: tuple[object, ...], said: str) -> None:
    step = Step(Level.RED, ("edt",), ("sms",), hours=hours)
    found = ladder(RED, step, OVERDUE, calendar=Calendar(LONDON, week))  # type: ignore[arg-type]
    assert [(severity, place) for severity, place, _ in found] == [(Severity.ERROR, "hubs.north.escalation[2].hours")]
    assert said in found[0][2]


@pytest.mark.parametrize(
    ("after", "timescale", "fires"),
    [
        (24 * HOUR - 1, DAY_LONG, True),
        (24 * HOUR, DAY_LONG, False),
        (24 * HOUR, Timescale("two days", Clock.WORKING_DAYS, days=2), True),
        (40 * 24 * HOUR, Timescale("two days", Clock.WORKING_DAYS, days=2), False),
        (40 * 24 * HOUR, Timescale("none", Clock.WORKING_DAYS), True),
    ],
)
def test_a_step_after_longer_than_a_contact_can_be_red_never_speaks(
    after: int, timescale: Timescale, *, fires: bool
) -> None:
    found = ladder(RED, Step(Level.RED, ("boss",), ("sms",), after), OVERDUE, timescales=(timescale,))
    assert [place for _, place, _ in found] == ([] if fires else ["hubs.north.escalation[2].after"])


def test_a_ladder_of_a_hub_that_never_opens_or_without_some_level_is_looked_at_all_the_same() -> None:
    never = Calendar(LONDON, (SHUT,) * 7)
    hours = Timescale("8 hours", Clock.WORKING_HOURS, seconds=8 * HOUR)
    assert ladder(RED, calendar=never, timescales=(hours,)) == []


def test_a_level_that_is_told_in_opening_hours_only_has_silent_hours() -> None:
    ((severity, place, found),) = ladder(Step(Level.RED, ("duty",), ("sms",), hours=Hours.OPEN), OVERDUE)
    assert (severity, place) == (Severity.WARNING, "hubs.north.escalation")
    assert "first at Mon 2 Mar 2026 18:00, nobody hears that a contact without a team is red" in found
    edt = Step(Level.RED, ("edt",), ("sms",), hours=Hours.CLOSED)
    assert ladder(Step(Level.RED, ("duty",), ("sms",), hours=Hours.OPEN), edt, OVERDUE) == []


def test_a_level_that_reaches_nobody_at_any_time_is_an_error() -> None:
    ((severity, _, found),) = ladder(RED, Step(Level.OVERDUE, ("team",), ("sms",)))
    assert severity is Severity.ERROR
    assert "at no time" in found
    assert "overdue" in found
