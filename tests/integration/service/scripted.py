"""A channel that answers as it is told, and a clock that stands still until it is moved."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mash_monitor.channels.base import Envelope, Outcome, Result

ACCEPTED = Outcome(Result.ACCEPTED, evidence="SM1")
REFUSED = Outcome(Result.REFUSED, code="20429")
REJECTED = Outcome(Result.REJECTED, code="21614")
UNKNOWN = Outcome(Result.UNKNOWN, code="read timeout")


@dataclass
class Scripted:
    """Gives its outcomes in turn, and then accepts. `before` is called with each envelope first."""

    name: str = "sms"
    outcomes: list[Outcome] = field(default_factory=list)
    before: Callable[[Envelope], None] = lambda _: None
    sent: list[Envelope] = field(default_factory=list)

    def send(self, envelope: Envelope) -> Outcome:
        self.before(envelope)
        self.sent.append(envelope)
        return self.outcomes.pop(0) if self.outcomes else ACCEPTED


@dataclass
class Clock:
    """An instant that a test moves."""

    now: int

    def __call__(self) -> int:
        return self.now
