"""What became different between two instants, contact by contact: where it stood then, and where it stands now.

A contact that turned amber, red and was decided is one decided, and nothing else: what it went through is in
its history.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, State

_RANKS = {level.value: level.rank for level in Level}


class Move(NamedTuple):
    """One change of one contact. `before` and `after` are standings: a level, "missing" or "decided"."""

    contact_id: str
    kind: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Contacts by what became of them from `since` to `until`.

    `overdue`, `red` and `amber` are those that are so now and were better then, or were not there; `eased`
    are those that are better now, because somebody corrected them. One contact can count in several.
    """

    since: int
    until: int
    came: int = 0
    overdue: int = 0
    red: int = 0
    amber: int = 0
    eased: int = 0
    decided: int = 0
    reopened: int = 0
    vanished: int = 0
    returned: int = 0
    acknowledged: int = 0


def changes(moves: Iterable[Move], since: int, until: int) -> Changes:
    """Count moves, given in the order in which they happened."""
    ways: dict[str, tuple[Move, Move]] = {}
    numbers: Counter[str] = Counter()
    acknowledged = set()
    for move in moves:
        if move.kind == Kind.ACKNOWLEDGED:
            acknowledged.add(move.contact_id)
        if move.kind == Kind.UNPARKED:  # tells no standing before, as whatever stands is raised anew
            move = move._replace(before=move.after)  # noqa: PLW2901 - as it stood
        first, _ = ways.get(move.contact_id, (move, move))
        ways[move.contact_id] = first, move
    for first, last in ways.values():
        numbers.update(_became(first.before, last.after))
    return Changes(since, until, acknowledged=len(acknowledged), **numbers)


def _became(before: str | None, after: str) -> Iterable[str]:
    if before is None:
        yield "came"
    if after == State.DECIDED:
        if before != State.DECIDED:
            yield "decided"
        return
    if before == State.DECIDED:
        yield "reopened"
    if after == State.MISSING:
        if before != State.MISSING:
            yield "vanished"
        return
    if before == State.MISSING:
        yield "returned"
    rank, was = _RANKS[after], _RANKS.get(before or "", 0)
    if rank > was:
        yield after
    elif rank < was:
        yield "eased"
