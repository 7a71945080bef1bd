"""What a pass writes, beside the raw driver's bulk insert of the very same rows."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text

from mash_monitor.domain.contact import Contact, Precision
from mash_monitor.domain.entry import Entry, first_sight
from mash_monitor.domain.transition import Transition
from mash_monitor.service.alerting import settle_alerts
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.ladder import speak
from mash_monitor.state import ledger, sightings, transitions
from mash_monitor.state.database import writing
from mash_monitor.state.schema import metadata
from tests.bench.figures import RUNS, Figure, Report, scaled, seconds
from tests.bench.hubs import bench_hub
from tests.bench.stores import NOW

pytestmark = pytest.mark.bench

_CONTACTS = scaled(10_000)
_TABLES = ("ledger", "sightings", "transitions", "alerts", "deliveries", "delivery_alerts", "audit", "audit_head")
"""In an order in which what is referred to comes first."""

Rows = dict[str, tuple[str, Sequence[Sequence[Any]]]]
"""By table: the statement of the raw driver, and its values."""


Moves = list[tuple[Entry, Transition]]


def _write(hub: WatchedHub, engine: Engine, moves: Moves) -> None:
    """Store what a pass over new contacts found, as the pass does, with the message that it makes."""
    with writing(engine) as connection:
        ledger.add(connection, hub.name, [entry for entry, _ in moves])
        sightings.add(connection, hub.name, {entry.contact_id: (hash(entry.contact_id),) for entry, _ in moves})
        transitions.record(connection, hub.name, [change for _, change in moves])
        settle_alerts(connection, hub, moves, NOW)
        speak(connection, hub, NOW)


def _contact(number: int) -> Contact:
    return Contact(
        contact_id=f"C-{number:08d}", children=1, persons=(f"P-{number}",), received=NOW - 85_400 + number % 600,
        precision=Precision.MINUTE, decided=None, source_code="6", source_group="Police", source_desc="Police",
        risk="amber", teams=("North",), worker=None, outcome=None, converted=False, marks=frozenset(),
    )  # fmt: skip


def _rows(engine: Engine, place: str) -> Rows:
    """All that was written, with the placeholder of the driver."""
    found: Rows = {}
    with engine.connect() as connection:
        for name in _TABLES:
            columns = [column.name for column in metadata.tables[name].columns]
            named = ", ".join(f'"{column}"' for column in columns)
            written = connection.execute(text(f"SELECT {named} FROM {name}"))
            values = [tuple(_plain(value) for value in row) for row in written]
            found[name] = (f"INSERT INTO {name} ({named}) VALUES ({', '.join([place] * len(columns))})", values)
    return found


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _insert_sqlite(engine: Engine, rows: Rows) -> None:
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in rows.values():
            connection.executemany(statement, values)
        connection.execute("COMMIT")


def _insert_postgres(engine: Engine, rows: Rows) -> None:
    uri = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri) as connection, connection.cursor() as cursor:
        for statement, values in rows.values():
            cursor.executemany(sql.SQL(statement), values)


def _clear(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in reversed(_TABLES):
            connection.execute(text(f"DELETE FROM {name}"))
    if engine.url.get_backend_name() == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))


def test_transitions_and_deliveries_are_stored_in_bulk(report: Report, kind: str, engine: Engine) -> None:
    """Every row that a pass writes of so many contacts, in one transaction each time."""
    insert: Callable[[Engine, Rows], None] = _insert_sqlite if kind == "SQLite" else _insert_postgres
    hub = bench_hub("sqlite:///none")
    steps = [first_sight(_contact(number), NOW, hub.rules) for number in range(_CONTACTS)]
    moves = [(entry, change) for entry, change in steps if change is not None]
    _write(hub, engine, moves)
    rows = _rows(engine, "?" if kind == "SQLite" else "%s")
    assert len(rows["transitions"][1]) == len(rows["delivery_alerts"][1]) == _CONTACTS
    measured, raw = [], []
    for _ in range(RUNS):
        _clear(engine)
        measured.append(seconds(lambda: _write(hub, engine, moves)))
        _clear(engine)
        raw.append(seconds(lambda: insert(engine, rows)))
    report.add(Figure(f"{_CONTACTS:,} transitions with their deliveries, {kind}", measured, raw, limit=2.5))
