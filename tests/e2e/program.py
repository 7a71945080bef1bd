"""The program as its users meet it: a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]

CONFIG = """\
[service]
reports = ["08:30", "12:30", "16:30"]
dead_man = "off"

[state]
url = "sqlite:///state.db"

[hubs.north]
title = "North MASH"
rules = "rules.toml"

[hubs.north.store]
url = "sqlite:///contacts.db"

[people.duty]

[[hubs.north.escalation]]
when = "red"
to = ["duty"]
by = ["console"]

[[hubs.north.escalation]]
when = "overdue"
to = ["duty"]
by = ["console"]

[hubs.north.summary]
to = ["duty"]
by = ["console"]

[channels.console]
"""

_PASSED_ON = ("PATH", "HOME", "LANG", "TZDIR", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; fails where anything else stands there."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Program:
    """mash-monitor in a folder with its config.toml and rules.toml."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls, folder: Path, config: str = CONFIG) -> "Program":
        """The program in this folder, with a configuration and the rules of Herefordshire."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.toml").write_text(config, encoding="utf-8")
        (folder / "rules.toml").write_bytes((REPOSITORY / "rules" / "herefordshire.toml").read_bytes())
        return cls(folder)

    def with_environment(self, **variables: str) -> "Program":
        """The same program, with more in its environment."""
        return Program(self.folder, {**self.environment, **variables})

    def run(self, *arguments: str) -> Ended:
        """Run one command to its end."""
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.variables, capture_output=True, text=True,
            encoding="utf-8", stdin=subprocess.DEVNULL, timeout=100, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:
        """The document of a command that succeeds."""
        ended = self.run(*arguments, "--json")
        assert ended.code == 0, ended
        return ended.document

    def refused(self, *arguments: str) -> str:
        """What a command says that is used wrong: exit 2, nothing on standard output, no traceback."""
        ended = self.run(*arguments)
        assert (ended.code, ended.out) == (2, ""), ended
        assert "Traceback" not in ended.err
        assert ended.err.startswith("mash-monitor: ")
        return ended.err

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command that goes on; its output lands in out.log and err.log of the folder."""
        with (self.folder / "out.log").open("a") as out, (self.folder / "err.log").open("a") as err:
            return subprocess.Popen(
                self.command(*arguments), cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL,
                stdout=out, stderr=err, text=True,
            )  # fmt: skip

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "mash_monitor", *arguments]

    @property
    def variables(self) -> dict[str, str]:
        """Only what a process needs, and what the test gives it: nothing of the developer's own."""
        inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        # a command leaves its pooled connections to the end of the process, which is what they last for
        warnings = "error,ignore::ResourceWarning"
        return {**inherited, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": warnings, **self.environment}

    def write(self, name: str, text: str) -> str:
        """A file of the folder; its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def files(self) -> dict[str, bytes]:
        """Every file of the folder with its content, but for the side files of SQLite."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }


def ago(**length: float) -> str:
    """An instant before the present one, as a file says it: `ago(hours=3)`."""
    return (datetime.now(UTC) - timedelta(**length)).isoformat(timespec="seconds")
