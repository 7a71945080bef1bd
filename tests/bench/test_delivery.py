"""What delivery costs beside the provider's own time, and what a tick costs that has nothing to do."""

import time
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text

from mash_monitor.channels.base import Envelope, Outcome, Result
from mash_monitor.domain.rating import Level
from mash_monitor.service.daemon import Daemon
from mash_monitor.service.deliver import Courier
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, outbox
from mash_monitor.state.database import writing
from mash_monitor.state.outbox import Message, Purpose
from mash_monitor.state.schema import alerts as alert_rows
from mash_monitor.state.schema import deliveries
from tests.bench.figures import RUNS, Figure, Report, processor_seconds, seconds
from tests.bench.hubs import bench_hub
from tests.bench.stores import NOW

pytestmark = pytest.mark.bench

_MESSAGES = 1_000
_PROVIDER_SECONDS = 0.1
_OWN_SECONDS = 0.005
_QUERIES = 5


@dataclass
class Provider:
    """Takes whatever it is given, after its time."""

    takes: float
    name: str = "sms"
    taken: int = 0

    def send(self, envelope: Envelope) -> Outcome:
        time.sleep(self.takes)
        self.taken += 1
        return Outcome(Result.ACCEPTED, evidence=f"SM{envelope.delivery_id}")


@pytest.fixture
def hub() -> WatchedHub:
    """A hub of which nothing is asked but where people are reached."""
    return bench_hub("sqlite:///none")


def _put(engine: Engine, hub: WatchedHub, number: int) -> None:
    """So many alerts, each to be told to a person of its own."""
    with writing(engine) as connection:
        for table in ("attempts", "delivery_alerts", "deliveries", "alerts"):
            connection.execute(text(f"DELETE FROM {table}"))
        alerts.raise_(connection, hub.name, ((f"C-{each}", Level.RED, NOW) for each in range(number)), NOW)
        for alert in connection.execute(select(alert_rows)).all():
            outbox.put(connection, Message(
                hub=hub.name, purpose=Purpose.ALERT, person=f"person-{alert.id}", channels=("sms",), level="red",
                short_ref=outbox.new_reference(connection), subject="1 RED", body=f"{alert.contact_id} is red",
                contacts=1, alert_ids=(alert.id,),
            ), NOW)  # fmt: skip


def _courier(engine: Engine, hub: WatchedHub, provider: Provider, **more: Any) -> Courier:
    return Courier(engine, {hub.name: hub}, {"sms": provider}, "bench", lambda: NOW, **more)


def test_own_time_a_message_is_short(report: Report, kind: str, engine: Engine, hub: WatchedHub) -> None:
    """One after the other, to a provider that takes no time.

    The limit is on what is computed. Beside it the whole time, in which the disk or the server twice makes sure of
    what it was given: before the call, and after it.
    """
    number, provider = 200, Provider(0)
    whole, computed = [], []
    for _ in range(RUNS):
        _put(engine, hub, number)
        courier = _courier(engine, hub, provider, senders=1)
        start = perf_counter()
        computed.append(processor_seconds(courier.deliver) / number)
        whole.append((perf_counter() - start) / number)
    assert provider.taken == RUNS * number
    report.add(Figure(f"a message of no time, computed, {kind} (raw: 5 ms)", computed, [_OWN_SECONDS], limit=1))
    report.add(Figure(f"a message of no time, with both commits, {kind} (raw: 5 ms)", whole, [_OWN_SECONDS]))


def test_a_thousand_messages_go_out_nearly_as_fast_as_the_provider_takes_them(
    report: Report, kind: str, engine: Engine, hub: WatchedHub
) -> None:
    """Beside the time in which so many senders would do it that do nothing but wait for the provider."""
    provider = Provider(_PROVIDER_SECONDS)
    courier = _courier(engine, hub, provider)
    _put(engine, hub, _MESSAGES)
    measured = seconds(courier.deliver)
    assert provider.taken == _MESSAGES
    ideal = _MESSAGES * _PROVIDER_SECONDS / courier.senders
    name = f"{_MESSAGES:,} messages of 100 ms by {courier.senders} senders, {kind} (raw: ideal)"
    report.add(Figure(name, [measured], [ideal], limit=1.5))


def test_an_idle_tick_asks_little(report: Report, kind: str, engine: Engine, hub: WatchedHub) -> None:
    """With messages on record that all went out."""
    _put(engine, hub, _MESSAGES)
    with writing(engine) as connection:
        connection.execute(deliveries.update().values(state="delivered", next_action_at=None))
        connection.execute(alert_rows.update().values(next_step_at=None))
    daemon = Daemon(engine, {hub.name: hub}, _courier(engine, hub, Provider(0)), lambda: NOW)
    daemon.tick()
    _rest(daemon)  # a new service first looks at its store, which here it does not find
    daemon.tick()
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    measured = [seconds(daemon.tick) for _ in range(RUNS)]
    _rest(daemon)
    queries = sum(not statement.startswith("BEGIN") for statement in asked) / RUNS
    report.add(Figure(f"idle tick, {kind}: {queries:g} queries, at most {_QUERIES} are promised", measured))
    assert queries <= _QUERIES, asked


def _rest(daemon: Daemon) -> None:
    threads = [daemon._mailroom.thread, *(watch.thread for watch in daemon._watches.values())]
    for thread in threads:
        if thread is not None:
            thread.join()
