"""What `explain` and `outbox` show: how one contact came to its rating, and what became of each message."""

from dataclasses import dataclass

from mash_monitor.domain.contact import Contact
from mash_monitor.domain.position import Watched
from mash_monitor.domain.timescale import Deadline, Step, Timescale


@dataclass(frozen=True, slots=True)
class TimescaleAccount:
    """One timescale's way to its deadline for one contact."""

    timescale: Timescale
    steps: tuple[Step, ...]
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded transition: level names, or None before the contact was known."""

    at: int
    before: str | None
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send: when it began, and what came of it, in words; `repeat` where it said that it was one."""

    at: int
    result: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery as the outbox knows it. `evidence` and `next_action_at` say what is known and planned."""

    id: int
    at: int
    person: str
    channel: str
    purpose: str
    level: str | None
    state: str
    short_ref: str | None
    contacts: int
    evidence: str
    next_action_at: int | None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about one contact: its facts, deadlines, present rating, history and messages.

    `contact` is None when the store no longer shows it; `watched` is None when it is decided.
    """

    contact_id: str
    hub: str
    title: str
    now: int
    contact: Contact | None
    received: int | None
    timescales: tuple[TimescaleAccount, ...]
    watched: Watched | None
    status: str
    history: tuple[Change, ...]
    deliveries: tuple[Sent, ...]
