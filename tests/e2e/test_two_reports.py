"""Left alone over two report slots of a real clock: two reports, whatever dies in between and runs beside.

Two real minutes at most, for both databases at once. Alone: pytest -m realtime; without: -m "not realtime".
"""

import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.program import Program, ago
from tests.e2e.service import CONTACTS, config, log_lines, quiet_zone, rows, running, summaries, terminate, until

_LEAD = 8
"""Seconds that a service needs at most to stand ready before the first slot."""


@pytest.mark.realtime
@pytest.mark.timeout(250)
def test_two_slots_report_twice_though_a_service_is_killed_between_and_another_runs_beside(
    tmp_path: Path, postgres_url: str
) -> None:
    """It mostly waits, beside the tests of the other workers."""
    folder = tmp_path
    first = (int(time.time()) + _LEAD) // 60 * 60 + 60
    slots = [first, first + 60]
    hubs = [
        _hub(folder / "sqlite", slots),
        _hub(folder / "postgresql", slots).with_environment(MASH_STATE__URL=postgres_url),
    ]
    for hub in hubs:
        assert hub.run("db", "upgrade").code == 0
    with ExitStack() as all_of_them:
        killed = [all_of_them.enter_context(running(hub)) for hub in hubs]
        for hub, process in zip(hubs, killed, strict=True):
            until(partial(_has_settled, hub, 1), seconds=100)
            process.kill()
            process.wait()
        assert time.time() < slots[1], "the kill has to come between the slots"
        pairs = [[all_of_them.enter_context(running(hub)) for _ in range(2)] for hub in hubs]
        for hub in hubs:
            until(partial(_has_settled, hub, 2), seconds=100)
        time.sleep(3)  # three ticks, in which a second process would add what it adds
        for hub, pair in zip(hubs, pairs, strict=True):
            assert hub.run("health").code == 0
            assert [terminate(process) for process in pair] == [0, 0]
            assert _has_settled(hub, 2)
            assert len(summaries(hub)) == 2
            assert rows(hub, "SELECT slot_at, state FROM slots ORDER BY slot_at")[1:] == [
                (slot, "done") for slot in slots
            ]
            alerts = rows(hub, "SELECT purpose, level, state FROM deliveries WHERE purpose <> 'summary'")
            assert alerts == [("alert", "overdue", "shown")]
            reports = [line["slot"] for line in log_lines(hub) if line["event"] == "report"]
            assert reports == slots
            assert hub.run("audit", "verify").code == 0


def _hub(folder: Path, slots: list[int]) -> Program:
    """A hub with one contact long overdue, and reports at these instants, which are whole minutes."""
    noon = timedelta(hours=12 - datetime.now(UTC).hour)
    times = [(datetime.fromtimestamp(slot, UTC) + noon).strftime("%H:%M") for slot in slots]
    program = Program.made(folder, config(timezone=f'"{quiet_zone()}"', reports=str(times).replace("'", '"')))
    program.write("a.csv", f"{CONTACTS}C-1,P1,{ago(days=3)},6,Nan Canary,Jane Canary,Triage\n")
    program.json("import", "a.csv")
    return program


def _has_settled(hub: Program, reports: int) -> bool:
    return [state for _, state in summaries(hub)].count("shown") == reports
