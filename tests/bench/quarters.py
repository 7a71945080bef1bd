"""Years of decided contacts at England's pace, and a scorecard over them in a process of its own.

`python -m tests.bench.quarters STORE quarter|whole` prints what a count of the last quarter takes, or a whole
scorecard: that quarter, the one before it, and the year before each, for repeats.
"""

import gc
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from mash_monitor.domain.period import Period
from tests.bench.figures import RUNS, seconds
from tests.bench.stores import INDEXES

QUARTER = Period(date(2025, 10, 1), date(2025, 12, 31), "2025-26-Q3")
NOW = 1_772_366_400  # 1 March 2026, 12:00
_ENDS = 1_767_225_600  # 1 January 2026
_SPAN = 92 * 86_400
_ROW = "contact_id, person_id, received_at, decided_at, source_code, source_desc, risk, team, outcome"
_VISIT = "person_id, received_at"
_FETCH = 1_000

# Every tenth row is a sibling of the one before it; after three quarters' worth of children they come again.
_SQLITE = """
CREATE TABLE contacts (contact_id TEXT NOT NULL, person_id TEXT, received_at TEXT, decided_at TEXT,
source_code TEXT, source_desc TEXT, risk TEXT, team TEXT, worker TEXT, outcome TEXT);
INSERT INTO contacts
WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i + 1 < {rows}),
n(i, j) AS (SELECT i, i - (i % 10 = 9) FROM r)
SELECT
  printf('C-%08d', j), printf('P-%08d', i * 7919 % (3 * {quarter})),
  strftime('%Y-%m-%dT%H:%M:%S', {ends} - {span} * ({rows} - j) / {quarter}, 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%S', {ends} - {span} * ({rows} - j) / {quarter} + j * 7919 % 200000, 'unixepoch'),
  CASE j % 3 WHEN 0 THEN '6' WHEN 1 THEN '2A' ELSE '3A' END,
  CASE j % 3 WHEN 0 THEN 'Police' WHEN 1 THEN 'Schools' ELSE 'General practitioner' END,
  CASE j % 4 WHEN 0 THEN 'amber' WHEN 1 THEN 'green' END, 'Team ' || (j % 9), 'worker ' || (j % 40),
  CASE j % 5 WHEN 0 THEN 'referral' WHEN 1 THEN 'advice' ELSE 'nfa' END
FROM n;
"""
_POSTGRES = """
CREATE TABLE contacts (contact_id varchar(40) NOT NULL, person_id varchar(40), received_at timestamp,
decided_at timestamp, source_code varchar(10), source_desc varchar(100), risk varchar(10), team varchar(40),
worker varchar(40), outcome varchar(40));
INSERT INTO contacts SELECT
  'C-' || lpad(j::text, 8, '0'), 'P-' || lpad((i * 7919 % (3 * {quarter}))::text, 8, '0'),
  to_timestamp({ends} - {span} * ({rows} - j) / {quarter}) AT TIME ZONE 'UTC',
  to_timestamp({ends} - {span} * ({rows} - j) / {quarter} + j * 7919 % 200000) AT TIME ZONE 'UTC',
  CASE j % 3 WHEN 0 THEN '6' WHEN 1 THEN '2A' ELSE '3A' END,
  CASE j % 3 WHEN 0 THEN 'Police' WHEN 1 THEN 'Schools' ELSE 'General practitioner' END,
  CASE j % 4 WHEN 0 THEN 'amber' WHEN 1 THEN 'green' END, 'Team ' || j % 9, 'worker ' || j % 40,
  CASE j % 5 WHEN 0 THEN 'referral' WHEN 1 THEN 'advice' ELSE 'nfa' END
FROM (SELECT i, i - (i % 10 = 9)::int AS j FROM generate_series(0::bigint, {rows}::bigint - 1) AS i) AS n;
"""


class Taken(NamedTuple):
    """What a process measured: seconds of each count and of each raw read of its rows, and its memory over idle."""

    measured: list[float]
    raw: list[float]
    mib: float


def fill(where: str, rows: int, quarter: int) -> None:
    """Make a store of so many rows, so many a quarter, in a new SQLite file or an empty PostgreSQL database."""
    values = {"rows": rows, "quarter": quarter, "ends": _ENDS, "span": _SPAN}
    if "://" in where:
        with psycopg.connect(where, autocommit=True) as connection:
            for statement in (*_POSTGRES.format(**values).split(";\n"), *INDEXES, "VACUUM ANALYZE contacts"):
                if statement.strip():
                    connection.execute(sql.SQL(statement))
        return
    with closing(sqlite3.connect(where, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(f"BEGIN;{_SQLITE.format(**values)}COMMIT;{';'.join(INDEXES)};ANALYZE;")


def taken_apart(where: str, what: str) -> Taken:
    """Count in a new process: the `quarter`, or the `whole` scorecard."""
    arguments = [sys.executable, "-m", "tests.bench.quarters", where, what]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Taken(*json.loads(done.stdout))


def _reads(what: str) -> list[tuple[str, Period]]:
    """The columns and periods of the rows that a count needs."""
    if what == "quarter":
        return [(_ROW, QUARTER)]
    before = QUARTER.previous()
    years = Period(before.start.replace(year=before.start.year - 1), QUARTER.start, "the years before both")
    return [(_ROW, QUARTER), (_ROW, before), (_VISIT, years)]


def _raw(where: str, reads: list[tuple[str, Period]]) -> Callable[[], None]:
    """The same rows by the driver alone, streamed."""
    statements = [
        f"SELECT {columns} FROM contacts WHERE received_at >= '{one.start}' AND received_at < '{one.end} 23:59:59'"
        for columns, one in reads
    ]

    def read() -> None:
        connection: Any
        if "://" in where:
            with psycopg.connect(where) as connection:
                for statement in statements:
                    with connection.cursor("raw") as cursor:
                        cursor.execute(sql.SQL(statement))
                        while cursor.fetchmany(_FETCH):
                            pass
            return
        with closing(sqlite3.connect(f"file:{where}?mode=ro", uri=True)) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                while cursor.fetchmany(_FETCH):
                    pass

    return read


def _memory(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) / 1024


def _main(where: str, what: str) -> Taken:
    from mash_monitor.service.scorecards import Count, store_scorecard
    from tests.bench.hubs import bench_hub

    gc.set_threshold(200_000)  # as the command does
    url = where.replace("postgresql://", "postgresql+psycopg://") if "://" in where else f"sqlite:///{where}"
    hub = bench_hub(url)
    empty = Period(date(2001, 1, 1), date(2001, 1, 1), "before anything")

    def count(period: Period) -> Any:
        return hub.store.read(lambda store: Count(store, hub, None, period, NOW, NOW).made().counted())

    def card(period: Period) -> Any:
        return store_scorecard(hub, None, period, NOW)

    work = card if what == "whole" else count
    work(empty)  # everything is imported and connected now
    idle = _memory("VmRSS")
    measured, raw = [], []
    for _ in range(RUNS):
        measured.append(seconds(lambda: work(QUARTER)))
        mib = _memory("VmHWM") - idle
        raw.append(seconds(_raw(where, _reads(what))))
    return Taken(measured, raw, mib)


if __name__ == "__main__":
    print(json.dumps(_main(*sys.argv[1:])))
