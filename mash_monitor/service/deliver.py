"""Delivery: claim a message, send it outside any transaction, write down what became of it.

The promise is at least once: an attempt is on record before the call, so a process that dies in it leaves
an *unknown* delivery. Of that one evidence is looked for, and where none is found it is sent again as a
repeat that says so, under the same reference. What follows from what is decided in `domain.delivery`, and
done in settling.py; whether a message is sent at all is asked in relevance.py.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row

from mash_monitor.channels.base import Channel, Envelope, Outcome, Traceable
from mash_monitor.domain.delivery import DeliveryState, Result, after_asking, after_looking_up, after_sending
from mash_monitor.service import relevance, settling
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import audit, claims, outbox
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Purpose

LEASE = 60
"""Seconds for which a claimed delivery is ours; every channel answers well within them."""


@dataclass(slots=True)
class Courier:
    """Sends what is in the outbox, for one process. `channels` are by the name people are reached by.

    `senders` messages are on their way at once.
    """

    engine: Engine
    hubs: Mapping[str, WatchedHub]
    channels: Mapping[str, Channel]
    owner: str
    now: Callable[[], int]
    senders: int = 4

    def deliver(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Do all that is due now, the most urgent first. Returns how many attempts to send were made."""
        attempts = 0
        with ThreadPoolExecutor(self.senders, thread_name_prefix="sender") as senders:
            while not stopping():
                with reading(self.engine) as connection:
                    rows = outbox.waiting(connection, self.now())
                if not rows:
                    break
                attempts += sum(senders.map(lambda row: 0 if stopping() else self._attend(row), rows))
        return attempts

    def give_up(self) -> int:
        """Before the process ends: what it was sending may or may not have gone out."""
        with writing(self.engine) as connection:
            return claims.give_up(connection, self.owner, self.now())

    def _attend(self, row: Row[Any]) -> int:
        """Do what one delivery waits for; 1 where that was an attempt to send."""
        if row.state == DeliveryState.PENDING:
            return self._send(row)
        if row.state == DeliveryState.SENDING:
            self._lost(row)
        else:
            self._ask(row)
        return 0

    # sending

    def _send(self, row: Row[Any]) -> int:
        now = self.now()
        with writing(self.engine) as connection:
            wanted = relevance.worth_sending(connection, self.hubs.get(row.hub), row, now)
            held = claims.claim(connection, row, self.owner, now, LEASE) if wanted else None
        if held is None:
            return 0
        channel, envelope = self._addressed(row, now)
        if channel is None or envelope is None:
            outcome = Outcome(Result.REJECTED, code="no longer configured")
        else:
            outcome = channel.send(envelope)
        known, tries = outcome.result, row.tries + 1
        coming = after_sending(
            known, tries, outcome.retry_after,
            others=bool(row.otherwise), sought=row.sought_at is not None, traceable=isinstance(channel, Traceable),
            ask_after=self.ask_after(row.channel),
        )  # fmt: skip
        with writing(self.engine) as connection:
            if settling.settle(connection, self.hubs, held, coming, outcome, now=self.now()):
                audit.record(
                    connection, self.now(), row.hub, "attempt",
                    delivery=row.id, channel=row.channel, result=known.value,
                )  # fmt: skip
        return 1

    def _addressed(self, row: Row[Any], now: int) -> tuple[Channel | None, Envelope | None]:
        channel, hub = self.channels.get(row.channel), self.hubs.get(row.hub)
        address = hub.directory.reach(row.person, row.channel) if hub else None
        if address is None:
            return channel, None
        repeat = "REPEAT " if row.repeat else ""
        return channel, Envelope(
            delivery_id=row.id, address=address, subject=repeat + row.subject, body=repeat + row.body,
            text=row.long_text and repeat + row.long_text, html=row.html, reference=row.short_ref,
            valid_for=None if row.valid_until is None else max(60, row.valid_until - now),
        )  # fmt: skip

    # what became of it

    def _lost(self, row: Row[Any]) -> None:
        """Whoever was sending this never came back."""
        since = row.lease_until - LEASE
        with writing(self.engine) as connection:
            claims.move(
                connection, row, DeliveryState.UNKNOWN, code="sender lost", lease_until=None, unknown_since=since,
                next_action_at=self.now(),
            )  # fmt: skip

    def _ask(self, row: Row[Any]) -> None:
        """Ask the provider about a message that it accepted, or whose outcome nobody knows."""
        with writing(self.engine) as connection:
            # an answer that may have arrived is not given twice
            over = row.purpose == Purpose.ANSWER or not relevance.still_wanted(connection, row)
            if row.state == DeliveryState.UNKNOWN and over:
                claims.move(connection, row, DeliveryState.UNKNOWN, next_action_at=None)
                return
            held = claims.hold(connection, row, self.now(), LEASE)
        if held is None:
            return
        channel, envelope = self._addressed(row, self.now())
        outcome = self._answer(row, channel, envelope)
        known, now = outcome.result, self.now()
        if row.state == DeliveryState.ACCEPTED:
            coming = after_asking(known, now - (row.accepted_at or now), others=bool(row.otherwise))
        else:
            sought = row.sought_at is not None
            coming = after_looking_up(
                known, now - (row.unknown_since or now), row.tries, sought=sought, ask_after=self.ask_after(row.channel)
            )  # fmt: skip
        with writing(self.engine) as connection:
            settling.settle(connection, self.hubs, held, coming, outcome, now=self.now())

    def ask_after(self, channel: str) -> int | None:
        """Seconds after which a message that this channel's provider accepted is first asked about; None: never."""
        asked: object = self.channels.get(channel)
        return asked.ask_after if isinstance(asked, Traceable) else None

    def _answer(self, row: Row[Any], channel: Channel | None, envelope: Envelope | None) -> Outcome:
        asked: object = channel
        if not isinstance(asked, Traceable) or envelope is None:
            return Outcome(Result.UNKNOWN)
        if row.state == DeliveryState.ACCEPTED:
            return asked.trace(row.evidence) if row.evidence else Outcome(Result.UNKNOWN)
        marker = asked.marker(envelope)
        if marker is None:
            return Outcome(Result.UNKNOWN)
        return asked.find(envelope.address, marker, row.sent_at or row.created_at)
