"""The program as a process that dies at a chosen point, under a clock that stands until it is moved.

`python -m tests.faults.crashing` imports everything once and forks a process for each order on its standard
input: a restart costs milliseconds. What a process does with time and death lies in the files of its folder:

- `clock`: the instant it is, in epoch seconds;
- `passed`: every point that any process has passed, a line each;
- `quiet.PID`: the instant at which that process last had nothing more to do.

Nothing of the product knows of this: the clock is replaced where it is read, commits and calls are wrapped.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from mash_monitor import clock
from tests.faults.points import CALLS, commits

_FASTER = 1_000
"""A tick comes so many times sooner: while the clock stands, the next one has nothing to do."""
_MOST_TICKS = 50
_TICKING = ("daemon.Daemon.", "timekeeper.Timekeeper.", "watch.Watch.")
"""What the tick itself commits, at every tick; what there is to do follows from it in the same one."""


@dataclass(slots=True)
class Fate:
    """What is to become of this process: `act` (a signal) at the `nth` time that `point` is passed.

    `joined`: a tick waits for what it started, so that the same happens in every run.
    """

    folder: Path = Path()
    point: str = ""
    nth: int = 1
    act: int = signal.SIGKILL
    joined: bool = True
    parent: int = 0
    done: int = 0
    """Commits so far, but for those of every tick."""
    quiet_at: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def passes(self, point: str) -> None:
        """Note a point, and die of it where that is its turn."""
        with self._lock:
            with (self.folder / "passed").open("a+", encoding="utf-8") as passed:
                passed.write(f"{point}\n")
                passed.flush()
                passed.seek(0)
                turn = point == self.point and passed.read().splitlines().count(point) == self.nth
            if turn:
                os.kill(os.getpid(), self.act)
                time.sleep(0.1)  # another thread may take the signal: this one goes no further meanwhile

    def now(self) -> int:
        """The instant it is."""
        return int((self.folder / "clock").read_text(encoding="ascii"))

    def rest(self, now: int) -> None:
        """Note that at this instant nothing more is to be done."""
        self.quiet_at = now
        (self.folder / f"quiet.{os.getpid()}").write_text(str(now), encoding="ascii")


FATE = Fate()


def _replace_the_clock() -> None:
    clock.now = FATE.now
    clock.utc_now = lambda: datetime.fromtimestamp(FATE.now(), UTC)


def _wrap_commits() -> None:
    from mash_monitor.state import database

    original = database.writing

    @contextmanager
    def writing(engine: Any) -> Iterator[Any]:
        caller = sys._getframe(2)  # past contextlib's __enter__
        point = commits()[caller.f_globals["__name__"], caller.f_lineno]
        with original(engine) as connection:
            yield connection
            FATE.passes(f"before {point}")
        if not point.startswith(_TICKING):
            FATE.done += 1
        FATE.passes(f"after {point}")

    database.writing = writing


def _wrap_calls() -> None:
    for name, methods in CALLS.items():
        module, _, kind = name.rpartition(".")
        channel = getattr(import_module(f"mash_monitor.{module}"), kind)
        for method in methods:
            setattr(channel, method, _dying(f"{kind}.{method}", getattr(channel, method)))


def _dying(point: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def called(*given: Any) -> Any:
        FATE.passes(f"before {point}")
        try:
            return call(*given)
        finally:
            FATE.passes(f"after {point}")

    return called


def _wrap_ticks() -> None:
    """Ticks come at once, and are made until nothing is left to do at the instant it is."""
    from apscheduler.schedulers.blocking import BlockingScheduler

    from mash_monitor.service import daemon as daemon_module
    from mash_monitor.service.daemon import Daemon

    tick, add_job = Daemon.tick, BlockingScheduler.add_job

    def soon(scheduler: Any, job: Any, trigger: Any, *, seconds: float, **more: Any) -> Any:
        return add_job(scheduler, job, trigger, seconds=seconds / _FASTER, **more)

    def ticks(daemon: Daemon) -> None:
        if os.getppid() != FATE.parent:
            os._exit(1)  # whoever ran the test has gone
        now = daemon.now()
        if not FATE.joined:
            tick(daemon)
        elif now != FATE.quiet_at:
            _work_off(daemon, tick)
            FATE.rest(now)

    daemon_module._STOP_SECONDS = 0.3
    BlockingScheduler.add_job = soon
    Daemon.tick = ticks  # type: ignore[assignment,method-assign]


def _work_off(daemon: Any, tick: Callable[[Any], None]) -> None:
    """Tick until nothing comes of it, and wait each time for what was begun."""
    for _ in range(_MOST_TICKS):
        done = FATE.done
        tick(daemon)
        if daemon._shift.over:
            return
        for watch in daemon._watches.values():
            if watch.thread is not None:
                watch.thread.join()
        if daemon._mailroom.thread is not None:  # whoever wrote a message has begun to send it
            daemon._mailroom.thread.join()
        if FATE.done == done:
            return


def _import_all() -> None:
    for name in (
        "apscheduler.triggers.interval", "encodings.ascii", "encodings.utf_8_sig", "govuk_bank_holidays.bank_holidays",
        "jinja2", "mash_monitor.app", "mash_monitor.channels.apprise", "mash_monitor.channels.console",
        "mash_monitor.channels.twilio_http", "mash_monitor.cli.main", "mash_monitor.cli.running",
        "mash_monitor.cli.working", "mash_monitor.config.recipients", "mash_monitor.service.checks",
        "mash_monitor.views.html", "psycopg", "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite", "twilio.rest", "mash_monitor.web.companion", "mash_monitor.web.site",
        "uvicorn.protocols.http.auto",
    ):  # fmt: skip
        import_module(name)
    import phonenumbers
    from twilio.rest import Client

    phonenumbers.parse("+447700900123")
    assert Client("account", "token").messages  # imports what it names only now


def _become(order: dict[str, Any]) -> int:
    """Run the program as ordered: `folder`, `arguments`, `environment`, and the fields of a Fate."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(order["folder"])
    os.chdir(folder)
    os.environ.update(order["environment"])
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    for number, name in ((1, "out.log"), (2, "err.log")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    FATE.folder, FATE.parent = folder, os.getppid()
    for name, value in order["fate"].items():
        setattr(FATE, name, value)
    from mash_monitor.cli.main import main
    from mash_monitor.state import database

    database._BUSY_SECONDS = order["busy"]
    return main(order["arguments"])


def serve() -> None:
    """Fork a process for each line of orders, and say its id."""
    _replace_the_clock()
    _wrap_commits()
    _import_all()
    _wrap_calls()
    _wrap_ticks()
    commits()  # reads the whole source
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies is gone at once
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            code = 1
            try:
                code = _become(json.loads(line))
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
            finally:
                sys.stdout.flush()
                os._exit(code)
        print(child, flush=True)


if __name__ == "__main__":
    serve()
