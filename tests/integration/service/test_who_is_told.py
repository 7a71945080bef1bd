"""Whom a step of the ladder tells: rotas, leave and teams, and what happens where nobody is on."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.domain.roster import TEAM, Absence, Roster, Rota, team_key
from mash_monitor.service.hub import Directory, WatchedHub
from mash_monitor.service.reach import tell_of_rotas
from mash_monitor.state.database import writing
from tests.integration.service.town import Town
from tests.unit.domain.hubs import LONDON, at

NOON, LATER = "2026-03-06 12:30", "2026-03-06 13:01"
DUE_FRIDAY = "2026-03-05 14:05"


@dataclass
class Staffed(Town):
    """A town with a roster."""

    roster: Roster = field(default_factory=Roster)

    @cached_property
    def hub(self) -> WatchedHub:
        plain = super().hub
        directory = Directory(plain.directory.reach, lambda _at: self.roster, LONDON)
        return WatchedHub(**{name: getattr(plain, name) for name in plain.__slots__} | {"directory": directory})


def staffed(town: Town, roster: Roster, *steps: Step) -> Staffed:
    names = ("engine", "council", "folder", "policy", "people", "preset", "url", "patience", "name")
    return Staffed(**{name: getattr(town, name) for name in names}, ladder=steps, roster=roster)


def red(*to: str, after: int = 0) -> Step:
    return Step(Level.RED, to, ("sms",), after)


def test_a_rota_tells_those_who_are_on(town: Town) -> None:
    friday = (None,) * 4 + (("manager",),) + (None,) * 2
    roster = Roster({"desk": Rota("desk", friday, default=("duty",))})
    town.council.add("C-1", DUE_FRIDAY)
    here = staffed(town, roster, red("desk"))
    here.report(NOON)
    assert here.alerted() == [("manager", "red", 1)]


def test_leave_is_covered_by_the_next_step_at_once_and_ops_hear_of_it(town: Town) -> None:
    away = Absence("duty", date(2026, 3, 1), date(2026, 3, 8))
    town.council.add("C-1", DUE_FRIDAY)
    here = staffed(town, Roster(absences=(away,)), red("duty"), red("manager", after=1800))
    here.report(NOON)
    assert here.alerted() == [("manager", "red", 1)]
    assert here.told_ops() == ["nobody to tell for duty: duty is absent until 8 March 2026"]
    here.climb(LATER)
    assert here.alerted() == [("manager", "red", 1)]


def test_a_step_that_reached_nobody_speaks_when_somebody_is_on_again(town: Town) -> None:
    away = Absence("duty", date(2026, 3, 1), date(2026, 3, 6))
    town.council.add("C-1", DUE_FRIDAY)
    here = staffed(town, Roster(absences=(away,)), red("duty"))
    here.report(NOON)
    assert here.alerted() == []
    assert here.alarms() == ["nobody_duty"]
    back = staffed(town, Roster(), red("duty"))
    back.climb("2026-03-06 12:39")
    assert back.alerted() == []
    back.climb("2026-03-06 12:40")
    assert back.alerted() == [("duty", "red", 1)]
    assert back.alarms() == []


def test_a_contacts_team_chooses_its_people_and_others_fall_to_the_rest(town: Town) -> None:
    roster = Roster(teams={team_key("Triage North"): ("edt",)})
    town.council.add("C-1", DUE_FRIDAY, team="triage  north")
    town.council.add("C-2", DUE_FRIDAY, team="Elsewhere")
    here = staffed(town, roster, red(TEAM), red("manager", after=1800))
    here.report(NOON)
    told = {row.person: here.named(row) for row in here.messages("alert")}
    assert told == {"edt": {"C-1"}, "manager": {"C-2"}}
    assert "Elsewhere" not in " ".join(here.told_ops())


def test_ops_hear_of_a_rota_whose_calendar_cannot_be_read_before_anybody_is_needed(town: Town) -> None:
    broken = Rota("desk", default=("duty",), trouble="desk.ics: line 3 is no calendar")
    here = staffed(town, Roster({"desk": broken}), red("desk"))
    for _ in range(2):
        with writing(here.engine) as connection:
            tell_of_rotas(connection, here.hub, at(NOON))
    here.roster = Roster({"desk": Rota("desk", default=("duty",))})
    with writing(here.engine) as connection:
        tell_of_rotas(connection, here.hub, at(LATER))
    assert here.told_ops() == ["rota desk: desk.ics: line 3 is no calendar", "rota desk is read again"]


def test_two_people_with_nearly_the_same_alias_are_each_told_of(town: Town) -> None:
    ways = ("notify-sms", "notify-email")
    step = Step(Level.RED, ("manager-on-call-north", "manager-on-call-south"), ways)
    town.people = {**town.people, ("manager-on-call-south", "notify-sms"): "+447700900321"}
    here = staffed(town, Roster(), step)
    town.council.add("C-1", DUE_FRIDAY)
    here.report(NOON)
    here.report(LATER)
    (told,) = [said for said in here.told_ops() if "cannot be reached" in said]
    assert told == "manager-on-call-north cannot be reached by notify-sms or notify-email"
    assert len(here.alarms()) == 1
