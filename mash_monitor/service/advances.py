"""How a pass advances contacts on: from the ledger as it was to the ledger as it will be, with all that follows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from mash_monitor.domain.contact import distrust_future
from mash_monitor.domain.entry import (
    Entry,
    Rules,
    Step,
    first_sight,
    new_rules,
    not_in_store,
    parking_ended,
    seen,
    time_passed,
)
from mash_monitor.domain.transition import Kind, Transition
from mash_monitor.service.alerting import settle_alerts
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.look import Portion
from mash_monitor.state import ledger, sightings, transitions


@dataclass(frozen=True, slots=True)
class Advance:
    """One contact's way, change by change; `before` is None where it was not known."""

    before: Entry | None
    entry: Entry
    changes: tuple[Transition, ...] = ()


def of_store(
    portion: Portion, known: Mapping[str, Entry], last_look: int | None, now: int, rules: Rules
) -> Iterator[Advance]:
    """What the store says of each contact that it was asked about; one that nobody knows or misses is left out."""
    for contact_id, contact in portion.contacts.items():
        before = known.get(contact_id)
        if contact is not None:
            trusted = distrust_future(contact, now if before is None else before.first_seen)
            step = first_sight(trusted, now, rules) if before is None else seen(before, trusted, last_look, now, rules)
        elif before is not None and before.watched:
            step = not_in_store(before, last_look, now, rules)
        else:
            continue
        entry, change = step
        partly = entry.watched and contact_id in portion.partly_decided
        if partly is not entry.partly_decided:
            entry = replace(entry, partly_decided=partly)
        yield _advance(before, (entry, change), now, rules)


def of_time(entry: Entry, now: int, rules: Rules) -> Advance:
    """Where time and the rules have brought a contact of which the store says nothing new."""
    step = time_passed(entry, now, rules) if entry.policy == rules.name else new_rules(entry, now, rules)
    return _advance(entry, step, now, rules)


def _advance(before: Entry | None, step: Step, now: int, rules: Rules) -> Advance:
    entry, change = step
    changes = () if change is None else (change,)
    if entry.watched and entry.parked_until is not None and entry.parked_until <= now:
        entry, unparked = parking_ended(entry, now, rules)
        changes = (*changes, unparked) if unparked else changes
    return Advance(before, entry, changes)


def save(
    connection: Connection, hub: WatchedHub, advances: Mapping[str, Advance], now: int, portion: Portion
) -> Counter[Kind]:  # fmt: skip
    """Write them, with the open rows seen of their contacts and the alerts that follow. Returns the changes by kind."""
    every = advances.values()
    ledger.add(connection, hub.name, (each.entry for each in every if each.before is None))
    ledger.save(connection, hub.name, (each.entry for each in every if each.before not in (None, each.entry)))
    asked = portion.contacts.keys() & advances.keys()
    sightings.forget(connection, hub.name, [key for key in asked if advances[key].before is not None])
    sightings.add(connection, hub.name, {
        key: prints for key, prints in portion.prints.items() if key in asked and advances[key].entry.watched
    })  # fmt: skip
    changes = [change for each in every for change in each.changes]
    transitions.record(connection, hub.name, changes)
    settle_alerts(connection, hub, [(each.entry, each.changes[-1]) for each in every if each.changes], now)
    return Counter(change.kind for change in changes)
