"""A clock that ran ahead and is set right: nothing waits for the time that was wrong, and no report is left out."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Engine, event

from mash_monitor.service.acknowledge import by_contact
from mash_monitor.service.shift import Shift
from mash_monitor.state.database import writing
from mash_monitor.state.schema import services
from tests.faults.carrier import Killed
from tests.integration.service.scripted import UNKNOWN, Clock
from tests.integration.service.test_daemon import Process, run_slots
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

THURSDAY, FRIDAY, NOON = "2026-03-05 16:31", "2026-03-06 08:30", "2026-03-06 12:30"


DUE_AT_TWO = "2026-03-05 14:05"


def started(town: Town) -> Process:
    process = Process(town, clock=Clock(at(THURSDAY)))
    process.tick()
    return process


@contextmanager
def dying(engine: Engine, after: int) -> Iterator[None]:
    """The process dies before the commit that comes after so many others; what it starts, it does at once."""
    left = after

    def committing(_connection: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    event.listen(engine, "commit", committing)
    try:
        with suppress(Killed), pytest.MonkeyPatch.context() as patch:
            patch.setattr(Shift, "start", lambda _shift, _name, work: work())
            yield
    finally:
        event.remove(engine, "commit", committing)


def test_reports_made_ahead_of_their_time_are_made_again_at_the_right_one(town: Town) -> None:
    process = started(town)
    process.tick("2026-03-06 16:35")
    process.tick("2026-03-05 16:35")
    assert town.told_ops()[-1] == "the clock was set back by 24 h: 3 reports will be made again at the right time"
    assert max(run_slots(town)) == at("2026-03-05 16:30")
    town.council.add("C-1", "2026-03-05 12:00")
    process.tick(FRIDAY)
    assert run_slots(town)[at(FRIDAY)] == "done"
    assert town.open_alerts() == {"C-1": "red"}


def test_a_process_that_starts_after_the_clock_was_set_right_knows_it_too(town: Town) -> None:
    started(town).tick("2026-03-06 16:35")
    again = Process(town, clock=Clock(at("2026-03-05 16:40")))
    again.tick()
    again.tick(FRIDAY)
    assert run_slots(town)[at(FRIDAY)] == "done"


def test_a_process_that_died_ahead_of_time_leaves_no_sign_of_life_and_its_reports_come_again_all_the_same(
    town: Town,
) -> None:
    started(town).tick("2026-03-06 16:35")
    with writing(town.engine) as connection:
        connection.execute(services.update().values(last_tick_at=at(THURSDAY)))
    again = Process(town, clock=Clock(at("2026-03-05 16:40")))
    again.tick()
    again.tick(FRIDAY)
    assert run_slots(town)[at(FRIDAY)] == "done"


def test_a_process_that_starts_once_all_was_moved_back_moves_nothing_again(town: Town) -> None:
    town.council.add("C-1", DUE_AT_TWO)
    process = started(town)
    process.tick(FRIDAY)
    process.tick()
    process.tick("2026-03-06 07:31")
    told = town.told_ops()
    assert len([said for said in told if "set back" in said]) == 1
    Process(town, clock=Clock(at("2026-03-06 07:32"))).tick()
    assert town.told_ops() == told


def test_an_alert_whose_outcome_is_unknown_does_not_wait_for_the_time_that_was_wrong(town: Town) -> None:
    town.council.add("C-1", DUE_AT_TWO)
    process = started(town)
    process.tick(FRIDAY)
    process.channels["sms"].outcomes = [UNKNOWN]
    process.tick(NOON)
    process.tick("2026-03-06 12:30:30")
    sent = len(process.channels["sms"].sent)
    process.tick("2026-03-06 08:31")
    process.clock.now += 600
    process.tick()
    assert len(process.channels["sms"].sent) + len(process.channels["email"].sent) > sent
    assert "unknown" not in {row.state for row in town.messages("alert")[1:]}


def test_what_a_hub_did_that_is_no_longer_watched_is_not_taken_for_the_present(town: Town) -> None:
    process = Process(town, town.under(name="left"), clock=Clock(at(THURSDAY)))
    process.tick()
    process.tick(FRIDAY)
    process.tick()
    for when in ("2026-03-05 16:40", "2026-03-05 16:41"):
        Process(town, clock=Clock(at(when))).tick()
    assert len([said for said in town.told_ops() if "set back" in said]) == 1


def test_what_was_acknowledged_as_overdue_ahead_of_its_time_is_told_again_when_it_is_overdue(town: Town) -> None:
    town.council.add("C-1", DUE_AT_TWO)
    process = started(town)
    process.tick("2026-03-06 16:35")
    assert town.open_alerts() == {"C-1": "overdue"}
    by_contact(town.hub, town.engine, "C-1", "duty", process.clock.now)
    process.tick("2026-03-06 09:00")
    process.tick("2026-03-06 14:00")
    told = len(town.alerted())
    process.tick("2026-03-06 14:06")
    assert town.alerted()[told:] == [("duty", "overdue", 1), ("manager", "overdue", 1)]


def test_clocks_of_two_machines_that_differ_by_seconds_change_nothing(town: Town) -> None:
    process = started(town)
    process.tick("2026-03-06 08:30:20")
    other = Process(town.under(), clock=Clock(at("2026-03-06 08:29:50")))
    other.tick()
    assert run_slots(town)[at(FRIDAY)] == "done"
    assert town.told_ops() == []


@pytest.mark.parametrize("commits", range(4))
def test_a_process_that_dies_while_it_puts_the_records_right_leaves_no_report_unaccounted_for(
    town: Town, commits: int
) -> None:
    process = started(town)
    process.tick(FRIDAY)
    process.clock.now = at("2026-03-05 08:31")
    with dying(town.engine, commits):
        process.daemon.tick()
    Process(town, clock=Clock(at("2026-03-06 12:31"))).tick()
    came = town.hub.schedule.within(at(THURSDAY), at(NOON))
    assert run_slots(town).keys() >= {*came}
    assert run_slots(town)[at(NOON)] == "done"


@pytest.mark.parametrize("commits", range(8, 13))
def test_a_message_does_not_wait_for_a_wrong_time_at_which_a_process_began_and_died(town: Town, commits: int) -> None:
    town.council.add("C-1", "2026-03-05 16:20")
    process = started(town)
    process.channels["sms"].outcomes = [UNKNOWN]
    process.tick(NOON)
    process.tick("2026-03-06 12:30:30")
    wrong = Process(town, clock=Clock(at("2026-03-06 14:40")))
    with dying(town.engine, commits):
        wrong.daemon.tick()
    Process(town, clock=Clock(at("2026-03-06 12:41"))).tick()
    assert all(row.next_action_at <= at("2026-03-06 12:50") for row in town.messages("alert") if row.next_action_at)


def test_a_message_made_by_hand_at_a_wrong_time_does_not_wait_for_it_though_the_next_was_made_at_the_right_one(
    town: Town,
) -> None:
    town.council.add("C-1", DUE_AT_TWO)
    started(town)
    town.report("2026-03-07 12:31")
    town.report("2026-03-06 12:32")
    process = Process(town, clock=Clock(at("2026-03-06 12:33")))
    process.tick()
    process.tick("2026-03-06 12:33:30")
    assert {row.state for row in town.messages("alert")} <= {"accepted", "cancelled"}
    addresses = [envelope.address for envelope in process.channels["sms"].sent]
    assert sorted(addresses) == ["+447700900123", "+447700900456"]  # several are sent at once


def test_two_processes_that_see_the_clock_set_back_put_the_records_right_once(town: Town) -> None:
    process = started(town)
    other = Process(town, clock=process.clock)
    for each in (process, other):
        each.tick("2026-03-06 16:35")
    for each in (process, other):
        each.tick("2026-03-05 16:35")
    assert len([said for said in town.told_ops() if "set back" in said]) == 1


@pytest.mark.parametrize("again", ["2026-03-06 12:30:30", "2026-03-06 12:35"])
def test_a_process_that_stood_still_while_the_clock_went_to_and_fro_knows_what_is_accounted_for(
    town: Town, again: str
) -> None:
    """However short it stood still by its own clock."""
    process = started(town)
    process.tick(NOON)
    other = Process(town, clock=Clock(at("2026-03-05 16:35")))
    other.tick()
    process.tick(again)
    assert run_slots(town) == {at(THURSDAY[:-1] + "0"): "before", at(FRIDAY): "missed", at(NOON): "done"}
