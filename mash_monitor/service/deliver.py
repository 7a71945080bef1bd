"""Delivery: claim a message, send it outside any transaction, write down what became of it.

The promise is at least once: an attempt is on record before the call, so a process that dies in it leaves
an *unknown* delivery. Of that one evidence is looked for, and where none is found it is sent again as a
repeat that says so, under the same reference. What follows from what is decided in `domain.delivery`.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from mash_monitor.channels.base import Channel, Envelope, Outcome, Traceable
from mash_monitor.domain.delivery import DeliveryState, Next, Result, after_asking, after_looking_up, after_sending
from mash_monitor.service import ops, telling
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, audit, claims, outbox, stops, told
from mash_monitor.state.claims import Claimed
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Message, Purpose

LEASE = 60
"""Seconds for which a claimed delivery is ours; every channel answers well within them."""
_RENEWED_AFTER = 600
"""Seconds after which an alert that could not be sent is written anew, with the truth of then."""
_TRY_ALL_AGAIN = 600
_ONLY_THEN = (Purpose.SUMMARY, Purpose.HANDOVER, Purpose.ANSWER)
"""What is of no use after its time: a newer report, or the morning, says it better."""
_SUPERSEDED: dict[str, Any] = {"next_action_at": None, "code": "superseded"}
_STOPPED = "21610"
"""Twilio's word for somebody who has told their carrier STOP."""


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
            held = self._claim(connection, row, now)
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
            if self.settle(connection, held, coming, outcome):
                audit.record(
                    connection, self.now(), row.hub, "attempt",
                    delivery=row.id, channel=row.channel, result=known.value,
                )  # fmt: skip
        return 1

    def _claim(self, connection: Connection, row: Row[Any], now: int) -> Claimed | None:
        hub = self.hubs.get(row.hub)
        if hub is None or not self._wanted(connection, row):
            # a hub that is no longer configured has nobody to be told
            self._cancel(connection, row, "hub gone" if hub is None else "no longer so", now)
            return None
        if row.purpose in _ONLY_THEN and row.valid_until is not None and row.valid_until <= now:
            self._cancel(connection, row, "out of date", now)
            return None
        if row.purpose == Purpose.ALERT:
            waiting = outbox.pending_alerts(connection, row.hub, row.person, row.channel)
            if row.id not in {each.id for each in waiting}:
                return None  # sent or renewed meanwhile
            if row.repeat and told.overtaken(connection, row):
                self._cancel(connection, row, "superseded", now)
                return None
            if len(waiting) > 1 or now - row.created_at > _RENEWED_AFTER:
                self._renew(connection, hub, waiting, now)
                return None
        return claims.claim(connection, row, self.owner, now, LEASE)

    def _wanted(self, connection: Connection, row: Row[Any]) -> bool:
        """Whether there is still something to tell: nobody is told of what is decided or acknowledged."""
        return row.purpose != Purpose.ALERT or alerts.still_open(connection, row.id)

    def _renew(self, connection: Connection, hub: WatchedHub, waiting: list[Row[Any]], now: int) -> None:
        """One message with the truth of now in place of those that could not be sent: a backlog helps nobody."""
        # another sender may be renewing the same: what it took is its own
        taken = [row for row in waiting if claims.move(connection, row, DeliveryState.CANCELLED, **_SUPERSEDED)]
        for row in taken:
            audit.record(connection, now, row.hub, "cancelled", delivery=row.id, why=_SUPERSEDED["code"])
        standing = [alert for row in taken for alert in alerts.of_delivery(connection, row.id)]
        if standing:
            telling.renew_alert(connection, hub, taken, standing, now)

    def _cancel(self, connection: Connection, row: Row[Any], why: str, now: int) -> None:
        if claims.move(connection, row, DeliveryState.CANCELLED, next_action_at=None, code=why):
            audit.record(connection, now, row.hub, "cancelled", delivery=row.id, why=why)

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
            over = row.purpose == Purpose.ANSWER or not self._wanted(connection, row)
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
            self.settle(connection, held, coming, outcome)

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

    def settle(self, connection: Connection, held: Claimed, coming: Next, outcome: Outcome) -> bool:
        """Write what is known and do what follows; False when another process took over."""
        now, row = self.now(), held.row
        values: dict[str, Any] = {
            "next_action_at": None if coming.after is None else now + coming.after,
            "code": outcome.code or (row.code if coming.state is DeliveryState.UNKNOWN else None),
            "evidence": outcome.evidence or row.evidence,
            "repeat": row.repeat or coming.repeat,
        }
        if coming.state is DeliveryState.UNKNOWN:
            # each attempt has its own time: or a second unknown one would be repeated at once, and again
            values["unknown_since"] = now if held.state is DeliveryState.SENDING else row.unknown_since or now
        elif coming.state is DeliveryState.ACCEPTED:
            values |= {"accepted_at": row.accepted_at or now, "unknown_since": None}
        if coming.elsewhere:
            values |= {"otherwise": [], "sought_at": row.sought_at or now}
        if not claims.settle(connection, held, coming.state, now, **values):
            return False
        hub = self.hubs[row.hub]
        if outcome.code == _STOPPED:
            self._stopped(connection, hub, row, now)
        elif row.purpose == Purpose.TEST and coming.state in (DeliveryState.ACCEPTED, DeliveryState.DELIVERED):
            self._heard_again(connection, hub, row, now)
        if coming.elsewhere:
            surely_lost = held.state is DeliveryState.SENDING or coming.state is DeliveryState.UNDELIVERED
            may_have_arrived = values["repeat"] or not surely_lost
            if row.otherwise:
                self._next_channel(connection, row, now, repeat=may_have_arrived)
            else:
                self._nobody_left(connection, hub, row, coming, now)
        return True

    def _stopped(self, connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
        if stops.stop(connection, row.hub, row.person, row.channel, now):
            audit.record(connection, now, row.hub, "stopped", person=row.person)
            said = f"{row.person} has stopped text messages and no longer hears alarms by {row.channel}"
            ops.tell(connection, hub, said, now)

    def _heard_again(self, connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
        """A test is let through: the carrier knows of no STOP any more, whether or not anybody read the START."""
        if stops.start(connection, row.hub, row.person, row.channel):
            audit.record(connection, now, row.hub, "started", person=row.person)
            ops.tell(connection, hub, f"{row.person} hears alarms by {row.channel} again", now)

    def _next_channel(self, connection: Connection, row: Row[Any], now: int, *, repeat: bool) -> None:
        outbox.put(connection, Message(
            hub=row.hub, purpose=Purpose(row.purpose), person=row.person, channels=tuple(row.otherwise),
            level=row.level, short_ref=row.short_ref, subject=row.subject, body=row.body,
            long_text=row.long_text, html=row.html, contacts=row.contacts, valid_until=row.valid_until,
            alert_ids=told.alert_ids(connection, row.id), follows=row.id, repeat=repeat,
        ), now)  # fmt: skip

    def _nobody_left(
        self, connection: Connection, hub: WatchedHub, row: Row[Any], coming: Next, now: int
    ) -> None:  # fmt: skip
        """This person has no further channel: tell `ops`, and press the ladder where nobody else was told."""
        lost = coming.state in (DeliveryState.FAILED, DeliveryState.UNDELIVERED)
        event = "undelivered" if lost else "unconfirmed"
        audit.record(connection, now, row.hub, event, delivery=row.id, person=row.person)
        if row.purpose != Purpose.OPS:  # a message to `ops` that does not arrive is not told to `ops`
            said = f"{row.purpose} {row.short_ref or row.id} to {row.person} by {row.channel} "
            said += "did not arrive" if lost else "is not known to have arrived"
            ops.tell(connection, hub, said, now)
        for alert in alerts.of_delivery(connection, row.id):
            if told.nobody_else_told(connection, alert.id, but=row.id):
                steps = {number for number, step in enumerate(hub.ladder) if step.when is alert.level}
                if steps - alert.steps_done:
                    alerts.press(connection, alert, alert.steps_done, now)
                elif coming.after is None:  # nothing more is done about this one
                    alerts.press(connection, alert, (), now + _TRY_ALL_AGAIN)
