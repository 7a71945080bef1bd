"""The service as a real process, and what its database says of it."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import create_engine, text

from tests.e2e.program import CONFIG, Program

CANARIES = ("Canary", "07700900", "ops@")
"""Parts of what stands in contacts and people, and must stand in no log."""

CONTACTS = "contact_id,person_id,received_at,source_code,source_desc,worker,team\n"


def quiet_zone() -> str:
    """A time zone in which it is about noon now: no report of the morning comes due while a test runs."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def config(**service: str) -> str:
    """The configuration with a tick of a second, reports in the morning, and these keys of [service]."""
    keys = {
        "timezone": f'"{quiet_zone()}"',
        "reports": '["03:00", "06:00", "09:00"]',
        "tick": '"1s"',
        "ops": '{ to = ["duty"], by = ["console"] }',
        **service,
    }
    written = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return CONFIG.replace('reports = ["08:30", "12:30", "16:30"]\n', written)


@contextmanager
def running(program: Program) -> Iterator["subprocess.Popen[str]"]:
    """`run`, killed at the end if it still runs."""
    process = program.start("run")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def terminate(process: "subprocess.Popen[str]") -> int:
    """SIGTERM; the exit code, which has to come within the five seconds that are promised."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=5)


def until(happened: Callable[[], Any], seconds: float = 40) -> Any:
    """Wait for something to be so, and return it; fails when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


def state_url(program: Program) -> str:
    """Where the state of a program is."""
    return program.environment.get("MASH_STATE__URL", f"sqlite:///{program.folder / 'state.db'}")


def rows(program: Program, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What the state database answers; nothing while it has no such table."""
    engine = create_engine(state_url(program))
    try:
        with engine.begin() as connection:
            result = connection.execute(text(query), values)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def was_down_since(program: Program, instant: int) -> None:
    """Make a state database that last accounted for a report at this instant."""
    assert program.run("db", "upgrade").code == 0
    rows(program, "INSERT INTO slots (hub, slot_at, state, fence) VALUES ('north', :at, 'before', 0)", at=instant)


def summaries(program: Program) -> list[tuple[Any, ...]]:
    """The reports in the outbox: (created, state), the oldest first."""
    return rows(program, "SELECT created_at, state FROM deliveries WHERE purpose = 'summary' ORDER BY id")


def log_lines(program: Program) -> list[dict[str, Any]]:
    """The log so far; fails where a line is no JSON object, or holds what no log may hold."""
    text = (program.folder / "err.log").read_text(encoding="utf-8")
    assert not any(canary in text for canary in CANARIES)
    return [json.loads(line) for line in text.splitlines()]
