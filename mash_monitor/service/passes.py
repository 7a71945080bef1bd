"""One pass: look at the store, rate, and write what changed with the messages it makes, all or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine

from mash_monitor.domain.entry import Entry
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, State
from mash_monitor.domain.words import clock_time, count
from mash_monitor.service import advances, ops
from mash_monitor.service.handover import hand_over
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.ladder import speak
from mash_monitor.service.look import Portion, Sighting, look, look_again
from mash_monitor.service.measuring import Measured, measured
from mash_monitor.service.positions import from_ledger
from mash_monitor.service.reach import tell_of_rotas
from mash_monitor.service.telling import put_summary
from mash_monitor.state import alarms, alerts, audit, hubs, ledger, slots
from mash_monitor.state.database import reading, trying, writing
from mash_monitor.state.slots import Claim

_VANISHED = "many_vanished"
_EXPORT = "export"
_MANY = 5
_MANY_SHARE = 0.2
_TRIES = 3
_BETWEEN_REPORTS = (Level.RED, Level.OVERDUE)


@dataclass(frozen=True, slots=True)
class PassResult:
    """What a pass did: how many changes of which kind.

    `after` reads the position after it: most passes are shown to nobody.
    """

    now: int
    changes: Counter[Kind]
    messages: int
    after: Callable[[], Position]
    trouble: str | None = None

    @property
    def position(self) -> Position:
        """The position after the pass."""
        return self.after()


def report(hub: WatchedHub, engine: Engine, now: int, claim: Claim | None = None) -> PassResult:
    """A full pass that reports: ratings, alerts and the summary.

    With a claim the pass fills that slot, and says so where it is late. It looks again when another pass
    was written meanwhile; raises FenceLost when that goes on, or when the slot was taken over.
    """
    late_for = claim.slot_at if claim is not None and now - claim.slot_at > _LATE_SECONDS else None
    for attempt in range(_TRIES):
        last = _last(hub, engine)
        sighting = look(hub, engine, last, now)
        counted = None if sighting.trouble else measured(hub, engine, now)
        try:
            with writing(engine) as connection:
                changes = _write(connection, hub, sighting, last, now)
                first_look = last.last_look_at is None and bool(changes)
                sent = speak(connection, hub, now, first_look=first_look, late_for=late_for)
                if hub.summary is not None:
                    position = from_ledger(connection, hub, now, counted)
                    put_summary(connection, hub, hub.summary, position, late_for)
                _note(connection, hub, audit.REPORT, changes, now)
                if claim is not None:
                    hand_over(connection, hub, claim.slot_at, now)
                    tell_of_rotas(connection, hub, now)
                    slots.finish(connection, hub.name, claim, now)
            after = partial(_position, hub, engine, now, counted)
            return PassResult(now, changes, sent, after, sighting.trouble)
        except hubs.PassOvertaken:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


_LATE_SECONDS = 60
"""From when on a report says that it is late."""


def dry_run(hub: WatchedHub, engine: Engine, now: int) -> PassResult:
    """What a pass would do now; nothing is written and nobody is told."""
    last = _last(hub, engine)
    sighting = look(hub, engine, last, now)
    counted = None if sighting.trouble else measured(hub, engine, now)
    with trying(engine) as connection:
        changes = _write(connection, hub, sighting, last, now)
        position = from_ledger(connection, hub, now, counted)
        sent = speak(connection, hub, now)
    return PassResult(now, changes, sent, lambda: position, sighting.trouble)


def between_reports(hub: WatchedHub, engine: Engine, now: int) -> PassResult:
    """A full look between two reports: only what is newly red or overdue is told. Raises FenceLost."""
    last = _last(hub, engine)
    sighting = look(hub, engine, last, now)
    with writing(engine) as connection:
        changes = _write(connection, hub, sighting, last, now)
        first_look = last.last_look_at is None and bool(changes)
        sent = speak(connection, hub, now, levels=_BETWEEN_REPORTS, first_look=first_look)
        _note(connection, hub, "watch", changes, now)
    return PassResult(now, changes, sent, partial(_position, hub, engine, now), sighting.trouble)


def not_looked_since_report(hub: WatchedHub, engine: Engine) -> bool:
    """Whether the service is new here, and no pass has read this hub's store since the report before it came.

    That report is nobody's to run, and its successor may be hours away.
    """
    with reading(engine) as connection:
        last, before = hubs.seen(connection, hub.name), slots.before(connection, hub.name)
    return last == hubs.Seen() or (before is not None and (last.last_look_at or 0) < before)


def raise_overdue(hub: WatchedHub, engine: Engine, now: int) -> PassResult | None:
    """Raise what has passed its deadline, or is parked no longer, after reading just those contacts again.

    None when there is nothing. A contact that the store does not show is raised as last seen: whether it
    vanished, or the store did, only a full look can tell. Raises FenceLost.
    """
    with reading(engine) as connection:
        entries = [*ledger.due(connection, hub.name, now, Level.OVERDUE), *ledger.unparked(connection, hub.name, now)]
        last = hubs.seen(connection, hub.name)
    if not entries:
        return None
    ids = {entry.contact_id for entry in entries}
    sighting = look_again(hub, engine, ids, now)
    lost = last.trouble is not None or not sighting.any_contact
    with writing(engine) as connection:
        hubs.advance(connection, hub.name, last.pass_no, trouble=sighting.trouble or last.trouble)
        waiting = ledger.entries(connection, hub.name, ids)
        portions = map(Portion.found, sighting.portions) if lost else sighting.portions
        changes = _write_portions(connection, hub, portions, waiting, now, last_look=last.last_look_at)
        if sighting.trouble:  # only a full look shows that a store is well again
            _store_alarm(connection, hub, sighting.trouble, last, now)
        sent = speak(connection, hub, now, levels=_BETWEEN_REPORTS)
        _note(connection, hub, "overdue", changes, now)
    return PassResult(now, changes, sent, partial(_position, hub, engine, now), sighting.trouble)


def climb(hub: WatchedHub, engine: Engine, now: int) -> int:
    """Let the ladder speak for alerts that nobody has acknowledged in time. Returns messages made."""
    with reading(engine) as connection:
        if not alerts.speaking(connection, hub.name, now):
            return 0
    with writing(engine) as connection:
        hubs.hold(connection, hub.name)
        return speak(connection, hub, now)


def _position(hub: WatchedHub, engine: Engine, now: int, counted: Measured | None = None) -> Position:
    with reading(engine) as connection:
        return from_ledger(connection, hub, now, counted)


def _last(hub: WatchedHub, engine: Engine) -> hubs.Seen:
    with reading(engine) as connection:
        return hubs.seen(connection, hub.name)


def _write(connection: Connection, hub: WatchedHub, sighting: Sighting, last: hubs.Seen, now: int) -> Counter[Kind]:
    """Everything of a pass but its messages. Returns how many changes of which kind."""
    if sighting.trouble:
        hubs.advance(connection, hub.name, last.pass_no, trouble=sighting.trouble)
    else:
        hubs.advance(
            connection, hub.name, last.pass_no, trouble=None, last_look_at=now, set_aside=sighting.set_aside,
            set_aside_examples=list(sighting.set_aside_examples),
        )  # fmt: skip
    stale = {entry.contact_id: entry for entry in ledger.stale(connection, hub.name, now, hub.rules.name)}
    changes = _write_portions(connection, hub, sighting.portions, stale, now, last_look=last.last_look_at)
    _store_alarm(connection, hub, sighting.trouble, last, now)
    _vanished_alarm(connection, hub, changes[Kind.VANISHED], now)
    if sighting.notes:
        ops.alarm(connection, hub, _EXPORT, "; ".join(sighting.notes), now)
    elif not sighting.trouble:
        ops.all_clear(connection, hub, _EXPORT, "the newest export is read", now)
    return changes


def _write_portions(
    connection: Connection, hub: WatchedHub, portions: Iterable[Portion], waiting: dict[str, Entry], now: int, *,
    last_look: int | None,
) -> Counter[Kind]:  # fmt: skip
    """Write what the store says of contacts; with the last of them where time and the rules have brought the others."""
    changes = Counter[Kind]()
    portion, moved = Portion(), dict[str, advances.Advance]()
    for following in portions:
        changes += advances.save(connection, hub, moved, now, portion)
        portion = following
        known = {} if portion.unknown else ledger.entries(connection, hub.name, portion.contacts)
        found = advances.of_store(portion, known, last_look, now, hub.rules)
        moved = {each.entry.contact_id: each for each in found}
        for contact_id in waiting.keys() & moved.keys():
            del waiting[contact_id]
    moved.update((key, advances.of_time(entry, now, hub.rules)) for key, entry in waiting.items())
    return changes + advances.save(connection, hub, moved, now, portion)


def _store_alarm(connection: Connection, hub: WatchedHub, trouble: str | None, last: hubs.Seen, now: int) -> None:
    if trouble is None:
        ops.all_clear(connection, hub, alarms.STORE, "the contact store is read again", now)
        return
    since = "never seen" if last.last_look_at is None else (
        f"not seen since {clock_time(last.last_look_at, now, hub.zone)}"
    )  # fmt: skip
    ops.alarm(connection, hub, alarms.STORE, f"contact store {since}: {trouble}", now)


def _vanished_alarm(connection: Connection, hub: WatchedHub, gone: int, now: int) -> None:
    missing, many = ledger.count(connection, hub.name, State.MISSING), float(_MANY)
    if max(gone, missing) >= _MANY:  # else there is no need to count all that are open
        many = max(_MANY, _MANY_SHARE * (missing + ledger.count(connection, hub.name, State.OPEN)))
    if gone >= many:
        said = f"{count(gone, 'open contact')} vanished from the store at once; they stay watched"
        ops.alarm(connection, hub, _VANISHED, said, now)
    elif missing < many:
        ops.all_clear(connection, hub, _VANISHED, "the contacts that had vanished are accounted for", now)


def _note(connection: Connection, hub: WatchedHub, event: str, changes: Counter[Kind], now: int) -> None:
    audit.record(connection, now, hub.name, event, transitions=changes.total())
