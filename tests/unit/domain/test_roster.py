"""Who is on when: rotas by weekday, date and shift, leave, and the people of a contact's teams."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.roster import Absence, Resolution, Roster, Rota, Shift, team_key
from tests.unit.domain.hubs import LONDON, at, instants

WEEK = (("ann",), ("ann",), ("bob",), ("bob",), ("ann", "bob"), None, ())
NORTH = Rota(
    "north",
    weekdays=WEEK,
    dates={date(2026, 12, 25): ("eve",), date(2026, 12, 28): ()},
    default=("dan",),
    shifts=(Shift("eve", at("2026-03-06 22:00"), at("2026-03-07 06:00")),),
)
ROSTER = Roster(
    {"north": NORTH},
    {team_key("Triage North"): ("north", "lead"), team_key("South"): ("sue",)},
    (Absence("ann", date(2026, 12, 20), date(2027, 1, 2)), Absence("sue", date(2026, 3, 29), date(2026, 3, 29))),
)


def resolve(to: str, when: str, *teams: str) -> Resolution:
    return ROSTER.resolve(to.split(), teams, at(when), LONDON)


@pytest.mark.parametrize(
    ("when", "people"),
    [
        ("2026-03-02 00:00", ("ann",)),
        ("2026-03-04 23:59:59", ("bob",)),
        ("2026-03-06 12:00", ("ann", "bob")),
        ("2026-03-06 21:59:59", ("ann", "bob")),
        ("2026-03-06 22:00", ("eve",)),  # a shift comes before the weekday
        ("2026-03-07 05:59:59", ("eve",)),
        ("2026-03-07 06:00", ("dan",)),  # nothing is said of Saturdays: the default
        ("2026-03-08 12:00", ()),  # nobody on Sundays, and that is meant
        ("2026-12-25 12:00", ("eve",)),  # a date comes before the rest
        ("2026-12-28 12:00", ()),
        ("2026-03-29 00:59:59", ()),  # the Sunday on which the clock goes forward ends at its own midnight
        ("2026-03-29 23:59:59", ()),
        ("2026-03-30 00:00", ("ann",)),
    ],
)
def test_who_a_rota_has_on(when: str, people: tuple[str, ...]) -> None:
    found = resolve("north", when)
    assert found.people == people
    assert found.why == (() if people else ("rota north: nobody is on",))


@pytest.mark.parametrize(
    ("to", "teams", "people", "why"),
    [
        ("duty", (), "duty", ()),
        ("duty north duty", (), "duty ann", ()),
        ("team", ("Triage North",), "ann lead", ()),
        ("team", (" triage  NORTH ", "South"), "ann lead sue", ()),
        ("team duty", (), "duty", ("the contact has no team",)),
        ("team duty", ("East",), "duty", ("a team of the contact has no entry under teams",)),
        ("team", ("East", "South"), "sue", ("a team of the contact has no entry under teams",)),
        ("team", (), "", ("the contact has no team",)),
    ],
)
def test_a_step_means_people_rotas_and_the_contacts_teams(
    to: str, teams: tuple[str, ...], people: str, why: tuple[str, ...]
) -> None:
    assert resolve(to, "2026-03-02 09:00", *teams) == Resolution(tuple(people.split()), (), why)


@pytest.mark.parametrize(
    ("when", "away"),
    [
        ("2026-12-19 23:59:59", False),
        ("2026-12-20 00:00", True),
        ("2027-01-02 23:59:59", True),
        ("2027-01-03 00:00", False),
    ],
)
def test_somebody_is_absent_from_the_first_second_of_the_first_day_to_the_last_of_the_last(
    when: str, *, away: bool
) -> None:
    found = resolve("ann duty", when)
    assert found.people == (("duty",) if away else ("ann", "duty"))
    assert found.absent == (("ann",) if away else ())
    assert found.why == (("ann is absent until 2 January 2027",) if away else ())


def test_leave_takes_somebody_out_of_a_rota_and_puts_nobody_in() -> None:
    assert resolve("north", "2026-12-21 09:00") == Resolution((), ("ann",), ("ann is absent until 2 January 2027",))


def test_a_rota_whose_calendar_cannot_be_read_goes_by_the_rest_and_says_so() -> None:
    roster = Roster({"north": Rota("north", default=("dan",), trouble="oncall.ics: no such file")})
    found = roster.resolve(["north"], (), at("2026-03-02 09:00"), LONDON)
    assert found == Resolution(("dan",), (), ("rota north: oncall.ics: no such file",))


def test_a_hub_without_a_roster_means_everybody_whom_it_names() -> None:
    assert Roster().resolve(["duty", "edt"], ("South",), 0, LONDON) == Resolution(("duty", "edt"))


@given(
    instants(),
    st.lists(st.sampled_from(["ann", "bob", "north", "team", "sue"])),
    st.lists(st.sampled_from(["Triage North", "South", "East"])),
)
def test_whoever_is_meant_is_there_or_absent_and_a_step_that_finds_nobody_says_why(
    now: int, to: list[str], teams: list[str]
) -> None:
    found = ROSTER.resolve(to, teams, now, LONDON)
    assert len(set(found.people + found.absent)) == len(found.people) + len(found.absent)
    assert found.people or found.why or not to
    assert {"ann", "bob", "sue"}.intersection(to) <= set(found.people + found.absent)
