"""Who deals with a delivery: it is taken by compare-and-set, with a lease and a fence.

The attempt is on record before the call, and what the call gave is written only while the fence still matches.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, update

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.state.schema import attempts, deliveries

_ROW = deliveries.c

# Statements are built once: to build one takes longer than to run it.
_AS_IT_WAS = update(deliveries).where(
    _ROW.id == bindparam("of_id"), _ROW.fence == bindparam("of_fence"), _ROW.state == bindparam("of_state")
)
"""Compare-and-set: only what nobody has changed since it was read."""
_CLAIM = _AS_IT_WAS.values({
    name: bindparam(f"to_{name}")
    for name in ("fence", "state", "owner", "tries", "sent_at", "lease_until", "next_action_at")
})  # fmt: skip
_ATTEMPT = insert(attempts).values({
    name: bindparam(name) for name in ("hub", "delivery_id", "fence", "started_at")
})  # fmt: skip
_ATTEMPT_ENDED = (
    update(attempts)
    .where(attempts.c.delivery_id == bindparam("of_id"), attempts.c.fence == bindparam("of_fence"))
    .values({name: bindparam(f"to_{name}") for name in ("finished_at", "result", "code")})
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process may send, or ask about, under a fence."""

    row: Row[Any]
    fence: int
    state: DeliveryState


def claim(connection: Connection, row: Row[Any], owner: str, now: int, lease: int) -> Claimed | None:
    """Take a pending delivery and put the attempt on record; None when another process has it."""
    fence, until = row.fence + 1, now + lease
    taken = connection.execute(_CLAIM, {
        **_as_it_was(row), "to_fence": fence, "to_state": DeliveryState.SENDING.value, "to_owner": owner,
        "to_tries": row.tries + 1, "to_sent_at": now, "to_lease_until": until, "to_next_action_at": until + 1,
    })  # fmt: skip
    if taken.rowcount != 1:
        return None
    connection.execute(_ATTEMPT, {"hub": row.hub, "delivery_id": row.id, "fence": fence, "started_at": now})
    return Claimed(row, fence, DeliveryState.SENDING)


def hold(connection: Connection, row: Row[Any], now: int, lease: int) -> Claimed | None:
    """Take a delivery of which the provider is to be asked; its state stays. None when another process has it."""
    taken = _take(connection, row, next_action_at=now + lease)
    return Claimed(row, row.fence + 1, DeliveryState(row.state)) if taken else None


def settle(connection: Connection, held: Claimed, state: DeliveryState, now: int, **values: Any) -> bool:
    """Write what became known of a delivery; False, and nothing written, when the fence has moved on.

    `values` are further columns: next_action_at, evidence, code and so on.
    """
    written = connection.execute(
        _AS_IT_WAS.values(state=state.value, lease_until=None, **values),
        {"of_id": held.row.id, "of_fence": held.fence, "of_state": held.state.value},
    )
    if written.rowcount != 1:
        return False
    if held.state is DeliveryState.SENDING:
        connection.execute(_ATTEMPT_ENDED, {
            "of_id": held.row.id, "of_fence": held.fence, "to_finished_at": now, "to_result": state.value,
            "to_code": values.get("code"),
        })  # fmt: skip
    return True


def move(connection: Connection, row: Row[Any], state: DeliveryState, **values: Any) -> bool:
    """Change a delivery that nobody is sending; False when it changed in between."""
    return _take(connection, row, state=state.value, **values)


def _take(connection: Connection, row: Row[Any], **values: Any) -> bool:
    """Change a delivery by compare-and-set, and move its fence."""
    taken = connection.execute(_AS_IT_WAS.values(fence=row.fence + 1, **values), _as_it_was(row))
    return taken.rowcount == 1


def _as_it_was(row: Row[Any]) -> dict[str, Any]:
    return {"of_id": row.id, "of_fence": row.fence, "of_state": row.state}


def give_up(connection: Connection, owner: str, now: int) -> int:
    """Mark what this process was sending as unknown: it may have gone out. Returns how many."""
    return connection.execute(
        update(deliveries)
        .where(deliveries.c.owner == owner, deliveries.c.state == DeliveryState.SENDING.value)
        .values(state=DeliveryState.UNKNOWN.value, fence=deliveries.c.fence + 1, lease_until=None,
                code="stopped", unknown_since=now, next_action_at=now)
    ).rowcount  # fmt: skip
