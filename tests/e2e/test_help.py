"""--help of every command, with an example that the command itself takes."""

import shlex

import pytest

from mash_monitor.cli.parser import build
from tests.e2e.program import Program

COMMANDS = (
    "demo", "run", "poll", "summary", "contacts", "explain", "scorecard", "import", "park", "ack", "outbox", "check",
    "db", "audit", "health", "test-alert", "maintenance", "token",
)  # fmt: skip


def test_the_help_of_the_program_names_every_command(program: Program) -> None:
    ended = program.run("--help")
    assert (ended.code, ended.err) == (0, "")
    assert set(COMMANDS) <= {line.split()[0] for line in ended.out.splitlines() if line.startswith("    ")}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example_that_it_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build().parse_args([command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "--config PATH" in said
    (example,) = (line.removeprefix("example: mash-monitor ") for line in said.splitlines() if "example: " in line)
    assert build().parse_args(shlex.split(example)).command == command


def test_commands_that_read_contacts_take_a_time_and_those_that_act_refuse_one(program: Program) -> None:
    for command in ("summary", "contacts", "explain", "scorecard", "demo"):
        assert "--at WHEN" in program.run(command, "--help").out
    for command in ("poll", "outbox"):
        assert "--at" not in program.run(command, "--help").out
        assert f"{command} works on now only: leave out --at" in program.refused(command, "--at", "2026-03-06")


def test_a_command_or_an_option_that_is_not_there_is_told_in_a_line(program: Program) -> None:
    assert "invalid choice: 'sumary'" in program.refused("sumary")
    assert "unrecognized arguments: --frob" in program.refused("summary", "--frob")
    assert "see: mash-monitor scorecard --help" in program.refused("scorecard")
    assert program.refused()


def test_options_of_every_command_stand_before_it_or_after(program: Program) -> None:
    config = str(program.folder / "config.toml")
    before = program.run("--config", config, "--hub", "north", "--json", "outbox")
    after = program.run("outbox", "--config", config, "--hub", "north", "--json")
    assert before.code == after.code == 0
    assert before.document["deliveries"] == after.document["deliveries"] == []
    assert "there is no hub 'x'" in program.refused("--hub", "x", "outbox")
