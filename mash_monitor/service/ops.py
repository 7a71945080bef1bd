"""What `ops` must know about the service itself: alarms that stand, and single events.

Everything here runs inside the transaction of whatever found it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from mash_monitor.domain.words import clock_time, count, duration
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alarms, audit, maintenance, outbox, stops, told
from mash_monitor.state.outbox import Message, Purpose

_TRY_AGAIN = 600
"""Seconds after which `ops` is told anew that messages did not arrive: a way that was broken may be well again."""
_JUST_NOW = 3600
"""For so many seconds a channel that failed is left for last."""


def alarm(connection: Connection, hub: WatchedHub, kind: str, detail: str, now: int, *, people: bool = False) -> None:
    """Raise an alarm, and tell `ops` once; it stands on every view until it ends.

    While maintenance is planned `ops` is not told, unless it is about people who are not reached (`people`).
    """
    if not alarms.raise_(connection, hub.name, kind, detail, now):
        return
    audit.record(connection, now, hub.name, "alarm", kind=kind)
    _tell(connection, hub, detail, now, people=people)


def all_clear(
    connection: Connection, hub: WatchedHub, kind: str, detail: str, now: int, *, people: bool = False
) -> None:  # fmt: skip
    """End an alarm, and tell `ops` if it stood."""
    if alarms.end(connection, hub.name, kind, now):
        audit.record(connection, now, hub.name, "all_clear", kind=kind)
        _tell(connection, hub, detail, now, people=people)


def unheard(connection: Connection, hub: WatchedHub, now: int) -> bool:
    """Whether `ops` is to be told again: the last message was lost a while ago, and nothing is held back now."""
    lost = told.ops_lost(connection, hub.name, now - _TRY_AGAIN)
    return lost and maintenance.planned(connection, hub.name, now) is None


def tell(connection: Connection, hub: WatchedHub, said: str, now: int) -> None:
    """Tell `ops` once of something about people who should hear alerts; what stands is an alarm instead."""
    _tell(connection, hub, said, now, people=True)


def tell_missed(connection: Connection, hub: WatchedHub, missed: Sequence[int], words: str, now: int) -> None:
    """Tell `ops` of report slots at which the service did not run."""
    audit.record(connection, now, hub.name, "missed", slots=list(missed))
    _tell(connection, hub, words, now, people=False)


def tell_set_back(connection: Connection, hub: WatchedHub, by: int, again: Sequence[int], now: int) -> None:
    """Tell `ops` that the clock was set back, and which reports, made or missed before their time, come again."""
    audit.record(connection, now, hub.name, "clock_set_back", seconds=by, slots=list(again))
    words = f"the clock was set back by {duration(by)}"
    if again:
        words += f": {count(len(again), 'report')} will be made again at the right time"
    _tell(connection, hub, words, now, people=False)


def end_maintenance(connection: Connection, hub: WatchedHub, now: int) -> None:
    """Where planned maintenance has come to its end, tell `ops` so, and what stands by now."""
    if not maintenance.end(connection, hub.name, now):
        return
    audit.record(connection, now, hub.name, "maintenance_over")
    standing = alarms.standing(connection, hub.name)
    said = "maintenance is over, all is well"
    if standing:
        said = f"maintenance is over; {count(len(standing), 'alarm')}: {'; '.join(each.detail for each in standing)}"
    _tell(connection, hub, said, now, people=False)


def _tell(connection: Connection, hub: WatchedHub, said: str, now: int, *, people: bool) -> None:
    if hub.ops is None:
        return
    if not people and (planned := maintenance.planned(connection, hub.name, now)):
        audit.record(connection, now, hub.name, "held_back", until=planned.until)
        return
    ailing = told.ailing(connection, now - _JUST_NOW)
    silent = stops.stopped(connection, hub.name)
    for alias in hub.ops.to:
        ways = hub.directory.channels(alias, hub.ops.by)
        # the channel that is broken is not the one to say so; but where there is no other it is tried all the same
        ways = tuple(sorted(ways, key=lambda way: (way in ailing, (alias, way) in silent)))
        if ways:
            outbox.put(connection, Message(
                hub=hub.name, purpose=Purpose.OPS, person=alias, channels=ways,
                subject=f"mash-monitor: {hub.title}: {said}", body=f"mash-monitor: {hub.title}: {said}",
            ), now)  # fmt: skip


def missed_words(hub: WatchedHub, missed: Sequence[int], now: int, most: int = 6) -> str:
    """The reports that were missed, the newest of them by name."""
    named = ", ".join(clock_time(slot, now, hub.zone) for slot in missed[-most:])
    more = f" and {len(missed) - most} before" if len(missed) > most else ""
    return f"{count(len(missed), 'report')} missed, the service was not running: {named}{more}"
