"""The auditor: whatever breaks a promise is found in the records, told to ops, and told to be over."""

from typing import Any

import pytest
from sqlalchemy import delete, event, update

from mash_monitor.channels.base import Outcome, Result
from mash_monitor.service import auditor
from mash_monitor.service.health import troubles
from mash_monitor.service.hub import Recipients
from mash_monitor.service.positions import as_of_now
from mash_monitor.service.upkeep import plan_maintenance
from mash_monitor.state import alarms
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Message, Purpose, put
from mash_monitor.state.oversight import Amiss
from mash_monitor.state.schema import alerts, deliveries, ledger, slots
from tests.integration.service.scripted import REFUSED, REJECTED, Clock
from tests.integration.service.test_daemon import Process
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

DUE_FRIDAY = "2026-03-05 14:05"
NOON, LATER = "2026-03-06 12:30", "2026-03-06 12:36"
LONG_UP = at("2026-03-01 12:00")


@pytest.fixture
def told(town: Town) -> Process:
    """A service that has told duty of one red contact."""
    town.council.add("C-1", DUE_FRIDAY)
    process = Process(town, clock=Clock(at("2026-03-06 08:31")))
    process.tick()
    process.tick("2026-03-06 08:31:30")
    process.tick(NOON)
    process.tick("2026-03-06 12:30:30")
    return process


def amiss(town: Town, when: str) -> dict[Amiss, int]:
    with reading(town.engine) as connection:
        seen = auditor.inspect(connection, {town.name: town.hub}, at(when), up_since=LONG_UP)
    return {what: number for (_, what), number in seen.found.items()}


def test_where_every_promise_is_kept_nothing_is_found(told: Process) -> None:
    assert told.town.open_alerts() == {"C-1": "red"}
    assert amiss(told.town, LATER) == {}


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (update(alerts).values(ended_at=1, next_step_at=None), {Amiss.UNALERTED: 1}),
        (update(alerts).values(level="overdue"), {Amiss.UNALERTED: 1}),
        (update(ledger).values(overdue_at=at(NOON), next_change_at=at(NOON)), {Amiss.UNRAISED: 1}),
        (update(alerts).values(next_step_at=at(NOON)), {Amiss.UNSPOKEN: 1}),
        (update(deliveries).values(state="pending", next_action_at=at(NOON)), {Amiss.UNSENT: 2}),
        (update(deliveries).values(state="sending", next_action_at=at(NOON)), {Amiss.UNSENT: 2}),
        (update(deliveries).values(state="failed", next_action_at=None), {Amiss.UNHEARD: 1}),
        (update(deliveries).values(state="unknown", next_action_at=None), {Amiss.UNHEARD: 1}),
        (update(deliveries).values(state="cancelled", next_action_at=None), {Amiss.UNHEARD: 1}),
        (update(deliveries).values(state="undelivered", purpose="ops"), {Amiss.UNHEARD: 1, Amiss.OPS: 2}),
        (update(slots).where(slots.c.slot_at == at(NOON)).values(state="due", slot_at=at("2026-03-06 12:20")),
         {Amiss.UNREPORTED: 1}),
    ],
)  # fmt: skip
def test_a_broken_promise_is_found(told: Process, broken: Any, found: dict[Amiss, int]) -> None:
    with writing(told.town.engine) as connection:
        connection.execute(broken)
    assert amiss(told.town, LATER) == found


def test_a_report_that_nobody_accounted_for_is_found(told: Process) -> None:
    with writing(told.town.engine) as connection:
        connection.execute(delete(slots).where(slots.c.slot_at == at(NOON)))
    assert amiss(told.town, "2026-03-06 12:39") == {}
    assert amiss(told.town, "2026-03-06 12:41") == {Amiss.UNREPORTED: 1}


def test_what_is_acknowledged_parked_or_dated_is_not_amiss(told: Process) -> None:
    town = told.town
    for fine in (
        update(alerts).values(acknowledged_at=at(NOON), next_step_at=None),
        update(alerts).values(acknowledged_at=None, next_step_at=at("2026-03-06 12:40")),
    ):
        with writing(town.engine) as connection:
            connection.execute(update(deliveries).values(state="failed", next_action_at=None))
            connection.execute(fine)
        assert amiss(town, LATER) == {}
    with writing(town.engine) as connection:
        connection.execute(update(alerts).values(ended_at=at(NOON), next_step_at=None))
        connection.execute(update(ledger).values(parked_until=at("2026-03-07 12:30")))
    assert amiss(town, LATER) == {}


def test_a_service_that_has_just_woken_is_not_blamed_for_what_it_slept_through(told: Process) -> None:
    with writing(told.town.engine) as connection:
        connection.execute(update(alerts).values(next_step_at=at(NOON)))
    with reading(told.town.engine) as connection:
        seen = auditor.inspect(connection, {told.town.name: told.town.hub}, at(LATER), up_since=at(LATER) - 30)
    assert seen.well


