"""Starting, stopping and killing processes of the program."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

REPOSITORY = Path(__file__).parents[2]
_PASSED_ON = ("PATH", "HOME", "LANG", "TZDIR")


@dataclass(slots=True)
class Launcher:
    """Forks processes of the program, while the `with` lasts; none of them outlives it."""

    _server: "subprocess.Popen[str]" = field(init=False)
    _started: list["Process"] = field(default_factory=list)

    def __enter__(self) -> Self:
        inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.crashing"], cwd=REPOSITORY, text=True,
            env={**inherited, "PYTHONPATH": str(REPOSITORY)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._started:
            process.kill()
        self._server.communicate(timeout=10)

    def start(
        self, folder: Path, arguments: list[str], environment: Mapping[str, str], *, busy: float = 10, **fate: Any
    ) -> "Process":
        """The program with these arguments in this folder; `fate` are fields of `crashing.Fate`.

        `busy`: seconds for which it waits for a locked SQLite.
        """
        order = {
            "folder": str(folder), "arguments": arguments, "environment": dict(environment), "busy": busy, "fate": fate,
        }  # fmt: skip
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(f"{json.dumps(order)}\n")
        self._server.stdin.flush()
        process = Process(folder, int(self._server.stdout.readline()))
        self._started = [*(each for each in self._started if each.lives), process]
        return process


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the program."""

    folder: Path
    pid: int

    @property
    def lives(self) -> bool:
        """Whether it has not ended: the server reaps whoever does."""
        return self.send(0)

    def send(self, number: int) -> bool:
        """Send a signal; False where the process is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
            return True
        return False

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.ended()

    def ended(self, seconds: float = 20) -> None:
        """Wait until it has ended."""
        end = time.monotonic() + seconds
        while self.lives:
            assert time.monotonic() < end, f"{self.folder}: still runs after {seconds} s"
            time.sleep(0.002)

    def rests(self, now: int) -> bool:
        """Whether it had nothing more to do at this instant."""
        quiet = self.folder / f"quiet.{self.pid}"
        return quiet.exists() and quiet.read_text(encoding="ascii") == str(now)
