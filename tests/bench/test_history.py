"""A pass costs what is open, whatever the store has seen in ten years."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mash_monitor.service import passes
from tests.bench.figures import RUNS, Figure, Report, scaled, seconds
from tests.bench.hubs import bench_hub, empty_state
from tests.bench.stores import NOW, Size, Store, postgres_database, postgres_store, sqlite_store

pytestmark = pytest.mark.bench

_OPEN = 10_000
SMALL = Size(scaled(_OPEN), scaled(100_000 - _OPEN))
LARGE = Size(scaled(_OPEN), scaled(10_000_000 - _OPEN))


class _Watched:
    """A store under watch, from its first pass on."""

    def __init__(self, store: Store, state: str) -> None:
        self.store, self.hub, self.engine = store, bench_hub(store.url), empty_state(state)
        passes.between_reports(self.hub, self.engine, NOW)

    def another_pass(self, turn: int) -> float:
        """Seconds of a pass after one row in a thousand has changed."""
        self.store.change(turn)
        return seconds(lambda: passes.between_reports(self.hub, self.engine, NOW + 60 * (turn + 1)))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def stores(request: pytest.FixtureRequest, room: Path) -> Iterator[tuple[str, _Watched, _Watched]]:
    """The kind of database, the large store and the small one."""
    with ExitStack() as stack:

        def made(name: str, size: Size) -> _Watched:
            if request.param == "SQLite":
                folder = room / name
                folder.mkdir()
                return watched(sqlite_store(folder / "contacts.db", size), f"sqlite:///{folder / 'state.db'}")
            server = request.getfixturevalue("postgres_server")
            contacts = stack.enter_context(postgres_database(server, f"bench_{name}_contacts"))
            state = stack.enter_context(postgres_database(server, f"bench_{name}_state"))
            store = postgres_store(contacts, size)
            return watched(store, state.replace("postgresql://", "postgresql+psycopg://"))

        def watched(store: Store, state: str) -> _Watched:
            found = _Watched(store, state)
            stack.callback(found.engine.dispose)
            return found

        yield request.param, made("large", LARGE), made("small", SMALL)


def test_history_does_not_slow_a_pass(report: Report, stores: tuple[str, _Watched, _Watched]) -> None:
    """The same open contacts over ten million rows and over a hundred thousand."""
    kind, large, small = stores
    times = [(large.another_pass(turn), small.another_pass(turn)) for turn in range(RUNS)]
    total = LARGE.open + LARGE.decided
    report.add(Figure(
        f"pass, {LARGE.open:,} open of {total:,} rows, {kind} (raw: of {SMALL.open + SMALL.decided:,})",
        [pair[0] for pair in times], [pair[1] for pair in times], limit=1.2,
    ))  # fmt: skip
