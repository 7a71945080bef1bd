"""One report a run, printed when all benchmarks are through."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.bench.figures import Report
from tests.bench.hubs import empty_state
from tests.bench.stores import postgres_database

_REPORT = Report()


@pytest.fixture(scope="session")
def report() -> Report:
    """Where every benchmark puts its figures."""
    return _REPORT


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that is gone after the benchmark: pytest's own would keep gigabytes for three more runs."""
    with tempfile.TemporaryDirectory(prefix="mash-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def engine(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty state database."""
    if kind == "SQLite":
        yield empty_state(f"sqlite:///{tmp_path / 'state.db'}")
        return
    with postgres_database(request.getfixturevalue("postgres_server"), "bench_state") as uri:
        engine = empty_state(uri.replace("postgresql://", "postgresql+psycopg://"))
        yield engine
        engine.dispose()


def pytest_terminal_summary() -> None:
    """Print the table, whether limits were missed or not."""
    if _REPORT.figures:
        print()
        _REPORT.print()
