"""What measures need of a contact: when it came, when it was decided, and the traits by which it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mash_monitor.domain.contact import Contact

STILL_OPEN = 1 << 62
"""Stands for the instant of a decision that has not been made: it is after every deadline."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What contacts are counted by. Made by `traits_of`, equal ones are one object, and so are cheap as a key."""

    group: str
    risk: str
    teams: tuple[str, ...]
    outcome: str | None
    converted: bool


@lru_cache(16_384)
def traits_of(group: str, risk: str, teams: tuple[str, ...], outcome: str | None, converted: bool) -> Traits:
    """The traits of these values."""
    return Traits(group, risk, teams, outcome, converted)


def of_contact(contact: Contact) -> Traits:
    """The traits of one contact."""
    outcome = None if contact.outcome is None else contact.outcome.value
    return traits_of(contact.source_group, contact.risk, contact.teams, outcome, contact.converted)


class Plain(NamedTuple):
    """Contacts about which nothing is doubtful, as columns of equal length: how many can be counted quickly.

    `received` and `decided` are exact instants, a decision not before its receipt nor to come; `decided` is
    STILL_OPEN where there is none. `persons` has the first child of each contact, None where the store gives
    no person; `siblings` the other children, each with the place of its contact in the columns.
    """

    received: Sequence[int]
    decided: Sequence[int]
    traits: Sequence[Traits]
    persons: Sequence[str | None]
    siblings: Sequence[tuple[int, str]] = ()
