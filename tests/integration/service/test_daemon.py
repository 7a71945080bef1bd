"""The daemon, tick by tick: slots run once and are never forgotten, and nothing that hangs stops the rest."""

import threading
from pathlib import Path

import pytest
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import Engine

from mash_monitor.contacts import StoreUnavailable
from mash_monitor.service.daemon import Daemon, instance_name
from mash_monitor.service.deliver import Courier
from mash_monitor.service.health import troubles
from mash_monitor.state import services
from mash_monitor.state import slots as slot_rows
from mash_monitor.state.database import reading, writing
from mash_monitor.state.hubs import seen
from mash_monitor.state.schema import hubs, slots
from tests.integration.service.scripted import Clock, Scripted
from tests.integration.service.test_stores_in_trouble import silent_server
from tests.integration.service.town import Council, Town
from tests.unit.domain.hubs import at

THURSDAY, FRIDAY, NOON, LATE = "2026-03-05 16:30", "2026-03-06 08:30", "2026-03-06 12:30", "2026-03-06 16:30"
DUE_FRIDAY = "2026-03-05 14:05"


class Process:
    """One process of the service, ticking when told to."""

    def __init__(self, *towns: Town, clock: Clock, watch_every: int | None = None) -> None:
        town = towns[0]
        self.town, self.clock = town, clock
        self.channels = {"sms": Scripted("sms"), "email": Scripted("email")}
        hubs = {each.name: each.hub for each in towns}
        courier = Courier(town.engine, hubs, self.channels, instance_name(), clock)
        self.daemon = Daemon(town.engine, hubs, courier, clock, watch_every=watch_every)

    def tick(self, when: str | None = None) -> None:
        """One tick, and all that it started."""
        if when is not None:
            self.clock.now = at(when)
        self.daemon.tick()
        self.rest()

    def rest(self) -> None:
        for watch in self.daemon._watches.values():
            if watch.thread is not None:
                watch.thread.join()
        if self.daemon._mailroom.thread is not None:
            self.daemon._mailroom.thread.join()


@pytest.fixture
def process(town: Town) -> Process:
    """A service that first ran on Thursday evening, with one contact in its hub."""
    town.council.add("C-1", DUE_FRIDAY)
    made = Process(town, clock=Clock(at("2026-03-05 16:31")))
    made.tick()
    return made


def run_slots(town: Town) -> dict[int, str]:
    return {row.slot_at: row.state for row in town.rows(slots, slots.c.hub == town.name)}


def trouble(town: Town, when: str) -> list[str]:
    with reading(town.engine) as connection:
        return list(troubles(connection, [town.name], at(when)))


# slots


def test_a_first_start_runs_no_report_that_was_before_it(process: Process) -> None:
    assert run_slots(process.town) == {at(THURSDAY): "before"}
    assert process.town.messages() == []


def test_a_new_service_looks_at_once_where_the_last_look_was_before_the_report_that_it_did_not_run(town: Town) -> None:
    town.report("2026-03-06 08:00")  # by hand, when it was set up
    town.council.add("C-1", DUE_FRIDAY)
    process = Process(town, clock=Clock(at("2026-03-06 12:40")))
    process.tick()
    assert town.alerted() == [("duty", "red", 1)]
    looked = last_look(town)
    process.tick("2026-03-06 12:40:30")
    assert last_look(town) == looked == at("2026-03-06 12:40")


def last_look(town: Town) -> int | None:
    with reading(town.engine) as connection:
        return seen(connection, town.name).last_look_at


def test_a_service_that_starts_at_the_second_of_a_slot_runs_it(town: Town) -> None:
    process = Process(town, clock=Clock(at(FRIDAY)))
    process.tick()
    process.tick()
    assert run_slots(town) == {at(THURSDAY): "before", at(FRIDAY): "done"}


