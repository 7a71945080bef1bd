"""Replies: collected from the providers, read once, and answered so that whoever wrote knows what it did."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from mash_monitor.channels.base import Channel, Listening, Reply
from mash_monitor.domain.reply import Kind, parse
from mash_monitor.domain.words import count
from mash_monitor.service import ops
from mash_monitor.service.acknowledge import Acknowledging
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, audit, outbox, replies, stops
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Message, Purpose

_LOOK_BACK = 86_400
_OVERLAP = 300
"""Seconds by which a provider's list may be behind: what is read twice is known by its id."""
_ANSWERS_AN_HOUR = 5
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Secretary:
    """Reads what people reply, for all hubs."""

    engine: Engine
    hubs: Mapping[str, WatchedHub]
    channels: Mapping[str, Channel]
    """Those that are asked for replies; none where a provider brings them."""

    def collect(self, now: int) -> int:
        """Read what came in since the last look. Returns how many replies were new. Raises NotAnswered."""
        read = 0
        for name, channel in self.channels.items():
            listening: object = channel
            if not isinstance(listening, Listening):
                continue
            with reading(self.engine) as connection:
                last = replies.latest(connection)
            since = max(now - _LOOK_BACK, (last or 0) - _OVERLAP)
            found = listening.replies(since)
            with reading(self.engine) as connection:
                known = replies.known(connection, [reply.id for reply in found])
            for reply in found:
                if reply.id not in known:
                    read += self.read(name, reply, now)
        return read

    def read(self, channel: str, reply: Reply, now: int) -> int:
        """Do what one reply says, and answer it; 1 where it was new."""
        said = parse(reply.body)
        senders = [
            (hub, alias)
            for hub in self.hubs.values()
            for alias in hub.directory.aliases
            if hub.directory.reach(alias, channel) == reply.sender
        ]
        with writing(self.engine) as connection:
            hub, alias = senders[0] if senders else (next(iter(self.hubs.values())), None)
            if not replies.take(connection, hub.name, reply.id, at=reply.at, person=alias, kind=said.kind.value):
                return 0
            if alias is None:  # a number that is nobody's here: counted, and neither believed nor answered
                audit.record(connection, now, hub.name, "foreign_reply")
                return 1
            if said.kind in (Kind.STOP, Kind.START) and self._heeded(connection, channel, senders, said.kind, now):
                return 1
            answer = self._answer(connection, senders, said.kind, said.refs, now)
            if replies.answers_since(connection, hub.name, alias, now - _HOUR) < _ANSWERS_AN_HOUR:
                replies.answered(connection, reply.id)
                outbox.put(connection, Message(
                    hub=hub.name, purpose=Purpose.ANSWER, person=alias, channels=(channel,), subject="Re: alert",
                    body=answer, valid_until=now + _HOUR,
                ), now)  # fmt: skip
        return 1

    def _heeded(
        self, connection: Connection, channel: str, senders: list[tuple[WatchedHub, str]], kind: Kind, now: int
    ) -> bool:  # fmt: skip
        """Whether a STOP or START changed something; `ops` is told at once, because somebody hears no alarms."""
        changed = kind is Kind.STOP
        for hub, alias in senders:
            if kind is Kind.STOP and stops.stop(connection, hub.name, alias, channel, now):
                audit.record(connection, now, hub.name, "stopped", person=alias)
                said = f"{alias} has stopped text messages and no longer hears alarms by {channel}"
                ops.tell(connection, hub, said, now)
            elif kind is Kind.START and stops.start(connection, hub.name, alias, channel):
                changed = True
                audit.record(connection, now, hub.name, "started", person=alias)
                ops.tell(connection, hub, f"{alias} hears alarms by {channel} again", now)
        return changed

    def _answer(
        self, connection: Connection, senders: list[tuple[WatchedHub, str]], kind: Kind, refs: tuple[str, ...], now: int
    ) -> str:  # fmt: skip
        """Do what was said, and the words that tell it."""
        if kind not in (Kind.ACK, Kind.OWN):
            return "Sorry, that was not understood. Reply ACK and the reference, as ACK 7KQ2. Nothing is acknowledged."
        own = {hub.name: hub for hub, _ in senders}
        alias = senders[0][1]
        if not refs:
            waiting = {ref for hub, who in senders for ref in alerts.waiting_for(connection, hub.name, who)}
            if not waiting:
                return "Nothing that you were told of waits to be acknowledged."
            if len(waiting) > 1:
                return f"{count(len(waiting), 'message')} could be meant: reply ACK and its reference."
            refs = tuple(waiting)
        done = [
            Acknowledging(connection, own, ref, alias, now, kind is Kind.OWN).by_reference() for ref in refs
        ]  # fmt: skip
        return " ".join(result.words for result in done)
