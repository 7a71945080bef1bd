"""Passes in a process of their own, so that its memory is theirs: `python -m tests.bench.apart first|again …`."""

import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.bench.figures import RUNS, seconds
from tests.bench.stores import NOW, Size, Store, postgres_store_at, sqlite_store_at

_MINUTE = 60


class Passes(NamedTuple):
    """What a process measured: seconds of each pass and of each raw read, and its memory over idle."""

    measured: list[float]
    raw: list[float]
    mib: float


def passes_apart(what: str, store: str, state: str, size: Size) -> Passes:
    """Run passes in a new process: the `first` one, or five `again`, each after one row in a thousand changed.

    `store` is a file or a libpq URI, `state` a SQLAlchemy URL.
    """
    arguments = [sys.executable, "-m", "tests.bench.apart", what, store, state, str(size.open), str(size.decided)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Passes(*json.loads(done.stdout))


def _memory(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) / 1024


def _main(what: str, where: str, state: str, size: Size) -> Passes:
    from sqlalchemy import make_url

    from mash_monitor.service import passes
    from mash_monitor.state.database import connect
    from tests.bench.hubs import bench_hub, empty_state

    gc.set_threshold(50_000)  # as `run` does
    store: Store = postgres_store_at(where, size) if "://" in where else sqlite_store_at(Path(where), size)
    hub = bench_hub(store.url)
    if what == "first":
        engine = empty_state(state)
        idle = _memory("VmRSS")
        took = seconds(lambda: passes.between_reports(hub, engine, NOW))
        return Passes([took], [seconds(store.read)], _memory("VmHWM") - idle)
    engine = connect(make_url(state))
    passes.raise_overdue(hub, engine, NOW)  # nothing is due: everything is imported and connected now
    idle = _memory("VmRSS")
    measured, raw = [], []
    for turn in range(RUNS + 1):
        store.change(turn)
        now = NOW + (turn + 1) * _MINUTE
        measured.append(seconds(lambda now=now: passes.between_reports(hub, engine, now)))  # type: ignore[misc]
        raw.append(seconds(store.read))
    # the first one compiles statements: a service does so once in its life
    return Passes(measured[1:], raw[1:], _memory("VmHWM") - idle)


if __name__ == "__main__":
    _, what, where, state, opened, decided = sys.argv
    print(json.dumps(_main(what, where, state, Size(int(opened), int(decided)))))
