"""One report a run, printed when all benchmarks are through."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.figures import Report

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


def pytest_terminal_summary() -> None:
    """Print the table, whether limits were missed or not."""
    if _REPORT.figures:
        print()
        _REPORT.print()
