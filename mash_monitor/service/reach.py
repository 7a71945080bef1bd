"""Whom a step, a report or a hand-over reaches: people who are on, by channels that get through to them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mash_monitor.domain.escalation import Step
from mash_monitor.service import ops
from mash_monitor.service.hub import Recipients, WatchedHub
from mash_monitor.state import alarms, stops


def reach(
    connection: Connection, hub: WatchedHub, told: Recipients | Step, now: int, teams: Sequence[str] = (), *,
    on_at: int | None = None,
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Who of these people can be reached, and by which channels; `ops` hears of whoever cannot.

    A rota's name stands for those who are on (at `on_at`, now where it is not given), and "team" for the people of
    the contact's teams.
    """
    found = {}
    silent = stops.stopped(connection, hub.name)
    to, by = told.to, told.by
    meant = hub.directory.people(to, teams, now if on_at is None else on_at)
    nobody = alarms.kind_of("nobody", *to)
    if meant.people:
        ops.all_clear(connection, hub, nobody, f"somebody is on again for {', '.join(to)}", now, people=True)
    else:
        said = f"nobody to tell for {', '.join(to)}: {'; '.join(meant.why)}"
        ops.alarm(connection, hub, nobody, said, now, people=True)
    for alias in meant.people:
        kind = alarms.kind_of("no", *by, alias)
        if channels := tuple(way for way in hub.directory.channels(alias, by) if (alias, way) not in silent):
            ops.all_clear(connection, hub, kind, f"{alias} can be reached again", now, people=True)
            found[alias] = channels
        else:
            ops.alarm(connection, hub, kind, f"{alias} cannot be reached by {' or '.join(by)}", now, people=True)
    return found


def tell_of_rotas(connection: Connection, hub: WatchedHub, now: int) -> None:
    """Tell `ops` of rotas whose calendar cannot be read, before somebody looks for who is on and finds nobody."""
    for name, rota in hub.directory.roster(now).rotas.items():
        kind = alarms.kind_of("rota", name)
        if rota.trouble is not None:
            ops.alarm(connection, hub, kind, f"rota {name}: {rota.trouble}", now, people=True)
        else:
            ops.all_clear(connection, hub, kind, f"rota {name} is read again", now, people=True)
