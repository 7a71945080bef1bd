"""What was last known of every contact ever watched."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Insert, Row, Select, and_, bindparam, case, func, or_, select, union

from mash_monitor.domain.contact import Mark, Precision, Span
from mash_monitor.domain.entry import Entry
from mash_monitor.domain.rating import Level, Timeline
from mash_monitor.domain.timescale import Deadline
from mash_monitor.domain.transition import State
from mash_monitor.state.batches import batches, insert_all, json_text
from mash_monitor.state.schema import ledger
from mash_monitor.state.upsert import insert_for

WATCHED = (State.OPEN.value, State.MISSING.value)

# Statements are built once: to build one takes longer than to run it.
_TABLE = ledger.c
_OF_HUB = _TABLE.hub == bindparam("of_hub")
_NOW = bindparam("now", type_=BigInteger)
_WATCHED = _TABLE.state.in_(WATCHED)
_THESE = _TABLE.contact_id.in_(bindparam("ids", expanding=True))
_ALL = select(ledger).where(_OF_HUB)
_IDS = select(_TABLE.contact_id).where(_OF_HUB)
_OVERTAKEN = _TABLE.next_change_at <= _NOW
_UNPARKED = and_(_WATCHED, _TABLE.parked_until <= _NOW)
_STALE = _ALL.where(_TABLE.contact_id.in_(union(
    _IDS.where(_OVERTAKEN),
    _IDS.where(_UNPARKED),
    _IDS.where(_WATCHED, _TABLE.policy < bindparam("policy")),  # an index serves these two, but no inequality
    _IDS.where(_WATCHED, _TABLE.policy > bindparam("policy")),
)))  # fmt: skip
_REREAD = union(_IDS.where(_TABLE.state == State.MISSING.value), _IDS.where(_TABLE.partly_decided))
"""Two questions with an index each: no database finds them for both at once among all that are open."""
_DOUBTED = _IDS.where(or_(_TABLE.reopened, _TABLE.received.is_(None)))
_UNDATED = _IDS.where(_TABLE.received.is_(None))  # the same index serves
_COUNT = select(func.count()).select_from(ledger).where(_OF_HUB, _TABLE.state == bindparam("in_state"))
_RECORDED = (
    select(_TABLE.level, func.count())
    .where(_OF_HUB, _WATCHED)
    .group_by(_TABLE.state, _TABLE.policy, _TABLE.level)  # the order of the index: read, not sorted
)
_LEVEL_NOW = case(
    (_TABLE.overdue_at <= _NOW, Level.OVERDUE.value), (_TABLE.red_at <= _NOW, Level.RED.value), else_=Level.AMBER.value
)
_MOVED = select(_TABLE.level, _LEVEL_NOW, func.count()).where(_OF_HUB, _OVERTAKEN).group_by(_TABLE.level, _LEVEL_NOW)
_OUTLOOKS = select(
    _TABLE.contact_id, _TABLE.timescale, _TABLE.deadline, _TABLE.exclusive, _TABLE.amber_at, _TABLE.red_at,
    _TABLE.overdue_at, _TABLE.missing_since, _TABLE.parked_until, _TABLE.state,
).where(_OF_HUB, _THESE)  # fmt: skip
_OBSERVED = select(
    _TABLE.contact_id, _TABLE.decided_earliest, _TABLE.decided_latest, _TABLE.first_seen, _TABLE.reopened
).where(_OF_HUB, _THESE)


def doubted(connection: Connection, hub: str) -> frozenset[str]:
    """The contacts of which measures believe the ledger more than the store: reopened, or of no readable time."""
    return frozenset(connection.scalars(_DOUBTED, {"of_hub": hub}))


def undated(connection: Connection, hub: str) -> frozenset[str]:
    """The contacts of which the ledger knows no time of receipt, whatever the store says by now."""
    return frozenset(connection.scalars(_UNDATED, {"of_hub": hub}))


def entries(connection: Connection, hub: str, ids: Collection[str]) -> dict[str, Entry]:
    """What is known of these contacts, by id; an unknown one is left out."""
    found: dict[str, Entry] = {}
    for chunk in batches(ids):
        rows = connection.execute(_ALL.where(_THESE), {"of_hub": hub, "ids": chunk})
        found.update((row.contact_id, _entry(row)) for row in rows)
    return found


def watched(connection: Connection, hub: str) -> Iterator[Entry]:
    """All contacts still watched, streamed."""
    return _select(connection, _ALL.where(_WATCHED), of_hub=hub)


def due(connection: Connection, hub: str, now: int, level: Level) -> list[Entry]:
    """Contacts whose recorded level time has overtaken, and that now are at this level."""
    found = _select(connection, _ALL.where(_OVERTAKEN), of_hub=hub, now=now)
    return [entry for entry in found if entry.future.level(now) is level]


def due_by(connection: Connection, hub: str, instant: int, now: int) -> list[str]:
    """Watched contacts, but parked ones, whose deadline is at this instant or before, the earliest first.

    One whose time cannot be read may be due at any time: it is among them, the last.
    """
    table = ledger.c
    unreadable = table.deadline.is_(None) & (table.level == Level.RED.value)
    rows = connection.execute(
        select(table.contact_id)
        .where(table.hub == hub, table.state.in_(WATCHED), (table.deadline <= instant) | unreadable,
               table.parked_until.is_(None) | (table.parked_until <= now))
        .order_by(table.deadline.is_(None), table.deadline, table.contact_id)
    )  # fmt: skip
    return list(rows.scalars())


def unparked(connection: Connection, hub: str, now: int) -> list[Entry]:
    """Watched contacts whose parking has ended."""
    return list(_select(connection, _ALL.where(_UNPARKED), of_hub=hub, now=now))


def stale(connection: Connection, hub: str, now: int, policy: str) -> list[Entry]:
    """Watched contacts that move on whatever the store says.

    Their timeline came from other rules, time has overtaken their level, or their parking has ended.
    """
    return list(_select(connection, _STALE, of_hub=hub, now=now, policy=policy))


def to_reread(connection: Connection, hub: str) -> set[str]:
    """Contacts that the stream of open rows does not show whole: missing, or with some rows decided."""
    return set(connection.execute(_REREAD, {"of_hub": hub}).scalars())


def count(connection: Connection, hub: str, state: State) -> int:
    """How many contacts of a hub stand in this state."""
    return connection.execute(_COUNT, {"of_hub": hub, "in_state": state.value}).scalar_one()


def levels(connection: Connection, hub: str, now: int) -> Counter[Level]:
    """How many watched contacts stand at each level now, also where the record has yet to follow."""
    found = Counter[Level]()
    for level, many in connection.execute(_RECORDED, {"of_hub": hub}):
        found[Level(level)] += many
    for before, after, many in connection.execute(_MOVED, {"of_hub": hub, "now": now}):
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
    for chunk in batches(ids):
        rows = connection.execute(_OUTLOOKS, {"of_hub": hub, "ids": chunk})
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
    for chunk in batches(ids):
        for row in connection.execute(_OBSERVED, {"of_hub": hub, "ids": chunk}):
            decided = None if row.decided_latest is None else Span(row.decided_earliest, row.decided_latest)
            found[row.contact_id] = Observed(row.first_seen, decided, row.reopened)
    return found


def add(connection: Connection, hub: str, new: Iterable[Entry]) -> None:
    """Write the entries of contacts that are not in the ledger."""
    insert_all(connection, ledger, (_values(hub, entry) for entry in new))


def save(connection: Connection, hub: str, changed: Iterable[Entry]) -> None:
    """Write entries, new or changed."""
    insert_all(connection, _upsert(connection.dialect.name), (_values(hub, entry) for entry in changed))


@lru_cache
def _upsert(dialect: str) -> Insert:
    statement = insert_for(dialect, ledger)
    return statement.on_conflict_do_update(
        index_elements=["hub", "contact_id"],
        set_={column.name: statement.excluded[column.name] for column in ledger.columns if not column.primary_key},
    )


def _select(connection: Connection, statement: Select[Any], **values: Any) -> Iterator[Entry]:
    rows = connection.execute(statement, values, execution_options={"yield_per": 5_000})
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
