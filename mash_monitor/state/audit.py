"""The audit trail: what the service did, each event chained to the one before by a hash."""

import hashlib
import json
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, literal_column, select, update

from mash_monitor.state.schema import audit, audit_head
from mash_monitor.state.upsert import insert_into

REPORT = "report"
"""The event of a report that was made, by the service or by hand."""

_START = "0" * 64
_IS_REPORT = audit.c.event == literal_column(f"'{REPORT}'")  # spelled out, so that the index of reports serves


class Broken(NamedTuple):
    """Where the chain does not hold, and how."""

    seq: int
    what: str


# Built once: to build a statement takes longer than to run it, and every attempt to send is an event.
_NEXT = update(audit_head).values(seq=audit_head.c.seq + 1).returning(audit_head.c.seq, audit_head.c.chain)
"""Takes the lock of the head, so that two transactions never write the same link."""
_APPEND = insert(audit)
_LINKED = update(audit_head).values(chain=bindparam("to_chain"))


def record(connection: Connection, at: int, hub: str, event: str, **detail: Any) -> None:
    """Append an event. `detail` holds references, counts and aliases; nothing personal."""
    head = connection.execute(_NEXT).first()
    if head is None:
        begin = insert_into(connection, audit_head).values(one=1, seq=0, chain=_START)
        connection.execute(begin.on_conflict_do_nothing())
        head = connection.execute(_NEXT).one()
    chain = _link(head.chain, [head.seq, at, hub, event, detail])
    row = {"seq": head.seq, "at": at, "hub": hub, "event": event, "detail": detail, "chain": chain}
    connection.execute(_APPEND, row)
    connection.execute(_LINKED, {"to_chain": chain})


def reports(connection: Connection, hub: str, by: int, number: int) -> list[int]:
    """When the newest reports of a hub were made, up to an instant and so many; the newest first."""
    wanted = (audit.c.hub == hub) & _IS_REPORT & (audit.c.at <= by)
    return list(connection.scalars(select(audit.c.at).where(wanted).order_by(audit.c.seq.desc()).limit(number)))


def verify(connection: Connection) -> tuple[int, Broken | None]:
    """How many events the chain holds from its start, and the first place where it breaks."""
    before, count = _START, 0
    query = select(audit).order_by(audit.c.seq).execution_options(yield_per=1_000)
    with connection.execute(query) as rows:
        for row in rows:
            if row.seq != count + 1:
                return count, Broken(count + 1, f"event {count + 1} is missing")
            before = _link(before, [row.seq, row.at, row.hub, row.event, row.detail])
            if row.chain != before:
                return count, Broken(row.seq, f"event {row.seq} was changed, or the one before it")
            count += 1
    head = connection.execute(select(audit_head.c.seq)).scalar() or 0
    return count, Broken(count + 1, f"{head - count} events are missing at the end") if head != count else None


def _link(before: str, event: list[Any]) -> str:
    content = json.dumps([before, *event], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()
