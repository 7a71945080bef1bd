"""A hub to look at, made once: the demo's, at one instant."""

from pathlib import Path

import pytest

from tests.e2e.program import Program

AT = "2026-03-06T16:45"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program in an empty folder of its own: a configuration and rules, nothing else."""
    return Program.made(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The demo's hub. Tests only read it."""
    folder = tmp_path_factory.mktemp("hub")
    made = Program.made(folder).run("demo", "--days", "40", "--seed", "5", "--at", AT, "--dir", "demo")
    assert made.code == 0, made
    return Program(folder / "demo")
