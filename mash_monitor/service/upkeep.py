"""Planned maintenance: for a while `ops` is not told of alarms about the service. Alerts about contacts go on."""

from sqlalchemy import Engine

from mash_monitor.service import ops
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import audit, maintenance
from mash_monitor.state.database import writing

LONGEST = 86_400
"""Seconds that maintenance may last: a switch that is forgotten must not stay."""


class NoMaintenanceError(ValueError):
    """Maintenance cannot be planned so."""


def plan_maintenance(hub: WatchedHub, engine: Engine, until: int, *, reason: str, by: str, now: int) -> None:
    """Begin maintenance, or change its end. Raises NoMaintenanceError."""
    if until <= now:
        raise NoMaintenanceError("which has passed; expected a time to come")
    if until > now + LONGEST:
        raise NoMaintenanceError("expected at most a day from now; it can be made longer while it lasts")
    with writing(engine) as connection:
        maintenance.plan(connection, hub.name, until, by, now)
        audit.record(connection, now, hub.name, "maintenance", until=until, reason=reason, by=by)


def end_maintenance(hub: WatchedHub, engine: Engine, by: str, now: int) -> None:
    """End maintenance before its time; `ops` hears what stands."""
    with writing(engine) as connection:
        if maintenance.planned(connection, hub.name, now) is None:
            return
        maintenance.plan(connection, hub.name, now, by, now)
        ops.end_maintenance(connection, hub, now)
