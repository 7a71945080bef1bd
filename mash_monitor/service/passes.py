"""One pass: look at the store, rate, and write what changed with the messages it makes, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection, Engine

from mash_monitor.domain.entry import (
    Entry,
    Step,
    first_sight,
    new_rules,
    not_in_store,
    parking_ended,
    seen,
    time_passed,
)
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, State, Transition
from mash_monitor.domain.words import clock_time, count
from mash_monitor.service import ops
from mash_monitor.service.alerting import settle_alerts
from mash_monitor.service.handover import hand_over
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.ladder import speak
from mash_monitor.service.look import Sighting, look, look_again
from mash_monitor.service.measuring import Measured, measured
from mash_monitor.service.positions import from_ledger
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
    """What a pass did. `after` reads the position after it: most passes are shown to nobody."""

    now: int
    transitions: tuple[Transition, ...]
    messages: int
    after: Callable[[], Position]
    trouble: str | None = None

    @property
    def position(self) -> Position:
        """The position after the pass."""
        return self.after()


@dataclass(frozen=True, slots=True)
class _Move:
    """One contact's way from the ledger as it was to the ledger as it will be, change by change."""

    entry: Entry
    changes: tuple[Transition, ...] = ()

    @classmethod
    def of(cls, step: Step, *before: Transition) -> "_Move":
        entry, change = step
        return cls(entry, before if change is None else (*before, change))


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
                result = _write(connection, hub, sighting, last, now)
                first_look = last.last_look_at is None and bool(result.transitions)
                sent = speak(connection, hub, now, first_look=first_look, late_for=late_for)
                if hub.summary is not None:
                    position = from_ledger(connection, hub, now, counted)
                    put_summary(connection, hub, hub.summary, position, late_for)
                _note(connection, hub, "report", result, now)
                if claim is not None:
                    hand_over(connection, hub, claim.slot_at, now)
                    slots.finish(connection, hub.name, claim, now)
            after = partial(_position, hub, engine, now, counted)
            return PassResult(now, result.transitions, sent, after, sighting.trouble)
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
        result = _write(connection, hub, sighting, last, now)
        position = from_ledger(connection, hub, now, counted)
        sent = speak(connection, hub, now)
    return PassResult(now, result.transitions, sent, lambda: position, sighting.trouble)


def between_reports(hub: WatchedHub, engine: Engine, now: int) -> PassResult:
    """A full look between two reports: only what is newly red or overdue is told. Raises FenceLost."""
    last = _last(hub, engine)
    sighting = look(hub, engine, last, now)
    with writing(engine) as connection:
        result = _write(connection, hub, sighting, last, now)
        first_look = last.last_look_at is None and bool(result.transitions)
        sent = speak(connection, hub, now, levels=_BETWEEN_REPORTS, first_look=first_look)
        _note(connection, hub, "watch", result, now)
    return PassResult(now, result.transitions, sent, partial(_position, hub, engine, now), sighting.trouble)


def never_looked(hub: WatchedHub, engine: Engine) -> bool:
    """Whether no pass has yet tried to read this hub's store."""
    return _last(hub, engine) == hubs.Seen()


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
    if last.trouble or not any(sighting.contacts.values()):
        sighting.contacts = {key: contact for key, contact in sighting.contacts.items() if contact is not None}
    with writing(engine) as connection:
        hubs.advance(connection, hub.name, last.pass_no, trouble=sighting.trouble or last.trouble)
        known = ledger.entries(connection, hub.name, ids)
        moves = _seen(known, sighting, last, now, hub)
        for contact_id in known.keys() - moves.keys():
            moves[contact_id] = _Move.of(time_passed(known[contact_id], now, hub.rules))
        result = _save(connection, hub, sighting, moves, now)
        if sighting.trouble:  # only a full look shows that a store is well again
            _store_alarm(connection, hub, sighting.trouble, last, now)
        sent = speak(connection, hub, now, levels=_BETWEEN_REPORTS)
        _note(connection, hub, "overdue", result, now)
    return PassResult(now, result.transitions, sent, partial(_position, hub, engine, now), sighting.trouble)


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


@dataclass(frozen=True, slots=True)
class _Written:
    transitions: tuple[Transition, ...]


