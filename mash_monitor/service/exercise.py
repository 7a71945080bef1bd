"""Exercises: a message marked TEST by every channel of a person, so that a silent one is found before it matters."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine, Row, select

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import audit, outbox
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Message, Purpose
from mash_monitor.state.schema import deliveries

_WORDS = "TEST from {title}: only an exercise, nothing is to be done. If you can read this, alerts reach you this way."
_VALID = 3600


class NobodyMeantError(LookupError):
    """No person or rota of this name, or none of them has a channel that is configured."""


def put_tests(
    hub: WatchedHub, engine: Engine, name: str, now: int, *, ways: Iterable[str], by: str
) -> list[int]:  # fmt: skip
    """Put a TEST message for each channel of a person, or of those on a rota now, into the outbox.

    `ways` are the channels that are configured. Returns the deliveries' ids. Raises NobodyMeantError with why.
    """
    known = hub.directory.roster(now).rotas.keys() | set(hub.directory.aliases)
    if name not in known:
        raise NobodyMeantError(f"{name!r} is no person or rota of {hub.name}; known are {', '.join(sorted(known))}")
    meant = hub.directory.people([name], (), now)
    if not meant.people:
        raise NobodyMeantError(f"nobody is on for {name!r} now: {'; '.join(meant.why)}")
    reached = {alias: hub.directory.channels(alias, tuple(ways)) for alias in meant.people}
    for alias, channels in reached.items():
        if not channels:
            raise NobodyMeantError(f"{alias!r} has no address for a channel that is configured")
    said = _WORDS.format(title=hub.title)
    with writing(engine) as connection:
        ids = [
            outbox.put(connection, Message(
                hub=hub.name, purpose=Purpose.TEST, person=alias, channels=(channel,),
                subject=f"TEST from {hub.title}", body=said, valid_until=now + _VALID,
            ), now)
            for alias, channels in reached.items() for channel in channels
        ]  # fmt: skip
        audit.record(connection, now, hub.name, "test", people=sorted(reached), deliveries=len(ids), by=by)
    return ids


def outcomes(engine: Engine, ids: Sequence[int]) -> tuple[list[Row[Any]], bool]:
    """These deliveries as they stand, and whether each was tried."""
    with reading(engine) as connection:
        query = select(deliveries).where(deliveries.c.id.in_(ids)).order_by(deliveries.c.id)
        rows = list(connection.execute(query))
    return rows, all(row.tries and row.state != DeliveryState.SENDING for row in rows)
