"""What changed about a contact between two looks, and why: every change carries a reason."""

from dataclasses import dataclass
from enum import StrEnum

from mash_monitor.domain.rating import Level


class State(StrEnum):
    """Where a contact stands for the watch: coarse, so that it can drive what happens."""

    OPEN = "open"
    MISSING = "missing"
    """No longer in the store, watched until a person decides or parks it."""
    DECIDED = "decided"


class Kind(StrEnum):
    """Why a contact changed."""

    APPEARED = "appeared"
    TIME = "time"
    CORRECTED = "corrected"
    RULES = "rules"
    DECIDED = "decided"
    REOPENED = "reopened"
    VANISHED = "vanished"
    RETURNED = "returned"
    UNPARKED = "unparked"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Standing:
    """A contact's state and level at one instant: what a transition leads from and to."""

    state: State
    level: Level

    def __str__(self) -> str:
        return self.level.value if self.state is State.OPEN else self.state.value


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of one contact. `reason` is for people; it names both values where one was corrected."""

    contact_id: str
    at: int
    kind: Kind
    before: Standing | None
    after: Standing
    reason: str