def test_each_slot_is_run_once_however_often_two_processes_tick(process: Process) -> None:
    town, second = process.town, Process(process.town.under(), clock=process.clock)
    for when in (FRIDAY, "2026-03-06 08:30:30", NOON, "2026-03-06 12:30:30"):
        process.clock.now = at(when)
        ticks = [threading.Thread(target=each.daemon.tick) for each in (process, second)]
        for tick in ticks:
            tick.start()
        for tick in ticks:
            tick.join()
        process.rest()
        second.rest()
    process.tick("2026-03-06 12:31")  # for what the second process left to the next tick
    second.tick()
    assert run_slots(town) == {at(THURSDAY): "before", at(FRIDAY): "done", at(NOON): "done"}
    assert [row.created_at for row in town.messages("summary")] == [at(FRIDAY), at(NOON)]
    assert town.alerted() == [("duty", "red", 1)]
    sent = [*process.channels["sms"].sent, *second.channels["sms"].sent]
    assert len(sent) == 1


def test_after_a_pause_the_newest_slot_runs_and_says_that_it_is_late(process: Process) -> None:
    process.tick("2026-03-06 12:47")
    town = process.town
    assert run_slots(town) == {at(THURSDAY): "before", at(FRIDAY): "missed", at(NOON): "done"}
    assert town.told_ops() == ["1 report missed, the service was not running: 08:30"]
    (summary,) = town.messages("summary")
    assert summary.body.startswith("Hereford MASH 12:47: late for 12:30, ")
    assert summary.subject.startswith("Hereford MASH 12:47 (late): ")


def test_missed_slots_are_told_once_though_two_processes_account_for_them(process: Process) -> None:
    second = Process(process.town.under(), clock=process.clock)
    process.clock.now = at("2026-03-09 12:31")
    ticks = [threading.Thread(target=each.daemon.tick) for each in (process, second)]
    for tick in ticks:
        tick.start()
    for tick in ticks:
        tick.join()
    process.rest()
    second.rest()
    (told,) = process.town.told_ops()
    assert told == (
        "10 reports missed, the service was not running: Sat 12:30, Sat 16:30, Sun 08:30, Sun 12:30, Sun 16:30, 08:30 "
        "and 4 before"
    )


@pytest.mark.parametrize("start", ["2026-03-28 16:31", "2026-10-24 16:31"])
def test_both_clock_changes_leave_three_reports_a_day_at_their_local_times(town: Town, start: str) -> None:
    process = Process(town, clock=Clock(at(start)))
    process.tick()
    for _ in range(100):  # 50 hours: two days, one of which may have 25
        process.clock.now += 1800
        process.tick()
    day = start[:8] + f"{int(start[8:10]) + 1:02}"
    done = [slot for slot, state in run_slots(town).items() if state == "done"]
    assert done[:3] == [at(f"{day} {time}") for time in ("08:30", "12:30", "16:30")]
    assert len(done) == 6
    assert "missed" not in run_slots(town).values()


def test_a_slot_whose_runner_died_is_run_by_another_after_the_lease(process: Process) -> None:
    town = process.town
    process.clock.now = at(FRIDAY)
    with writing(town.engine) as connection:
        slot_rows.arrive(connection, town.name, [at(FRIDAY)])
        connection.execute(slots.update().where(slots.c.state == "due").values(
            state="running", owner="dead", fence=1, lease_until=at(FRIDAY) + 90
        ))  # fmt: skip
    process.tick("2026-03-06 08:31:30")
    assert run_slots(town)[at(FRIDAY)] == "running"
    process.tick("2026-03-06 08:31:31")
    assert run_slots(town)[at(FRIDAY)] == "done"


