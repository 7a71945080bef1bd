"""A hub's roster, from its configuration and the calendars that this names."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mash_monitor.config.models import Config
from mash_monitor.domain.roster import Absence, Roster, team_key

if TYPE_CHECKING:
    from mash_monitor.config.ics import CalendarFile


class HubRoster:
    """Who is on at one hub. Calendars are read when they are first asked, and again when they change."""

    def __init__(self, config: Config, hub: str) -> None:
        people, rotas = config.people_of(hub), config.rotas_of(hub)
        self._roster = Roster(
            rotas={name: rota.rota(name) for name, rota in rotas.items()},
            teams={team_key(team): tuple(entries) for team, entries in config.hubs[hub].teams.items()},
            absences=tuple(
                Absence(alias, start, end) for alias, person in people.items() for start, end in person.absent
            ),
        )
        self._calendars = dict[str, "CalendarFile"]()
        for name, rota in rotas.items():
            if rota.calendar is not None:
                from mash_monitor.config.ics import CalendarFile  # most hubs keep no rota in a calendar

                self._calendars[name] = CalendarFile(config.folder / rota.calendar, people, config.zone)

    def at(self, at: int) -> Roster:
        """The roster, with the shifts of its calendars around this instant."""
        if not self._calendars:
            return self._roster
        rotas = dict(self._roster.rotas)
        for name, calendar in self._calendars.items():
            shifts, trouble = calendar.around(at)
            rotas[name] = replace(rotas[name], shifts=shifts, trouble=trouble)
        return replace(self._roster, rotas=rotas)
