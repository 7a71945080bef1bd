"""What it costs that many look at a board: the time and weight of a page, and the queries of a pass."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from random import Random
from statistics import median
from threading import Timer
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from mash_monitor.service import passes
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import services, tokens
from mash_monitor.state.database import writing
from mash_monitor.web.archive import Archive
from mash_monitor.web.board import Board
from mash_monitor.web.doors import Doors
from mash_monitor.web.snapshot import Lookout
from tests.bench.figures import RUNS, Figure, Report, scaled, seconds
from tests.bench.hubs import bench_hub, empty_state
from tests.bench.stores import NOW
from tests.integration.service.scripted import Clock
from tests.integration.service.town import Council
from tests.integration.service.wire import free_port, served

pytestmark = pytest.mark.bench

_CONTACTS = scaled(5_000)
_VIEWERS = 50
_PROMISED_SECONDS = 0.05
_PROMISED_BYTES = 100 * 1024
_PAGES = ("/", "/list", "/list?page=2")


@dataclass(slots=True)
class Watch:
    """A hub that a service watches, and a board that shows it."""

    hub: WatchedHub
    engine: Engine
    clock: Clock
    lookout: Lookout
    token: str
    port: int = field(default_factory=free_port)

    def pass_over(self) -> None:
        """A pass, by a service that lives."""
        self.clock.now += 60
        passes.report(self.hub, self.engine, self.clock.now)
        with writing(self.engine) as connection:
            services.beat(connection, services.Heartbeat("us", 0, 30, self.clock.now, None, None))

    def connection(self) -> HTTPConnection:
        """One of a viewer's own."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, connection: HTTPConnection, path: str) -> HTTPResponse:
        """Ask for a page."""
        connection.request("GET", path, headers={"Cookie": f"mash-monitor={self.token}"})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer


@contextmanager
def _watch(folder: Path) -> Iterator[Watch]:
    """So many open contacts, and the board on a real socket."""
    council = Council(f"sqlite:///{folder / 'theirs.db'}")
    received = [datetime.fromtimestamp(NOW - 30 * 3_600 + number * 20, UTC) for number in range(_CONTACTS)]
    with council.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO contacts (contact_id, received_at, source_code, team) VALUES (:id, :at, '6', 'North')"),
            [{"id": f"C-{number:06}", "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} for number, at in enumerate(received)],
        )
    hub, engine, clock = bench_hub(council.url), empty_state(f"sqlite:///{folder / 'state.db'}"), Clock(NOW)
    with writing(engine) as connection:
        token = tokens.new(connection, "wall", None, NOW)
    assert token is not None
    made = Watch(hub, engine, clock, Lookout(hub, engine, clock), token)
    board = Board(
        Doors(engine, clock, encrypted=False), {hub.name: made.lookout}, {hub.name: Archive(hub, engine, clock)},
        threading.Event(),
    )  # fmt: skip
    with served(made.port, [*board.routes()]):
        made.pass_over()
        yield made
    engine.dispose()


def _as_after_a_pass(watch: Watch, path: str) -> float:
    """The median of what each viewer waits, who take a page within the same second, as open pages do after a pass."""
    waits: list[float] = []
    chance = Random(7)

    def look() -> None:
        connection = watch.connection()
        connection.connect()
        waits.append(seconds(lambda: watch.get(connection, path).read()))
        connection.close()

    lookers = [Timer(chance.random(), look) for _ in range(_VIEWERS)]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join()
    assert len(waits) == _VIEWERS
    return median(waits)


@contextmanager
def _asked(engine: Engine) -> Iterator[list[str]]:
    """What the state database is asked meanwhile, but for whose tokens they are."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN" and "FROM tokens" not in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def _after_a_pass(watch: Watch, viewers: int) -> Sequence[str]:
    """What it costs that so many see a pass: the queries that the board makes for it."""
    watch.pass_over()
    with _asked(watch.engine) as asked, ExitStack() as open_now:
        for _ in range(viewers):
            connection = watch.connection()
            open_now.callback(connection.close)
            watch.get(connection, "/").read()
    return sorted(asked)


def test_many_look_at_a_board(report: Report, room: Path) -> None:
    """A page as each of fifty viewers gets it after a pass, while fifty streams are open."""
    with _watch(room) as watch, ExitStack() as streams:
        assert _after_a_pass(watch, _VIEWERS) == _after_a_pass(watch, 1)
        report.remarks.append(f"A pass costs the board one set of queries, whether one looks or {_VIEWERS} do.")
        for _ in range(_VIEWERS):
            stream = watch.connection()
            streams.callback(stream.close)
            streams.enter_context(watch.get(stream, "/events"))
        for path in _PAGES:
            connection = watch.connection()
            start = perf_counter()
            weight = len(watch.get(connection, path).read())
            first = perf_counter() - start
            connection.close()
            assert weight <= _PROMISED_BYTES
            report.remarks.append(f"{path} weighs {weight / 1024:.0f} KiB; drawn for the first time in {first:.3f} s.")
            measured = [_as_after_a_pass(watch, path) for _ in range(RUNS)]
            name = f"{path} of {_CONTACTS:,} open contacts, {_VIEWERS} viewers, beside 50 ms"
            report.add(Figure(name, measured, [_PROMISED_SECONDS], limit=1))
