"""Delivery: claim a message, send it outside any transaction, write down what became of it.

The promise is at least once: an attempt is on record before the call, so a process that dies in it leaves
an *unknown* delivery, and an unknown one is sent again as a repeat that says so, under the same reference.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Row

from mash_monitor.channels.base import Channel, Envelope, Outcome, Result
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.telling import notify_ops
from mash_monitor.state import alerts, audit, outbox
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Claimed, DeliveryState, Message, Purpose

LEASE = 60
"""Seconds for which a claimed delivery is ours; every channel answers well within them."""
_BACKOFF = (15, 30, 60, 120, 300)
_UNKNOWN_TO_NEXT = 120
_UNKNOWN_TO_REPEAT = 300
_MOST_TRIES = 8

_STATES = {
    Result.ACCEPTED: DeliveryState.ACCEPTED,
    Result.SHOWN: DeliveryState.SHOWN,
    Result.REFUSED: DeliveryState.PENDING,
    Result.REJECTED: DeliveryState.FAILED,
    Result.UNKNOWN: DeliveryState.UNKNOWN,
}


class Courier:
    """Sends what is in the outbox, for one process. `channels` are by the name people are reached by."""

    def __init__(
        self, engine: Engine, hubs: Mapping[str, WatchedHub], channels: Mapping[str, Channel], owner: str,
        now: Callable[[], int],
    ) -> None:  # fmt: skip
        self.engine = engine
        self.hubs = hubs
        self.channels = channels
        self.owner = owner
        self.now = now

    def deliver(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send all that is due now, the most urgent first. Returns how many attempts were made."""
        attempts = 0
        while not stopping():
            with reading(self.engine) as connection:
                rows = outbox.waiting(connection, self.now())
            if not rows:
                return attempts
            for row in rows:
                if stopping():
                    return attempts
                attempts += self._take(row)
        return attempts

    def give_up(self) -> int:
        """Before the process ends: what it was sending may or may not have gone out."""
        with writing(self.engine) as connection:
            return outbox.give_up(connection, self.owner, self.now())

    def _take(self, row: Row[Any]) -> int:
        """Deal with one waiting delivery; 1 where that took an attempt to send."""
        now, hub = self.now(), self.hubs.get(row.hub)
        with writing(self.engine) as connection:
            if hub is None:  # a hub that is no longer configured has nobody to be told
                outbox.move(connection, row, DeliveryState.CANCELLED, next_action_at=None, code="hub gone")
                return 0
            if row.state != DeliveryState.PENDING:
                self._unknown(connection, hub, row, now)
                return 0
            if row.purpose == Purpose.ALERT and not alerts.still_open(connection, row.id):
                if outbox.move(connection, row, DeliveryState.CANCELLED, next_action_at=None, code="no longer so"):
                    audit.record(connection, now, row.hub, "cancelled", delivery=row.id, why="no longer so")
                return 0
            held = outbox.claim(connection, row, self.owner, now, LEASE)
        if held is None:
            return 0
        outcome = self._send(hub, row, now)
        with writing(self.engine) as connection:
            self._settle(connection, hub, held, outcome)
        return 1

    def _send(self, hub: WatchedHub, row: Row[Any], now: int) -> Outcome:
        channel = self.channels.get(row.channel)
        address = hub.directory.reach(row.person, row.channel)
        if channel is None or address is None:
            return Outcome(Result.REJECTED, code="no longer configured")
        return channel.send(Envelope(
            delivery_id=row.id, address=address, subject=row.subject, body=row.body, text=row.long_text,
            html=row.html, valid_for=None if row.valid_until is None else max(60, row.valid_until - now),
        ))  # fmt: skip

    def _settle(self, connection: Connection, hub: WatchedHub, held: Claimed, outcome: Outcome) -> None:
        now, row = self.now(), held.row
        state = _STATES[outcome.result]
        again_at: int | None = None
        if outcome.result is Result.REFUSED:
            wait = outcome.retry_after or _BACKOFF[min(row.tries, len(_BACKOFF) - 1)]
            again_at = now + wait
            if (row.otherwise and row.tries + 1 >= 2) or row.tries + 1 >= _MOST_TRIES:
                state, again_at = (
                    DeliveryState.FAILED,
                    None,
                )  # another way is better than waiting for this one
        elif outcome.result is Result.UNKNOWN:
            again_at = now + (_UNKNOWN_TO_NEXT if row.otherwise else _UNKNOWN_TO_REPEAT)
        if not outbox.settle(
            connection,
            held,
            state,
            now,
            next_action_at=again_at,
            evidence=outcome.evidence,
            code=outcome.code,
        ):
            return  # another process took over; it will act on what it finds
        audit.record(connection, now, row.hub, "attempt", delivery=row.id, channel=row.channel, result=state.value)
        if state is DeliveryState.FAILED:
            self._otherwise(connection, hub, row, now)

    def _unknown(self, connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
        """A delivery whose sender never came back, or whose outcome nobody knows, and whose time has come."""
        if row.state == DeliveryState.SENDING:
            wait = _UNKNOWN_TO_NEXT if row.otherwise else _UNKNOWN_TO_REPEAT
            outbox.move(
                connection, row, DeliveryState.UNKNOWN, code="sender lost", lease_until=None,
                next_action_at=row.lease_until - LEASE + wait,
            )  # fmt: skip
            return
        if not outbox.move(connection, row, DeliveryState.UNKNOWN, next_action_at=None):
            return
        if row.purpose == Purpose.ALERT and not alerts.still_open(connection, row.id):
            return
        if row.otherwise:
            self._otherwise(connection, hub, row, now)
        elif row.tries < _MOST_TRIES:
            self._again(connection, row, [row.channel], now)
        else:
            self._undelivered(connection, hub, row, now)

    def _otherwise(self, connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
        """Use the next channel of the step; where there is none, `ops` is told."""
        if row.otherwise:
            self._again(connection, row, row.otherwise, now)
        else:
            self._undelivered(connection, hub, row, now)

    def _again(self, connection: Connection, row: Row[Any], channels: list[str], now: int) -> None:
        repeat = "REPEAT " if row.state == DeliveryState.UNKNOWN or row.body.startswith("REPEAT ") else ""
        outbox.put(connection, Message(
            hub=row.hub, purpose=Purpose(row.purpose), person=row.person, channels=tuple(channels), level=row.level,
            short_ref=row.short_ref, subject=row.subject, body=repeat + row.body.removeprefix("REPEAT "),
            long_text=row.long_text, html=row.html, contacts=row.contacts, valid_until=row.valid_until,
            alert_ids=outbox.alert_ids(connection, row.id), follows=row.id,
        ), now, tries=row.tries)  # fmt: skip

    def _undelivered(self, connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
        said = f"{row.purpose} {row.short_ref or row.id} to {row.person} by {row.channel} did not arrive"
        audit.record(connection, now, row.hub, "undelivered", delivery=row.id, person=row.person)
        if row.purpose != Purpose.OPS:  # a message to `ops` that does not arrive is not told to `ops`
            notify_ops(connection, hub, said, now)
