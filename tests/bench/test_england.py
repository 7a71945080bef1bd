"""All of England at once, and a stress of a million open contacts."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.apart import passes_apart
from tests.bench.figures import Figure, Report, scaled
from tests.bench.stores import Size, postgres_database, postgres_store, settled, sqlite_store

pytestmark = pytest.mark.bench

_HISTORY = 100_000


@pytest.fixture(params=[30_000, 1_000_000], ids=["England", "stress"])
def size(request: pytest.FixtureRequest) -> Size:
    """Open contacts of England, and far more than there will ever be."""
    return Size(scaled(request.param), scaled(_HISTORY))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def databases(request: pytest.FixtureRequest, size: Size, room: Path) -> Iterator[tuple[str, str, str]]:
    """The kind of database, a full contact store and an empty state database."""
    with ExitStack() as stack:
        if request.param == "SQLite":
            file = room / "contacts.db"
            sqlite_store(file, size)
            yield request.param, str(file), f"sqlite:///{room / 'state.db'}"
            return
        server = request.getfixturevalue("postgres_server")
        store = stack.enter_context(postgres_database(server, "bench_contacts"))
        state = stack.enter_context(postgres_database(server, "bench_state"))
        postgres_store(store, size)
        yield request.param, store, state.replace("postgresql://", "postgresql+psycopg://")


def test_a_repeated_pass_costs_little_more_than_reading_its_rows(
    report: Report, databases: tuple[str, str, str], size: Size
) -> None:
    """One row in a thousand has changed; the store is read, rated, written and told."""
    kind, store, state = databases
    first = passes_apart("first", store, state, size)
    report.add(Figure(f"first pass, {size.open:,} open, {kind}", first.measured, first.raw, mib=first.mib))
    settled(state)
    again = passes_apart("again", store, state, size)
    report.add(Figure(
        f"repeated pass, {size.open:,} open, {kind}", again.measured, again.raw, limit=3, mib=again.mib, mib_limit=200
    ))  # fmt: skip