def _write(connection: Connection, hub: WatchedHub, sighting: Sighting, last: hubs.Seen, now: int) -> _Written:
    """Everything of a pass but its messages."""
    if sighting.trouble:
        hubs.advance(connection, hub.name, last.pass_no, trouble=sighting.trouble)
    else:
        hubs.advance(
            connection, hub.name, last.pass_no, trouble=None, last_look_at=now, set_aside=sighting.set_aside,
            set_aside_examples=list(sighting.set_aside_examples),
        )  # fmt: skip
    known = ledger.entries(connection, hub.name, list(sighting.contacts))
    moves = _seen(known, sighting, last, now, hub)
    for entry in ledger.under_other_rules(connection, hub.name, hub.rules.name):
        if entry.contact_id not in moves:
            moves[entry.contact_id] = _Move.of(new_rules(entry, now, hub.rules))
    for entry in ledger.due(connection, hub.name, now):
        if entry.contact_id not in moves:
            moves[entry.contact_id] = _Move.of(time_passed(entry, now, hub.rules))
    written = _save(connection, hub, sighting, moves, now)
    _store_alarm(connection, hub, sighting.trouble, last, now)
    _vanished_alarm(connection, hub, written, now)
    if sighting.notes:
        ops.alarm(connection, hub, _EXPORT, "; ".join(sighting.notes), now)
    elif not sighting.trouble:
        ops.all_clear(connection, hub, _EXPORT, "the newest export is read", now)
    return written


def _seen(known: dict[str, Entry], sighting: Sighting, last: hubs.Seen, now: int, hub: WatchedHub) -> dict[str, _Move]:
    """What the store says of each contact that it was asked about; one that nobody knows or misses is left out."""
    moves = {}
    for contact_id, contact in sighting.contacts.items():
        entry = known.get(contact_id)
        if contact is not None:
            step = (
                first_sight(contact, now, hub.rules)
                if entry is None
                else seen(entry, contact, last.last_look_at, now, hub.rules)
            )
        elif entry is not None and entry.watched:
            step = not_in_store(entry, last.last_look_at, now, hub.rules)
        else:
            continue
        partly = step[0].watched and contact_id in sighting.partly_decided
        moves[contact_id] = _Move.of((replace(step[0], partly_decided=partly), step[1]))
    return moves


def _save(
    connection: Connection, hub: WatchedHub, sighting: Sighting, moves: dict[str, _Move], now: int
) -> _Written:  # fmt: skip
    for entry in ledger.unparked(connection, hub.name, now):
        move = moves.get(entry.contact_id, _Move(entry))
        if move.entry.watched and move.entry.parked_until is not None:
            moves[entry.contact_id] = _Move.of(parking_ended(move.entry, now, hub.rules), *move.changes)
    ledger.save(connection, hub.name, [move.entry for move in moves.values()])
    ledger.save_sightings(connection, hub.name, {
        contact_id: sighting.prints.get(contact_id, ()) if moves[contact_id].entry.watched else ()
        for contact_id in sighting.contacts.keys() & moves.keys()
    })  # fmt: skip
    changes = [change for move in moves.values() for change in move.changes]
    ledger.record(connection, hub.name, changes)
    settle_alerts(connection, hub, [(move.entry, move.changes[-1]) for move in moves.values() if move.changes], now)
    return _Written(tuple(changes))


def _store_alarm(connection: Connection, hub: WatchedHub, trouble: str | None, last: hubs.Seen, now: int) -> None:
    if trouble is None:
        ops.all_clear(connection, hub, alarms.STORE, "the contact store is read again", now)
        return
    since = "never seen" if last.last_look_at is None else (
        f"not seen since {clock_time(last.last_look_at, now, hub.zone)}"
    )  # fmt: skip
    ops.alarm(connection, hub, alarms.STORE, f"contact store {since}: {trouble}", now)


def _vanished_alarm(connection: Connection, hub: WatchedHub, written: _Written, now: int) -> None:
    gone = sum(change.kind is Kind.VANISHED for change in written.transitions)
    missing, many = ledger.count(connection, hub.name, State.MISSING), float(_MANY)
    if max(gone, missing) >= _MANY:  # else there is no need to count all that are open
        many = max(_MANY, _MANY_SHARE * (missing + ledger.count(connection, hub.name, State.OPEN)))
    if gone >= many:
        said = f"{count(gone, 'open contact')} vanished from the store at once; they stay watched"
        ops.alarm(connection, hub, _VANISHED, said, now)
    elif missing < many:
        ops.all_clear(connection, hub, _VANISHED, "the contacts that had vanished are accounted for", now)


def _note(connection: Connection, hub: WatchedHub, event: str, written: _Written, now: int) -> None:
    audit.record(connection, now, hub.name, event, transitions=len(written.transitions))
