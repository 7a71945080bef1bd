"""Providers without a network: they fail as they are told, and keep the truth of what arrived."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from mash_monitor.channels.base import Envelope, NotAnswered, Outcome, Reply, Result
from tests.integration.service.scripted import Clock


class Killed(BaseException):
    """The process is no more: nothing of it runs on, whatever it would catch."""


class Mood(Enum):
    """How a provider treats what it is given."""

    WELL = auto()
    REFUSES = auto()
    """It is asked too much, and takes nothing."""
    REJECTS = auto()
    """It will never take this."""
    GONE = auto()
    """Nothing reaches it, nothing comes from it; whether it took a message cannot be known."""
    LOSES_ANSWERS = auto()
    """It takes a message, and the answer is lost; asked later, it knows."""
    MUTE = auto()
    """It takes and delivers, and nothing comes from it."""
    DROPS = auto()
    """It takes a message, and later says that it did not arrive."""
    NEVER_CONFIRMS = auto()
    """It takes and delivers, and never says so."""
    KILLS_BEFORE = auto()
    KILLS_AFTER = auto()
    """The process that sends dies before, or just after, the provider took the message."""
    STALLS_BEFORE = auto()
    STALLS_AFTER = auto()
    """The process that sends stands still before, or just after, the message leaves, while another goes on."""


ONCE = (Mood.KILLS_BEFORE, Mood.KILLS_AFTER, Mood.STALLS_BEFORE, Mood.STALLS_AFTER)
_TAKES_NOTHING = {
    Mood.REFUSES: Outcome(Result.REFUSED, code="20429"),
    Mood.REJECTS: Outcome(Result.REJECTED, code="21614"),
    Mood.GONE: Outcome(Result.UNKNOWN, code="timeout"),
}
_SAYS_NOTHING = (Mood.GONE, Mood.MUTE)
_STOPPED = Outcome(Result.REJECTED, code="21610")


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that the provider took, and what became of it: DELIVERED, UNDELIVERED, or ACCEPTED for ever."""

    id: str
    at: int
    envelope: Envelope
    told: Result

    @property
    def arrived(self) -> bool:
        return self.told is not Result.UNDELIVERED

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.told, evidence=self.id, code="30003" if self.told is Result.UNDELIVERED else None)


@dataclass
class Mail:
    """Mail: what the server takes arrives, and nobody can be asked. `sending` sees each attempt first."""

    name: str
    clock: Clock
    sending: Callable[[Envelope], None]
    meanwhile: Callable[[], None]
    mood: Mood = Mood.WELL
    taken: list[Taken] = field(default_factory=list)

    def send(self, envelope: Envelope) -> Outcome:
        self.sending(envelope)
        mood = self.mood
        if mood in ONCE:
            self.mood = Mood.WELL
        if mood is Mood.KILLS_BEFORE:
            raise Killed
        if mood is Mood.STALLS_BEFORE:
            self.meanwhile()
        if mood in _TAKES_NOTHING:
            return _TAKES_NOTHING[mood]
        told = {Mood.DROPS: Result.UNDELIVERED, Mood.NEVER_CONFIRMS: Result.ACCEPTED}.get(mood, Result.DELIVERED)
        self.taken.append(Taken(f"{self.name}-{len(self.taken)}", self.clock(), envelope, self.fate(told)))
        if mood is Mood.KILLS_AFTER:
            raise Killed
        if mood is Mood.STALLS_AFTER:
            self.meanwhile()
        if mood in (Mood.LOSES_ANSWERS, Mood.MUTE):
            return Outcome(Result.UNKNOWN, code="timeout")
        return Outcome(Result.ACCEPTED, evidence=self.taken[-1].id)

    def fate(self, told: Result) -> Result:
        """What will become of a message: mail that was taken is taken to have arrived."""
        return Result.ACCEPTED


@dataclass
class Carrier(Mail):
    """Text messages: the carrier can be asked what became of them, people reply, and may let it stop."""

    ask_after: int | None = 20
    inbox: list[Reply] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)

    def send(self, envelope: Envelope) -> Outcome:
        if envelope.address in self.stopped and self.mood is Mood.WELL:
            self.sending(envelope)
            return _STOPPED
        return super().send(envelope)

    def fate(self, told: Result) -> Result:
        return told

    def marker(self, envelope: Envelope) -> str | None:
        return str(envelope.delivery_id)

    def trace(self, evidence: str) -> Outcome:
        if self.mood in _SAYS_NOTHING:
            return Outcome(Result.UNKNOWN)
        return next(taken.outcome for taken in self.taken if taken.id == evidence)

    def find(self, address: str, marker: str, since: int) -> Outcome:
        if self.mood in _SAYS_NOTHING:
            return Outcome(Result.UNKNOWN)
        found = [
            taken for taken in self.taken
            if taken.envelope.address == address and str(taken.envelope.delivery_id) == marker and taken.at >= since
        ]  # fmt: skip
        return found[-1].outcome if found else Outcome(Result.REFUSED, code="not-found")

    def reply(self, sender: str, body: str) -> None:
        """Somebody writes back."""
        self.inbox.append(Reply(f"in-{len(self.inbox)}", sender, body, self.clock()))
        if body == "STOP":
            self.stopped.add(sender)
        if body == "START":
            self.stopped.discard(sender)

    def replies(self, since: int) -> Sequence[Reply]:
        if self.mood in _SAYS_NOTHING:
            raise NotAnswered("timeout")
        return [reply for reply in self.inbox if reply.at >= since]
