"""Fingerprints of rows, made by PostgreSQL and made here: both notice the same changes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, make_url

from mash_monitor.contacts import StoreSettings
from mash_monitor.contacts.connection import reading_engine
from mash_monitor.contacts.layout import Layout
from mash_monitor.contacts.presets import PRESETS
from mash_monitor.contacts.tables import TableRows, reflect

NOW = int(datetime(2026, 3, 6, 12, tzinfo=UTC).timestamp())
TABLE = """
CREATE TABLE contacts (contact_id varchar(40), person_id int, received_at timestamp,
decided_at timestamptz, source_code char(2), source_desc text, risk boolean, worker varchar(40), outcome jsonb)
"""
SOURCE_IN_TWO = {"team": "nullif(source_desc, 'a')"}  # an expression

RECEIVED = [datetime.fromisoformat(f"2026-03-06T{time}") for time in ("01:00:00", "01:00:00.000001", "02:00:00")]
DECIDED = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 7, 8)]
OUTCOMES = [Jsonb({}), Jsonb([]), Jsonb("nfa"), Jsonb({"nfa": "Y"})]
words = st.none() | st.sampled_from(["", " ", "a", "A", " a", "a,", ",a", '"', "(", "NULL", "\u00e9", "e\u0301"])
Row = tuple[Any, ...]
rows: st.SearchStrategy[Row] = st.tuples(
    words,
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from(RECEIVED),
    st.none() | st.sampled_from(DECIDED),
    st.none() | st.sampled_from(["6", "3A", ""]),
    words,
    st.none() | st.booleans(),
    st.none() | st.sampled_from(OUTCOMES),
)
columns = st.integers(0, 8)
"""One of them; 8 is the whole row."""


class Council:
    """A table of theirs, and what a pass reads of it with fingerprints of either making."""

    def __init__(self, url: str, folder: Path) -> None:
        self._theirs = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._theirs.execute(TABLE)
        self._ours = reading_engine(make_url(url), 20, folder)
        self._url = url

    def fill(self, found: Sequence[Row]) -> None:
        self._theirs.execute("TRUNCATE contacts")
        with self._theirs.cursor() as cursor:
            cursor.executemany("INSERT INTO contacts VALUES (%s, %s, %s, %s, %s, %s, %s, 'W. Orker', %s)", found)

    def read(self, use: Callable[[TableRows], Any], *, hashes: bool) -> Any:
        with self._ours.connect() as connection:
            return use(TableRows(connection, replace(self._layout(connection), hashes=hashes), 180 * 86_400))

    def _layout(self, connection: Connection) -> Layout:
        layout = reflect(connection, PRESETS["native"], StoreSettings(self._url, columns=SOURCE_IN_TWO))
        assert layout.hashes
        return layout

    def close(self) -> None:
        self._theirs.close()
        self._ours.dispose()


@pytest.fixture(scope="module")
def council(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Council]:
    """One database for all examples."""
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute("CREATE DATABASE fingerprints")
    url = postgres_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/fingerprints?")
    made = Council(url, tmp_path_factory.getbasetemp())
    yield made
    made.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(rows, max_size=6), edits=st.lists(st.tuples(st.integers(0, 5), columns, rows), max_size=3))
def test_both_find_the_same_rows_changed_and_the_same_gone(
    council: Council, before: list[Row], edits: list[tuple[int, int, Row]]
) -> None:
    after = list(before)
    for number, column, new in edits:
        after[number : number + 1] = [edited(old, column, new) for old in after[number : number + 1]] or [new]
    council.fill(before)
    known = {hashes: council.read(marked, hashes=hashes) for hashes in (True, False)}
    council.fill(after)
    made_there, made_here = (council.read(partial(changed, known[hashes]), hashes=hashes) for hashes in (True, False))
    assert made_there == made_here


def edited(old: Row, column: int, new: Row) -> Row:
    """A row in which one value is new, or all are."""
    return (*old[:column], new[column], *old[column + 1 :]) if column < len(new) else new


def marked(read: TableRows) -> dict[int, str]:
    """All rows of contacts that are open, by fingerprint."""
    return {mark: repr(raw) for chunk in read.siblings_of_open(NOW, worker=False) for raw, mark in read.marked(chunk)}


def changed(known: dict[int, str], read: TableRows) -> tuple[list[str], list[str]]:
    """The open rows that are not known, and the known rows to which none answers."""
    left = set(known)
    unknown = [repr(raw) for chunk in read.unknown(NOW, left) for raw in chunk]
    return sorted(unknown), sorted(known[mark] for mark in left)


def test_values_that_change_places_make_another_row(council: Council) -> None:
    council.fill([(one, 1, RECEIVED[0], None, other, None, None, None) for one, other in (("6", "3A"), ("3A", "6"))])
    assert len(council.read(marked, hashes=True)) == 2


def test_rows_that_are_alike_are_one_fingerprint_and_all_of_them_known(council: Council) -> None:
    row = ("C-1", 1, RECEIVED[0], None, "6", "Police", None, None)
    council.fill([row] * 3)
    known = council.read(marked, hashes=True)
    assert len(known) == 1
    assert council.read(partial(changed, known), hashes=True) == ([], [])


def test_more_fingerprints_than_fit_one_part_are_all_compared(council: Council) -> None:
    row = ("C-1", 1, RECEIVED[0], None, "6", "Police", None, None)
    council.fill([(f"C-{number}", *row[1:]) for number in range(2_500)])
    known = council.read(marked, hashes=True)
    assert council.read(partial(changed, known), hashes=True) == ([], [])
    assert len(council.read(partial(changed, {}), hashes=True)[0]) == 2_500
