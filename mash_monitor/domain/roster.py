"""Who is on when: rotas, leave, and the people of a contact's teams."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.domain.calendar import local

TEAM = "team"
"""The entry that stands for the people of the contact's teams."""


class Absence(NamedTuple):
    """Somebody is away on these local dates, both included."""

    alias: str
    start: date
    end: date


class Shift(NamedTuple):
    """Somebody is on from one instant until before another."""

    alias: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rota:
    """People by turns: what is said of a date comes first, then shifts, the weekday (Monday first), and `default`.

    An empty tuple means that nobody is on; None for a weekday that nothing is said of it. `trouble` says what is
    wrong with the calendar that the shifts come from; what they would have said is then left to the rest.
    """

    name: str
    weekdays: tuple[tuple[str, ...] | None, ...] = (None,) * 7
    dates: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    default: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()
    trouble: str | None = None

    def on(self, at: int, day: date) -> tuple[str, ...]:
        """Who is on at this instant, which lies on this local date."""
        if day in self.dates:
            return self.dates[day]
        if on_shift := tuple(shift.alias for shift in self.shifts if shift.start <= at < shift.end):
            return on_shift
        of_the_day = self.weekdays[day.weekday()]
        return self.default if of_the_day is None else of_the_day


class Resolution(NamedTuple):
    """Who is meant at one instant: aliases, each once and in order, without those who are absent.

    `why` says of what was asked for and gave nobody, or less than it should, why that is so: words for `ops`.
    """

    people: tuple[str, ...]
    absent: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def team_key(name: str) -> str:
    """A team's name as it is compared: stores are not of one mind about capitals and spaces."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Roster:
    """All that one hub knows of who is on. `teams` are kept by `team_key`, and hold aliases and names of rotas."""

    rotas: Mapping[str, Rota] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()

    def resolve(self, to: Sequence[str], teams: Sequence[str], at: int, zone: ZoneInfo) -> Resolution:
        """The people whom `to` means at this instant, for a contact of these teams.

        An entry is "team", the name of a rota, or a person's alias.
        """
        day = local(at, zone).date()
        why: list[str] = []
        meant = dict.fromkeys(alias for entry in to for alias in self._meant(entry, teams, at, day, why))
        away = {gone.alias: gone.end for gone in self.absences if gone.start <= day <= gone.end and gone.alias in meant}
        why += [f"{alias} is absent until {end.day} {end:%B %Y}" for alias, end in away.items()]
        return Resolution(tuple(alias for alias in meant if alias not in away), tuple(away), tuple(dict.fromkeys(why)))

    def _meant(self, entry: str, teams: Sequence[str], at: int, day: date, why: list[str]) -> Iterator[str]:
        if entry == TEAM:
            if not teams:
                why.append("the contact has no team")
            for team in teams:
                listed = self.teams.get(team_key(team))
                if listed is None:  # the name is the store's own text: it is not repeated in a message
                    why.append("a team of the contact has no entry under teams")
                for member in listed or ():
                    yield from self._meant(member, (), at, day, why)
        elif rota := self.rotas.get(entry):
            on = rota.on(at, day)
            if rota.trouble is not None:
                why.append(f"rota {entry}: {rota.trouble}")
            if not on:
                why.append(f"rota {entry}: nobody is on")
            yield from on
        else:
            yield entry
