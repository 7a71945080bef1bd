"""What a channel is: it takes one message to one address and says what became of it.

A channel never decides what happens next. It says what is known, and the outbox acts on that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from mash_monitor.domain.delivery import Result

__all__ = [
    "Channel",
    "Envelope",
    "Evidence",
    "Listening",
    "NotAnswered",
    "Outcome",
    "Reply",
    "Result",
    "Traceable",
]


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
    reference: str | None = None
    """The short reference that the body carries, where it carries one."""


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a provider said by itself about a message: its `id`, what became of it, the provider's code."""

    id: str
    result: Result
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Something that somebody sent to us. `sender` is a telephone number (E.164); `at` in epoch seconds.

    Its repr holds neither the number nor what was written.
    """

    id: str
    sender: str = field(repr=False)
    body: str = field(repr=False)
    at: int


class NotAnswered(Exception):
    """The provider did not answer, or not so that it could be understood. Its words are a short code."""


@runtime_checkable
class Traceable(Protocol):
    """A channel whose provider can be asked what became of a message. Neither question raises."""

    @property
    def ask_after(self) -> int | None:
        """Seconds after which an accepted message is first asked about; None: to be accepted is the end."""
        ...

    def marker(self, envelope: Envelope) -> str | None:
        """What `find` knows this message by; None: it carries nothing that it could be known by."""
        ...

    def trace(self, evidence: str) -> Outcome:
        """What became of a message, by the provider's id.

        ACCEPTED while it is under way, DELIVERED, UNDELIVERED with a code; UNKNOWN where the provider does
        not answer.
        """
        ...

    def find(self, address: str, marker: str, since: int) -> Outcome:
        """What became of a message whose answer was lost, sent to `address` at `since` (epoch seconds) or later.

        As `trace`, with evidence. REFUSED with the code "not-found" where the provider answers that there is
        none: it can be sent again. UNKNOWN where it does not answer, or where its answer settles nothing.
        """
        ...


@runtime_checkable
class Listening(Protocol):
    """A channel by which people can reply."""

    def replies(self, since: int) -> Sequence[Reply]:
        """All that came in at `since` (epoch seconds) or later, the oldest first. Raises NotAnswered."""
        ...
