"""What changed since the last report: as recorded, and as the next look would record it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from mash_monitor.domain.changes import Changes, Move, changes
from mash_monitor.domain.entry import Entry
from mash_monitor.domain.position import Watched
from mash_monitor.domain.transition import Kind, State
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import audit, slots, transitions


class Recorded(NamedTuple):
    """The moves since the report of `since`, and what that report told of; None where it was the first."""

    since: int
    moves: tuple[Move, ...]
    reported: Changes | None

    def until(self, now: int, unrecorded: Iterable[Move] = ()) -> Changes:
        """The changes up to now, with those that only a live look shows."""
        return changes((*self.moves, *unrecorded), self.since, now)


def recorded(connection: Connection, hub: WatchedHub, now: int) -> Recorded | None:
    """What the ledger knows of the time since the last report before `now`; None where none has been made.

    Only reports count that were made, by the service or by hand: a slot that came before it, or was missed, told
    nobody of anything. That of a slot goes by its name, however late it was.
    """
    made = audit.reports(connection, hub.name, now, 2)
    if not made:
        return None
    of_slots = {finished: slot for slot, finished in slots.done(connection, hub.name, now, len(made))}
    reports = [(of_slots.get(at, at), at) for at in made]
    last, last_end = reports[0]
    told = None
    for earlier, earlier_end in reports[1:]:
        told = changes(transitions.between(connection, hub.name, earlier_end, last_end), earlier, last)
    return Recorded(last, tuple(transitions.between(connection, hub.name, last_end, now)), told)


def unrecorded(watched: Iterable[Watched], known: Mapping[str, Entry], decided: Iterable[str]) -> Iterator[Move]:
    """How the contacts as they are read now differ from the ledger.

    `known` are those that it watches, `decided` those of the others that it has as decided.
    """
    open_again, shown = set(decided), set()
    for item in watched:
        contact_id = item.subject.contact_id
        shown.add(contact_id)
        after = State.MISSING.value if item.subject.state is State.MISSING else item.level.value
        if (entry := known.get(contact_id)) is not None:
            if (before := str(entry.standing)) != after:
                yield Move(contact_id, Kind.TIME, before, after)
        elif contact_id in open_again:
            yield Move(contact_id, Kind.REOPENED, State.DECIDED.value, after)
        else:
            yield Move(contact_id, Kind.APPEARED, None, after)
    for contact_id in known.keys() - shown:
        yield Move(contact_id, Kind.DECIDED, str(known[contact_id].standing), State.DECIDED.value)
