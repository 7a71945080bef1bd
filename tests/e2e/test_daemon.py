"""The service as a process: what it catches up, what a second one beside it adds, and how it ends."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.program import Program, ago
from tests.e2e.service import (
    CONTACTS,
    config,
    log_lines,
    rows,
    running,
    summaries,
    terminate,
    until,
    was_down_since,
)
from tests.fakes.server import Answer
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio
from tests.fakes.twilio_answers import hang, silent

_DAY = 86_400


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """A hub with one contact long overdue, whose state is on either database."""
    program = Program.made(tmp_path, config())
    if request.param == "postgresql":
        program = program.with_environment(MASH_STATE__URL=request.getfixturevalue("postgres_url"))
    program.write("a.csv", f"{CONTACTS}C-1,P1,{ago(days=3)},6,Nan Canary,Jane Canary,Triage\n")
    program.json("import", "a.csv")
    return program


def test_after_downtime_the_newest_report_runs_once_though_two_processes_saw_it_and_ops_hear_of_the_others(
    hub: Program,
) -> None:
    was_down_since(hub, int(time.time()) - 2 * _DAY)
    with running(hub) as one, running(hub) as other:
        until(lambda: [state for _, state in summaries(hub)] == ["shown"])
        until(lambda: rows(hub, "SELECT 1 FROM deliveries WHERE purpose = 'ops' AND state = 'shown'"))
        assert hub.run("health").out == "well\n"
        assert (terminate(one), terminate(other)) == (0, 0)
    slots = rows(hub, "SELECT state FROM slots ORDER BY slot_at")
    assert slots[0] == ("before",)
    assert slots[-1] == ("done",)
    assert {state for (state,) in slots[1:-1]} == {"missed"}
    assert len(summaries(hub)) == 1
    told = rows(hub, "SELECT purpose, level, body FROM deliveries WHERE purpose <> 'summary' ORDER BY purpose")
    assert [(purpose, level) for purpose, level, _ in told] == [("alert", "overdue"), ("ops", None)]
    assert f"{len(slots) - 2} reports missed, the service was not running" in told[1][2]
    assert "late" in rows(hub, "SELECT body FROM deliveries WHERE purpose = 'summary'")[0][0]
    stopped = hub.run("health")
    assert stopped.code == 1
    assert "was stopped" in stopped.out
    events = [line["event"] for line in log_lines(hub)]
    assert (events.count("started"), events.count("report"), events.count("stopped")) == (2, 1, 2)
    assert hub.run("audit", "verify").code == 0
    assert "Canary" not in (hub.folder / "out.log").read_text(encoding="utf-8")


def test_a_service_on_an_empty_place_raises_the_alarm_about_the_store_and_is_well(tmp_path: Path) -> None:
    program = Program.made(tmp_path, config())
    was_down_since(program, int(time.time()) - _DAY)
    with running(program) as process:
        until(lambda: rows(program, "SELECT 1 FROM deliveries WHERE purpose = 'summary' AND state = 'shown'"))
        assert program.run("health").code == 0
        said = program.run("summary").out
        assert terminate(process) == 0
    assert "CONTACT STORE NOT SEEN YET" in said
    assert rows(program, "SELECT kind FROM alarms WHERE ended_at IS NULL") == [("store",)]


def test_a_service_that_has_never_run_is_not_well(program: Program) -> None:
    ended = program.run("health")
    assert (ended.code, ended.err) == (1, "")
    assert "start it with: mash-monitor run" in ended.out


def test_a_service_whose_database_is_behind_says_which_command_helps_and_does_not_start(
    program: Program, postgres_url: str
) -> None:
    on_postgres = program.with_environment(MASH_STATE__URL=postgres_url)
    said = on_postgres.refused("run")
    assert "has no tables yet; run: mash-monitor db upgrade" in said
    assert on_postgres.run("db", "status").out.startswith("absent: ")
    assert on_postgres.run("db", "upgrade").code == 0
    assert on_postgres.run("db", "status").out.startswith("current: ")


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """A server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server


def test_a_service_ends_in_time_while_the_stores_of_all_its_hubs_hang(tmp_path: Path, silence: socket.socket) -> None:
    port = silence.getsockname()[1]
    written = config(watch_every='"1s"').replace(
        "sqlite:///contacts.db", f"postgresql+psycopg://reader@127.0.0.1:{port}/x"
    )
    one = written[written.index("[hubs.north]") : written.index("[people.duty]")]
    one += written[written.index("[[hubs.north.escalation]]") : written.index("[hubs.north.summary]")]
    written += "".join(one.replace("hubs.north", f"hubs.n{number}") for number in range(8))
    program = Program.made(tmp_path, written)
    was_down_since(program, int(time.time()) - _DAY)
    with running(program) as process:
        silence.settimeout(40)
        with ExitStack() as held:
            for _ in range(9):
                held.enter_context(silence.accept()[0])
            assert "north: a report is" in program.run("health").out
            assert terminate(process) == 0
    assert log_lines(program)[-1]["event"] == "stopped"
    assert rows(program, "SELECT state FROM slots ORDER BY slot_at DESC LIMIT 1") == [("due",)]


@pytest.mark.parametrize(("in_flight", "taken"), [(hang, True), (silent, False)], ids=["taken", "lost"])
def test_a_message_that_hangs_when_the_service_ends_is_unknown_and_found_or_else_repeated_as_such(
    tmp_path: Path, in_flight: Answer, *, taken: bool
) -> None:
    with FakeTwilio() as twilio:
        twilio.script(in_flight)
        program = _texting(tmp_path, twilio)
        with running(program) as process:
            until(lambda: twilio.requests)
            assert terminate(process) == 0
        (sent,) = rows(program, "SELECT state, code, body, short_ref FROM deliveries WHERE purpose = 'alert'")
        assert sent[:2] == ("unknown", "stopped")
        # what a provider does not have is sent again half a minute later: let that be now
        rows(program, "UPDATE deliveries SET unknown_since = unknown_since - 30 WHERE purpose = 'alert'")
        with running(program) as process:
            until(lambda: rows(program, "SELECT 1 FROM deliveries WHERE purpose = 'alert' AND state = 'accepted'"))
            assert terminate(process) == 0
        bodies = [message.form["Body"] for message in twilio.messages]
    assert bodies == [sent[2] if taken else f"REPEAT {sent[2]}"]
    assert sent[2].endswith(f"Reply ACK {sent[3]}")
    log_lines(program)


def _texting(folder: Path, twilio: FakeTwilio) -> Program:
    """A hub with a report due, one contact overdue, and alerts by text."""
    written = config().replace('by = ["console"]\n\n[hubs', 'by = ["sms"]\n\n[hubs')
    written = written.replace("[people.duty]\n", '[people.duty]\nsms = "+447700900123"\n')
    written += f'\n[channels.twilio]\naccount_sid = "{ACCOUNT}"\nfrom = "{NUMBER}"\nbase_url = "{twilio.base_url}"\n'
    program = Program.made(folder, written).with_environment(MASH_CHANNELS__TWILIO__AUTH_TOKEN=TOKEN)
    program.write("a.csv", f"{CONTACTS}C-1,P1,{ago(days=3)},6,Nan Canary,Jane Canary,Triage\n")
    program.json("import", "a.csv")
    was_down_since(program, int(time.time()) - _DAY)
    return program