def test_a_report_that_fails_gives_its_slot_back_and_is_run_at_the_next_tick(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mash_monitor.service import passes

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(passes, "report", fail)
        process.tick(FRIDAY)
        assert run_slots(process.town)[at(FRIDAY)] == "due"
        process.tick("2026-03-06 08:30:30")
        assert trouble(process.town, "2026-03-06 08:30:30") == ["the last tick failed: hereford: RuntimeError"]
    process.tick("2026-03-06 08:31")
    process.tick("2026-03-06 08:31:30")
    assert run_slots(process.town)[at(FRIDAY)] == "done"
    assert trouble(process.town, "2026-03-06 08:31:30") == []


# between reports


def test_the_tick_raises_overdue_and_climbs_the_ladder_between_reports(process: Process) -> None:
    process.tick(NOON)
    process.tick("2026-03-06 14:05")
    assert process.town.open_alerts() == {"C-1": "red"}
    process.tick("2026-03-06 14:05:30")
    assert process.town.open_alerts() == {"C-1": "overdue"}
    process.tick("2026-03-06 14:06")
    assert {envelope.address for envelope in process.channels["sms"].sent[-2:]} == {"+447700900123", "+447700900456"}


def test_with_watch_every_red_is_raised_between_reports(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    process = Process(town, clock=Clock(at("2026-03-06 08:00")), watch_every=900)
    for when in ("2026-03-06 08:00", FRIDAY, "2026-03-06 10:00", "2026-03-06 10:14"):
        process.tick(when)
    assert town.open_alerts() == {}
    process.tick("2026-03-06 10:15")
    assert town.open_alerts() == {"C-1": "red"}


def test_a_store_that_did_not_answer_at_a_report_is_looked_at_again_before_the_next(process: Process) -> None:
    """What came while it was lost could breach before the next report, and nobody would have seen it."""
    council = process.town.council
    council.add("C-2", "2026-03-05 16:40")
    council.run("ALTER TABLE contacts RENAME TO elsewhere")
    process.tick("2026-03-06 12:30")
    process.tick("2026-03-06 12:31")
    assert process.town.alarms() != []
    council.run("ALTER TABLE elsewhere RENAME TO contacts")
    process.tick("2026-03-06 12:35")
    assert "C-2" not in process.town.open_alerts()
    process.tick("2026-03-06 12:36")
    assert process.town.open_alerts()["C-2"] == "red"
    assert process.town.alarms() == []
    (seen,) = {row.last_look_at for row in process.town.rows(hubs)}
    process.tick("2026-03-06 12:50")  # and all is as it was: the next look is the next report's
    assert {row.last_look_at for row in process.town.rows(hubs)} == {seen}


# what hangs


def test_a_store_that_hangs_stops_neither_the_tick_nor_another_hub_nor_delivery(town: Town, tmp_path: Path) -> None:
    with silent_server() as port:
        stuck = town.under(name="stuck", url=f"postgresql+psycopg://reader@127.0.0.1:{port}/contacts", patience=1)
        town.council.add("C-1", DUE_FRIDAY)
        clock = Clock(at("2026-03-06 12:00"))
        process = Process(town, stuck, clock=clock)
        process.tick()
        clock.now = at(NOON)
        process.daemon.tick()
        held = process.daemon._watches["stuck"].thread
        assert held is not None
        process.daemon._watches[town.name].thread.join()  # type: ignore[union-attr]
        process.daemon._mailroom.thread.join()  # type: ignore[union-attr]
        assert held.is_alive()
        assert run_slots(town)[at(NOON)] == "done"
        clock.now += 30
        process.daemon.tick()
        process.daemon._mailroom.thread.join()  # type: ignore[union-attr]
        assert [envelope.address for envelope in process.channels["sms"].sent] == ["+447700900123"]
        with reading(town.engine) as connection:
            newest = services.newest(connection)
        assert newest is not None
        assert newest.last_tick_at == at(NOON) + 30
        process.rest()
    assert {row.hub: row.state for row in town.rows(slots, slots.c.slot_at == at(NOON))} == {
        "hereford": "done",
        "stuck": "done",
    }


def test_a_channel_that_hangs_stops_neither_the_tick_nor_the_reports(process: Process) -> None:
    let_go = threading.Event()

    def hang(_: object) -> None:
        let_go.wait(30)

    process.channels["sms"].before = hang
    process.tick(FRIDAY)
    process.clock.now = at(NOON)
    process.daemon.tick()
    process.daemon._watches[process.town.name].thread.join()  # type: ignore[union-attr]
    process.clock.now += 30
    process.daemon.tick()
    process.daemon._watches[process.town.name].thread.join()  # type: ignore[union-attr]
    assert run_slots(process.town)[at(NOON)] == "done"
    process.clock.now += 30
    process.daemon.tick()
    let_go.set()
    process.rest()
    assert len(process.channels["sms"].sent) == 1


# its end


def test_a_service_that_is_stopped_gives_up_what_is_in_flight_as_unknown(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mash_monitor.service.daemon._STOP_SECONDS", 0.1)
    town.council.add("C-1", DUE_FRIDAY)
    process = Process(town, clock=Clock(at("2026-03-06 09:00")))
    process.tick()
    in_flight, let_go = threading.Event(), threading.Event()

    def hang(_: object) -> None:
        in_flight.set()
        let_go.wait(30)

    process.channels["sms"].before = hang
    town.report(NOON)
    process.clock.now = at(NOON)
    thread = threading.Thread(target=process.daemon.run, daemon=True)
    thread.start()
    assert in_flight.wait(10)
    process.daemon.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert [(row.state, row.code) for row in town.messages("alert")] == [("unknown", "stopped")]
    assert trouble(town, "2026-03-06 12:31")[0].startswith("the service was stopped")
    let_go.set()
    process.rest()
    assert [row.state for row in town.messages("alert")] == ["unknown"]


@pytest.mark.parametrize("when", ["before it runs", "while it starts"])
def test_a_stop_that_comes_before_the_scheduler_runs_is_heard(
    town: Town, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(town, clock=Clock(at(NOON)))
    if when == "before it runs":
        process.daemon.stop()
    else:
        start = BlockingScheduler.start

        def stop_and_start(scheduler: BlockingScheduler) -> None:
            process.daemon.stop()
            start(scheduler)

        monkeypatch.setattr(BlockingScheduler, "start", stop_and_start)
    thread = threading.Thread(target=process.daemon.run, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert process.daemon._shift.over


# health


def test_health_tells_a_service_that_never_ran_died_or_left_a_report_undone(town: Town) -> None:
    assert trouble(town, NOON) == ["the service has never run on this database; start it with: mash-monitor run"]
    process = Process(town, clock=Clock(at("2026-03-06 12:00")))
    process.tick()
    assert trouble(town, "2026-03-06 12:01") == []
    assert trouble(town, "2026-03-06 12:10")[0].startswith("the service has shown no sign of life for 10 min")
    with writing(town.engine) as connection:
        slot_rows.arrive(connection, town.name, [at(NOON)])
    assert trouble(town, "2026-03-06 12:41")[-1] == "hereford: a report is 11 minutes late"


def test_a_store_that_is_misconfigured_is_trouble_and_no_crash(engine: Engine, tmp_path: Path) -> None:
    council = Council(f"sqlite:///{tmp_path}/theirs.db", "CREATE TABLE something (else_entirely {time})")
    town = Town(engine, council, tmp_path)
    process = Process(town, clock=Clock(at("2026-03-06 12:00")))
    process.tick()
    process.tick(NOON)
    assert run_slots(town)[at(NOON)] == "done"
    assert town.alarms() == ["store"]
    with pytest.raises(StoreUnavailable, match="no table contacts"):
        town.hub.store.read(lambda store: store.contacts(["C-1"], at(NOON)))


def test_an_auditor_that_fails_stops_no_report_and_is_seen(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise LookupError("no such day")

    monkeypatch.setattr("mash_monitor.service.daemon.auditor.inspect", fails)
    process.tick(FRIDAY)
    assert run_slots(process.town)[at(FRIDAY)] == "done"
    assert trouble(process.town, FRIDAY) == ["the last tick failed: audit: LookupError"]


def test_replies_are_heard_though_a_message_cannot_be_dealt_with(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Listener:
        heard = 0

        def collect(self, _now: int) -> int:
            self.heard += 1
            return 0

    def breaks(_courier: object, _stopping: object) -> int:
        raise LookupError("no such channel")

    secretary = Listener()
    process.daemon._mailroom.secretary = secretary  # type: ignore[assignment]
    monkeypatch.setattr(Courier, "deliver", breaks)
    process.tick("2026-03-05 16:32")
    assert secretary.heard == 1
