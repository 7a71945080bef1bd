"""What was last known of every contact watched, and the rows of the store by which a change is noticed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from struct import unpack
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, case, delete, func, insert, literal, select, union

from mash_monitor.domain.account import Change
from mash_monitor.domain.changes import Move
from mash_monitor.domain.contact import Mark, Precision, Span
from mash_monitor.domain.entry import Entry
from mash_monitor.domain.rating import Level, Timeline
from mash_monitor.domain.timescale import Deadline
from mash_monitor.domain.transition import Kind, State, Transition
from mash_monitor.state.batches import batches, insert_all, json_text
from mash_monitor.state.schema import ledger, sightings, transitions
from mash_monitor.state.upsert import insert_into

WATCHED = (State.OPEN.value, State.MISSING.value)


def fingerprints(connection: Connection, hub: str) -> set[int]:
    """The fingerprints of all open rows as last seen."""
    column, chosen = sightings.c.fingerprint, sightings.c.hub == hub
    if connection.dialect.name == "postgresql":  # one packed value: a message for each would take three times as long
        packed = connection.scalar(select(func.string_agg(func.int8send(column), literal(b""))).where(chosen)) or b""
        return set(unpack(f">{len(packed) // 8}q", packed))
    with connection.execute(select(column).where(chosen)) as result:
        # plain driver tuples: Row objects would double the cost
        known: set[int] = set()
        while chunk := result.cursor_strategy.fetchmany(result, result.cursor, 10_000):
            known.update(chain.from_iterable(chunk))
        return known


def contacts_with(connection: Connection, hub: str, prints: Collection[int]) -> set[str]:
    """The contacts to which these fingerprints belong."""
    found: set[str] = set()
    for chunk in batches(prints):
        found.update(connection.execute(
            select(sightings.c.contact_id).where(sightings.c.hub == hub, sightings.c.fingerprint.in_(chunk))
        ).scalars())  # fmt: skip
    return found


def entries(connection: Connection, hub: str, ids: Collection[str]) -> dict[str, Entry]:
    """What is known of these contacts, by id; an unknown one is left out."""
    found: dict[str, Entry] = {}
    for chunk in batches(ids):
        rows = connection.execute(select(ledger).where(ledger.c.hub == hub, ledger.c.contact_id.in_(chunk)))
        found.update((row.contact_id, _entry(row)) for row in rows)
    return found


def watched(connection: Connection, hub: str) -> Iterator[Entry]:
    """All contacts still watched, streamed."""
    return _select(connection, hub, ledger.c.state.in_(WATCHED))


def due(connection: Connection, hub: str, now: int, level: Level | None = None) -> list[Entry]:
    """Contacts whose recorded level time has overtaken; with `level`, only those now at that level."""
    found = _select(connection, hub, ledger.c.next_change_at <= now)
    return [entry for entry in found if level is None or entry.future.level(now) is level]


def due_by(connection: Connection, hub: str, instant: int, now: int) -> list[str]:
    """Watched contacts, but parked ones, whose deadline is at this instant or before, the earliest first."""
    table = ledger.c
    rows = connection.execute(
        select(table.contact_id)
        .where(table.hub == hub, table.state.in_(WATCHED), table.deadline <= instant,
               table.parked_until.is_(None) | (table.parked_until <= now))
        .order_by(table.deadline, table.contact_id)
    )  # fmt: skip
    return list(rows.scalars())


def acknowledged_since(connection: Connection, hub: str, ids: Collection[str], since: int) -> dict[str, str]:
    """Those of these contacts that somebody acknowledged at `since` or later, with the words of the last time."""
    found: dict[str, str] = {}
    table = transitions.c
    for chunk in batches(ids):
        rows = connection.execute(
            select(table.contact_id, table.reason)
            .where(table.hub == hub, table.contact_id.in_(chunk), table.at >= since,
                   table.kind == Kind.ACKNOWLEDGED.value)
            .order_by(table.at, table.id)
        )  # fmt: skip
        found.update((row.contact_id, row.reason) for row in rows)
    return found


def unparked(connection: Connection, hub: str, now: int) -> list[Entry]:
    """Watched contacts whose parking has ended."""
    return list(_select(connection, hub, ledger.c.state.in_(WATCHED), ledger.c.parked_until <= now))


def under_other_rules(connection: Connection, hub: str, policy: str) -> list[Entry]:
    """Watched contacts whose timeline came from another policy."""
    older, newer = ledger.c.policy < policy, ledger.c.policy > policy  # an index serves these, but no inequality
    return [entry for other in (older, newer)
            for entry in _select(connection, hub, ledger.c.state.in_(WATCHED), other)]  # fmt: skip


def to_reread(connection: Connection, hub: str) -> set[str]:
    """Contacts that the stream of open rows does not show whole: missing, or with some rows decided."""
    found = select(ledger.c.contact_id).where(ledger.c.hub == hub)
    # Two questions with an index each: no database finds them for both at once among all that are open.
    missing, partly = found.where(ledger.c.state == State.MISSING.value), found.where(ledger.c.partly_decided)
    return set(connection.execute(union(missing, partly)).scalars())


def count(connection: Connection, hub: str, state: State) -> int:
    """How many contacts of a hub stand in this state."""
    chosen = (ledger.c.hub == hub) & (ledger.c.state == state.value)
    return connection.execute(select(func.count()).select_from(ledger).where(chosen)).scalar_one()


def levels(connection: Connection, hub: str, now: int) -> Counter[Level]:
    """How many watched contacts stand at each level now, also where the record has yet to follow."""
    table, number = ledger.c, func.count()
    found = Counter[Level]()
    recorded = (
        select(table.level, number)
        .where(table.hub == hub, table.state.in_(WATCHED))
        .group_by(table.state, table.policy, table.level)  # the order of the index: read, not sorted
    )
    for level, many in connection.execute(recorded):
        found[Level(level)] += many
    level_now = case(
        (table.overdue_at <= now, Level.OVERDUE.value), (table.red_at <= now, Level.RED.value), else_=Level.AMBER.value
    )
    overtaken = (
        select(table.level, level_now, number)
        .where(table.hub == hub, table.next_change_at <= now)
        .group_by(table.level, level_now)
    )
    for before, after, many in connection.execute(overtaken):
        found[Level(before)] -= many
        found[Level(after)] += many
    return found


class Outlook(NamedTuple):
    """What is to come for a watched contact."""

    contact_id: str
    future: Timeline
    missing_since: int | None
    parked_until: int | None


def outlooks(connection: Connection, hub: str, ids: Collection[str]) -> Iterator[Outlook]:
    """What is to come for those of these contacts that are watched."""
    table = ledger.c
    for chunk in batches(ids):
        rows = connection.execute(
            select(table.contact_id, table.timescale, table.deadline, table.exclusive, table.amber_at, table.red_at,
                   table.overdue_at, table.missing_since, table.parked_until, table.state)
            .where(table.hub == hub, table.contact_id.in_(chunk))
        )  # fmt: skip
        for key, timescale, due, exclusive, amber_at, red_at, overdue_at, missing_since, parked_until, state in rows:
            if state in WATCHED:  # asked for in SQL, it would lead a planner away from the key
                due_at = None if due is None else Deadline(due, exclusive)
                future = Timeline(timescale, due_at, amber_at, red_at, overdue_at)
                yield Outlook(key, future, missing_since, parked_until)


class Observed(NamedTuple):
    """What the watch saw of a contact that a measure must know."""

    first_seen: int
    decided: Span | None
    reopened: bool


def observed(connection: Connection, hub: str, ids: Collection[str]) -> dict[str, Observed]:
    """What was observed of these contacts, by id."""
    found: dict[str, Observed] = {}
    table = ledger.c
    for chunk in batches(ids):
        for row in connection.execute(
            select(table.contact_id, table.decided_earliest, table.decided_latest, table.first_seen, table.reopened)
            .where(table.hub == hub, table.contact_id.in_(chunk))
        ):  # fmt: skip
            decided = None if row.decided_latest is None else Span(row.decided_earliest, row.decided_latest)
            found[row.contact_id] = Observed(row.first_seen, decided, row.reopened)
    return found


def save(connection: Connection, hub: str, changed: Iterable[Entry]) -> None:
    """Write entries, new or changed."""
    statement = insert_into(connection, ledger)
    statement = statement.on_conflict_do_update(
        index_elements=["hub", "contact_id"],
        set_={column.name: statement.excluded[column.name] for column in ledger.columns if not column.primary_key},
    )
    insert_all(connection, statement, (_values(hub, entry) for entry in changed))


def save_sightings(connection: Connection, hub: str, rows: Mapping[str, Collection[int]]) -> None:
    """Replace the open rows last seen of these contacts by these fingerprints; none ends their watch."""
    for chunk in batches(rows):
        connection.execute(delete(sightings).where(sightings.c.hub == hub, sightings.c.contact_id.in_(chunk)))
    fresh = ({"hub": hub, "contact_id": contact_id, "fingerprint": mark}
             for contact_id, marks in rows.items() for mark in set(marks))  # fmt: skip
    insert_all(connection, insert(sightings), fresh)


def record(connection: Connection, hub: str, changes: Iterable[Transition]) -> None:
    """Write transitions."""
    insert_all(connection, insert(transitions), (
        {"hub": hub, "contact_id": change.contact_id, "at": change.at, "kind": change.kind.value,
         "before": str(change.before) if change.before else None, "after": str(change.after),
         "reason": change.reason}
        for change in changes
    ))  # fmt: skip


def moves(connection: Connection, hub: str, since: int, until: int) -> list[Move]:
    """The transitions of a hub after `since`, up to and including `until`, in order."""
    table = transitions.c
    rows = connection.execute(
        select(table.contact_id, table.kind, table.before, table.after)
        .where(table.hub == hub, table.at > since, table.at <= until)
        .order_by(table.at, table.id)
    )
    return [Move(*row) for row in rows]


def history(connection: Connection, hub: str, contact_id: str) -> list[Change]:
    """The transitions of a contact, in order."""
    table = transitions.c
    rows = connection.execute(
        select(table.at, table.before, table.after, table.reason)
        .where(table.hub == hub, table.contact_id == contact_id)
        .order_by(table.at, table.id)
    )
    return [Change(row.at, row.before, row.after, row.reason) for row in rows]


def _select(connection: Connection, hub: str, *conditions: Any) -> Iterator[Entry]:
    rows = connection.execute(select(ledger).where(ledger.c.hub == hub, *conditions).execution_options(yield_per=5_000))
    return (_entry(row) for row in rows)


def _entry(row: Row[Any]) -> Entry:
    deadline = None if row.deadline is None else Deadline(row.deadline, row.exclusive)
    return Entry(
        contact_id=row.contact_id, state=State(row.state), level=Level(row.level), received=row.received,
        precision=Precision(row.precision), children=row.children, source_code=row.source_code,
        source_group=row.source_group, risk=row.risk, teams=tuple(row.teams),
        marks=frozenset(Mark(mark) for mark in row.marks),
        future=Timeline(row.timescale, deadline, row.amber_at, row.red_at, row.overdue_at),
        policy=row.policy, first_seen=row.first_seen, partly_decided=row.partly_decided,
        missing_since=row.missing_since, reopened=row.reopened,
        decided=None if row.decided_latest is None else Span(row.decided_earliest, row.decided_latest),
        breached_at=row.breached_at, parked_until=row.parked_until, parked_reason=row.parked_reason,
    )  # fmt: skip


def _values(hub: str, entry: Entry) -> dict[str, Any]:
    future, deadline = entry.future, entry.future.deadline
    return {
        "hub": hub, "contact_id": entry.contact_id, "state": entry.state.value, "level": entry.level.value,
        "received": entry.received, "precision": entry.precision.value, "children": entry.children,
        "source_code": entry.source_code, "source_group": entry.source_group, "risk": entry.risk,
        "teams": json_text(entry.teams), "marks": json_text(tuple(sorted(entry.marks))),
        "timescale": future.timescale, "deadline": deadline and deadline.at,
        "exclusive": deadline is not None and deadline.exclusive,
        "amber_at": future.amber_at, "red_at": future.red_at, "overdue_at": future.overdue_at,
        "next_change_at": entry.next_change_at, "policy": entry.policy, "partly_decided": entry.partly_decided,
        "first_seen": entry.first_seen, "missing_since": entry.missing_since, "reopened": entry.reopened,
        "decided_earliest": entry.decided and entry.decided.earliest,
        "decided_latest": entry.decided and entry.decided.latest,
        "breached_at": entry.breached_at, "parked_until": entry.parked_until, "parked_reason": entry.parked_reason,
    }  # fmt: skip
