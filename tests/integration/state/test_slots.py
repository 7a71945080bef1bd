"""Report slots as rows: each run by one process, none forgotten."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import Engine, select

from mash_monitor.state import slots
from mash_monitor.state.database import reading, writing
from mash_monitor.state.schema import slots as table
from mash_monitor.state.slots import Claim, FenceLost
from tests.integration.state.side_by_side import at_once

MORNING, NOON, EVENING, LEASE = 1000, 2000, 3000, 90


def states(engine: Engine) -> dict[int, str]:
    with reading(engine) as connection:
        return {row.slot_at: row.state for row in connection.execute(select(table).order_by(table.c.slot_at))}


@pytest.fixture
def due(engine: Engine) -> Engine:
    """A database in which the slot of the morning is due."""
    with writing(engine) as connection:
        slots.begin(connection, "hub", MORNING - 1000)
        slots.arrive(connection, "hub", [MORNING])
    return engine


def claim(engine: Engine, owner: str, now: int) -> Claim | None:
    with writing(engine) as connection:
        return slots.claim(connection, "hub", owner, now, LEASE)


def test_the_slot_before_the_service_first_ran_was_not_missed(engine: Engine) -> None:
    with writing(engine) as connection:
        assert slots.latest(connection, "hub") is None
        slots.begin(connection, "hub", MORNING)
        assert slots.latest(connection, "hub") == MORNING
        assert slots.claim(connection, "hub", "us", NOON, LEASE) is None
        assert slots.arrive(connection, "hub", []) == []
        assert slots.missed_since(connection, "hub", 0) == []


def test_a_due_slot_is_claimed_once_among_threads(due: Engine) -> None:
    claims = at_once(lambda number: claim(due, f"thread-{number}", MORNING))
    assert [held for held in claims if held is not None] == [Claim(MORNING, 1)]


def test_a_due_slot_is_claimed_once_among_processes(due: Engine) -> None:
    script = (
        "import json, sys; from sqlalchemy import make_url;"
        "from mash_monitor.state import slots; from mash_monitor.state.database import connect, writing\n"
        "engine = connect(make_url(sys.argv[1])); sys.stdin.read()\n"
        "with writing(engine) as connection: print(json.dumps(slots.claim(connection, 'hub', sys.argv[2], 1000, 90)))"
    )
    url = due.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", script, url]
    running = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(3)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.close()  # all wait until the last one is there
        process.stdin = None
    claims = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    assert sorted(map(str, claims)) == ["None", "None", f"[{MORNING}, 1]"]


def test_a_finished_slot_is_done_and_not_run_again(due: Engine) -> None:
    held = claim(due, "us", MORNING)
    assert held is not None
    with writing(due) as connection:
        assert slots.renew(connection, "hub", held, MORNING + 500)
        slots.finish(connection, "hub", held, MORNING + 5)
    assert states(due)[MORNING] == "done"
    assert claim(due, "them", MORNING + 1000) is None
    with writing(due) as connection:
        assert not slots.renew(connection, "hub", held, MORNING + 500)


def test_a_slot_whose_runner_died_is_taken_over_and_the_old_fence_is_refused(due: Engine) -> None:
    old = claim(due, "us", MORNING)
    assert claim(due, "them", MORNING + LEASE) is None
    new = claim(due, "them", MORNING + LEASE + 1)
    assert (old, new) == (Claim(MORNING, 1), Claim(MORNING, 2))
    assert old is not None
    assert new is not None
    with writing(due) as connection:
        assert not slots.renew(connection, "hub", old, MORNING + 500)
        slots.release(connection, "hub", old)
    assert states(due)[MORNING] == "running"
    with pytest.raises(FenceLost), writing(due) as connection:
        slots.finish(connection, "hub", old, MORNING + 100)
    with writing(due) as connection:
        slots.finish(connection, "hub", new, MORNING + 100)


def test_a_slot_given_back_is_run_again(due: Engine) -> None:
    held = claim(due, "us", MORNING)
    assert held is not None
    with writing(due) as connection:
        slots.release(connection, "hub", held)
    assert claim(due, "them", MORNING + 1) == Claim(MORNING, 2)


def test_of_several_slots_that_have_come_the_newest_is_due_and_the_others_were_missed(due: Engine) -> None:
    with writing(due) as connection:
        assert slots.arrive(connection, "hub", [NOON, EVENING]) == [MORNING, NOON]
        assert slots.missed_since(connection, "hub", NOON) == [NOON]
    assert states(due) == {0: "before", MORNING: "missed", NOON: "missed", EVENING: "due"}
    assert claim(due, "us", EVENING) == Claim(EVENING, 1)


def test_slots_are_accounted_for_by_one_process_only(due: Engine) -> None:
    def account(_number: int) -> list[int]:
        with writing(due) as connection:
            return slots.arrive(connection, "hub", [NOON, EVENING])

    assert sorted(at_once(account, times=3)) == [[], [], [MORNING, NOON]]
    assert states(due)[EVENING] == "due"


def test_who_comes_a_slot_later_than_another_process_misses_only_what_is_left(due: Engine) -> None:
    with writing(due) as connection:
        assert slots.arrive(connection, "hub", [NOON]) == [MORNING]
        assert slots.arrive(connection, "hub", [NOON, EVENING]) == [NOON]
    assert states(due) == {0: "before", MORNING: "missed", NOON: "missed", EVENING: "due"}


def test_who_comes_a_slot_earlier_than_another_process_adds_nothing(due: Engine) -> None:
    with writing(due) as connection:
        assert slots.arrive(connection, "hub", [NOON, EVENING]) == [MORNING, NOON]
        assert slots.arrive(connection, "hub", [NOON]) == []
    assert states(due)[EVENING] == "due"


def test_each_hub_has_slots_of_its_own(due: Engine) -> None:
    with writing(due) as connection:
        assert slots.claim(connection, "other", "us", MORNING, LEASE) is None
