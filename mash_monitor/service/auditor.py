"""The auditor: at each tick, whether every promise is being kept, as the records themselves show.

It trusts no other part of the service: it counts contacts, alerts, messages and reports anew, and what it finds
is an alarm that `ops` hears, that every view shows, and that keeps the dead man's switch from being pinged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from mash_monitor.domain.words import count
from mash_monitor.service import ops
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state.database import writing
from mash_monitor.state.oversight import Amiss, oversee

_LATE = 300
"""Seconds after which what should have been done is late: several ticks, and more than any provider takes."""
_SLOT_LATE = 600
_LATELY = 86_400
_SLOTS_BACK = 14 * 86_400

_WORDS = {
    Amiss.UNALERTED: (
        "open contact is red or overdue without an alert", "open contacts are red or overdue without an alert",
    ),
    Amiss.UNRAISED: (
        "contact has passed its deadline and is not recorded as overdue",
        "contacts have passed their deadline and are not recorded as overdue",
    ),
    Amiss.UNHEARD: (
        "alert has reached nobody, and no further message is due",
        "alerts have reached nobody, and no further message is due",
    ),
    Amiss.UNSPOKEN: ("alert waits for somebody to be told", "alerts wait for somebody to be told"),
    Amiss.UNSENT: ("message waits to be sent, or asked about", "messages wait to be sent, or asked about"),
    Amiss.UNREPORTED: ("report is late", "reports are late"),
    Amiss.OPS: ("message to ops did not arrive, the last one", "messages to ops did not arrive, the last ones"),
}  # fmt: skip
_PEOPLE = (Amiss.UNALERTED, Amiss.UNRAISED, Amiss.UNHEARD, Amiss.UNSPOKEN, Amiss.UNSENT)
"""What concerns alerts about contacts: planned maintenance does not silence it."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is amiss, in how many cases, by hub; the alarms about it that stand already, and those to be told anew."""

    found: Mapping[tuple[str, Amiss], int]
    standing: frozenset[tuple[str, Amiss]]
    unheard: frozenset[tuple[str, Amiss]] = frozenset()

    @property
    def well(self) -> bool:
        """Whether every promise is being kept."""
        return not self.found


def inspect(connection: Connection, hubs: Mapping[str, WatchedHub], now: int, *, up_since: int) -> Inspection:
    """Look through the records of all hubs.

    What only a running service could have done counts as late from when one was there to do it.
    """
    late, slot_late = now - _LATE, now - _SLOT_LATE
    rows, latest = oversee(
        connection, now, late=late, slot_late=slot_late, lately=now - _LATELY, slots_since=now - _SLOTS_BACK
    )
    started_late = up_since > late
    found = {
        (row.hub, row.what): row.number
        for row in rows
        if row.number is not None and row.hub in hubs and not (started_late and row.what in _DONE_BY_A_SERVICE)
    }
    if up_since <= slot_late:
        for hub, at in latest:
            if hub in hubs and (unknown := hubs[hub].schedule.within(at, slot_late)):
                found[hub, Amiss.UNREPORTED] = found.get((hub, Amiss.UNREPORTED), 0) + len(unknown)
    standing = frozenset((row.hub, row.what) for row in rows if row.number is None and row.hub in hubs)
    unheard = frozenset(
        (hub, what)
        for hub, what in found.keys() & standing
        if what is Amiss.OPS and ops.unheard(connection, hubs[hub], now)
    )
    return Inspection(found, standing, unheard)


_DONE_BY_A_SERVICE = (Amiss.UNRAISED, Amiss.UNSPOKEN, Amiss.UNSENT, Amiss.UNREPORTED)


def act(engine: Engine, hubs: Mapping[str, WatchedHub], seen: Inspection, now: int) -> None:
    """Raise an alarm for what is newly amiss, and end those that no longer hold; nothing where nothing changed.

    That messages to `ops` do not arrive is said again and again, until one does.
    """
    raised, over = seen.found.keys() - seen.standing, seen.standing - seen.found.keys()
    if not raised and not over and not seen.unheard:
        return
    with writing(engine) as connection:
        for hub, what in sorted(seen.unheard):
            ops.tell(connection, hubs[hub], _said(seen, hub, what), now)
        for hub, what in sorted(raised):
            ops.alarm(connection, hubs[hub], what.value, _said(seen, hub, what), now, people=what in _PEOPLE)
        for hub, what in sorted(over):
            said = f"over: {_WORDS[what][1]}"
            ops.all_clear(connection, hubs[hub], what.value, said, now, people=what in _PEOPLE)


def _said(seen: Inspection, hub: str, what: Amiss) -> str:
    return f"{count(seen.found[hub, what], *_WORDS[what])}; see mash-monitor health and outbox"
