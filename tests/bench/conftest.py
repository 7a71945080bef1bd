"""One report a run, printed when all benchmarks are through."""

import pytest

from tests.bench.figures import Report

_REPORT = Report()


@pytest.fixture(scope="session")
def report() -> Report:
    """Where every benchmark puts its figures."""
    return _REPORT


def pytest_terminal_summary() -> None:
    """Print the table, whether limits were missed or not."""
    if _REPORT.figures:
        print()
        _REPORT.print()