def test_what_is_amiss_is_told_to_ops_once_seen_on_every_view_and_told_to_be_over(
    told: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, clock = told.town, told.clock
    told.daemon.dead_man = "http://outside.example/hub"
    pinged: list[str] = []
    monkeypatch.setattr("mash_monitor.service.daemon.ping", pinged.append)
    with writing(town.engine) as connection:
        connection.execute(update(alerts).values(ended_at=at(NOON), next_step_at=None))
    for _ in range(12):
        clock.now += 30
        told.tick()
    found = "1 open contact is red or overdue without an alert"
    assert town.told_ops() == [f"{found}; see mash-monitor health and outbox"]
    assert any(found in notice for notice in as_of_now(town.hub, town.engine, clock.now).notices)
    with reading(town.engine) as connection:
        assert any(found in trouble for trouble in troubles(connection, [town.name], clock.now))
    assert pinged == []
    assert town.alarms() == [Amiss.UNALERTED]
    with writing(town.engine) as connection:
        connection.execute(update(alerts).values(ended_at=None))
    clock.now += 30
    told.tick()
    assert town.told_ops()[1:] == ["over: open contacts are red or overdue without an alert"]
    told.tick()
    assert pinged


def test_ops_hears_by_a_channel_that_works(told: Process) -> None:
    town = told.town
    object.__setattr__(town.hub, "ops", Recipients(("ops",), ("email", "sms")))
    town.people = {**town.people, ("ops", "sms"): "+447700900999"}
    told.channels["email"].outcomes = [Outcome(Result.UNKNOWN, code="timeout")]
    town.council.add("C-2", None)
    told.tick("2026-03-06 16:30")
    with writing(town.engine) as connection:
        connection.execute(update(deliveries).where(deliveries.c.purpose == "summary").values(state="unknown"))
        connection.execute(update(alerts).values(ended_at=at(NOON), next_step_at=None))
    told.tick("2026-03-06 16:30:30")
    told.tick("2026-03-06 16:31")
    assert [row.channel for row in town.messages("ops")] == ["sms"]


def nobody_reaches_ops(process: Process) -> None:
    """A message to `ops` is lost, and so is the one that says so."""
    process.channels["email"].outcomes = [REJECTED] * 3
    process.town.report(NOON)  # the summary is lost too, and `ops` is to hear of it
    for _ in range(3):
        process.clock.now += 30
        process.tick()


def test_that_ops_was_not_reached_is_told_again_until_somebody_is(told: Process) -> None:
    nobody_reaches_ops(told)
    lost = len(told.town.told_ops())
    assert {row.state for row in told.town.messages("ops")} == {"failed"}
    assert told.town.alarms() == [Amiss.OPS]
    for _ in range(22):
        told.clock.now += 30
        told.tick()
    assert told.town.told_ops()[lost:] == [
        "2 messages to ops did not arrive, the last ones; see mash-monitor health and outbox"
    ]
    assert told.town.alarms() == [Amiss.OPS]
    for _ in range(10):
        told.clock.now += 30
        told.tick()
    assert told.town.alarms() == []
    assert told.town.told_ops()[lost + 1 :] == ["over: messages to ops did not arrive, the last ones"]


def test_that_ops_was_not_reached_is_not_over_while_the_next_message_is_only_on_its_way(told: Process) -> None:
    nobody_reaches_ops(told)
    told.channels["email"].outcomes = [REFUSED] * 30
    for _ in range(80):
        told.clock.now += 30
        told.tick()
    assert told.town.alarms() == [Amiss.OPS]
    assert not [said for said in told.town.told_ops() if said.startswith("over")]


def test_that_ops_of_another_hub_was_not_reached_changes_nothing(told: Process) -> None:
    town = told.town
    last = town.messages()[-1].id
    with writing(town.engine) as connection:
        connection.execute(update(deliveries).values(state="failed", purpose="ops"))
        connection.execute(update(deliveries).where(deliveries.c.id == last).values(state="pending"))
        alarms.raise_(connection, "another", Amiss.OPS.value, "nobody hears", at(NOON))
        put(connection, Message("another", Purpose.OPS, "ops", ("email",), "nobody hears", "nobody hears"), at(NOON))
    assert Amiss.OPS not in amiss(town, LATER)
    with writing(town.engine) as connection:
        alarms.raise_(connection, town.name, Amiss.OPS.value, "nobody hears", at(NOON))
    assert Amiss.OPS in amiss(town, LATER)


def test_during_maintenance_nobody_is_told_again(told: Process) -> None:
    nobody_reaches_ops(told)
    lost = len(told.town.told_ops())
    until = told.clock.now + 3600
    plan_maintenance(told.town.hub, told.town.engine, until, reason="move", by="ops", now=told.clock.now)
    for _ in range(30):
        told.clock.now += 60
        told.tick()
    assert len(told.town.told_ops()) == lost
    assert told.town.alarms() == [Amiss.OPS]


def test_a_tick_with_nothing_to_do_asks_the_database_three_times(told: Process) -> None:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    told.tick("2026-03-06 12:39:30")
    event.listen(told.town.engine, "before_cursor_execute", note)
    told.tick("2026-03-06 12:40")
    questions = [statement for statement in said if not statement.startswith("BEGIN")]
    assert len(questions) == 3, questions
