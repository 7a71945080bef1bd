"""What a channel is: it takes one message to one address and says what became of it.

A channel never decides what happens next. It says what is known, and the outbox acts on that.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Result(StrEnum):
    """What is known after one attempt to send."""

    ACCEPTED = "accepted"
    """The provider took it; evidence of delivery may follow."""
    SHOWN = "shown"
    """It was put where somebody may look. Nobody can say that somebody did."""
    REFUSED = "refused"
    """Certainly not sent; it may be tried again, not before `retry_after` seconds."""
    REJECTED = "rejected"
    """Certainly not sent, and it never will be for this address; another channel or person is needed."""
    UNKNOWN = "unknown"
    """It may have been sent: the connection was lost, timed out or the answer made no sense."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way. `html` and `text` are the long forms, for channels with room.

    Its repr holds neither address nor content: it may end up in a log.
    """

    delivery_id: int
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    text: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    valid_for: int | None = None
    """Seconds for which the message is worth delivering; None: no limit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `evidence` is the provider's id; `code` its code, for people.

    Neither holds anything about a child, an address or a telephone number.
    """

    result: Result
    evidence: str | None = None
    code: str | None = None
    retry_after: int | None = None


class Channel(Protocol):
    """One way to reach people."""

    name: str

    def send(self, envelope: Envelope) -> Outcome:
        """Try once, within the channel's own time limit. Never raises for what the other side does."""
        ...
