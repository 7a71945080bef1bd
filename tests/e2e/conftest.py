"""A hub to look at, made once: the demo's, at one instant."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.program import Ended, Program

AT = "2026-03-06T16:45"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program in an empty folder of its own: a configuration and rules, nothing else."""
    return Program.made(tmp_path)


@dataclass(frozen=True, slots=True)
class LookedAt(Program):
    """A hub that is only read: what a command printed once, it prints again."""

    seen: dict[tuple[str, ...], Ended] = field(default_factory=dict)

    def run(self, *arguments: str) -> Ended:
        """Run a command, or tell what it printed before."""
        if arguments not in self.seen:
            self.seen[arguments] = Program.run(self, *arguments)
        return self.seen[arguments]


@pytest.fixture(scope="session")
def making_the_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Ended]:
    """The program in whose folder the demo was made, and what making it printed."""
    program = Program.made(tmp_path_factory.mktemp("hub"))
    made = program.run("demo", "--days", "36", "--seed", "5", "--at", AT, "--dir", "demo")
    assert made.code == 0, made
    return program, made


@pytest.fixture(scope="session")
def demo(making_the_demo: tuple[Program, Ended]) -> Program:
    """The demo's hub. Tests only read it."""
    return LookedAt(making_the_demo[0].folder / "demo")
