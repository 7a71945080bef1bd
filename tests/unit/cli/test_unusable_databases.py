"""Stores and state databases that cannot be used: one line, what to do, no password, and nothing written."""

from pathlib import Path

import pytest

from mash_monitor.cli import main
from tests.e2e.program import Program

SECRET = "s3cret"


def refused(program: Program, variable: str, url: str, command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says on standard error under one variable; it ends with 2, and leaves every file as it was."""
    before = program.files()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(program.folder)
        patch.setenv(variable, url)
        assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert SECRET not in printed.err
    assert len(printed.err.splitlines()) == 1
    assert program.files() == before
    return printed.err


STORES = {
    "not an address at all": ("nonsense", "not a database URL"),
    "a database that nobody knows": (f"foo://reader:{SECRET}@db/x", "foo"),
    "a driver that is not installed": (f"oracle+oracledb://reader:{SECRET}@db/x", "mash-monitor[oracle]"),
    "a server that does not run": (f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:1/x", "onnection refused"),
    "a host that is not there": (f"postgresql+psycopg://reader:{SECRET}@nowhere.invalid/x", "nowhere.invalid"),
    "a file that is not there": ("sqlite:///none.db", "no such file"),
    "a file that is no database": ("sqlite:///rules.toml", "not a database"),
    "a folder that is not there": ("csv:///exports", "no such folder"),
    "no path": ("sqlite://", "no path"),
}


@pytest.mark.parametrize("store", STORES)
def test_a_store_that_cannot_be_read_is_told_with_what_to_do(
    tmp_path: Path, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url, said = STORES[store]
    program = Program.made(tmp_path)
    assert said in refused(program, "MASH_HUBS__NORTH__STORE__URL", url, ["contacts", "--json"], capsys)


STATES = {
    "not an address at all": ("nonsense", "not a database URL"),
    "a database of another kind": (f"oracle+oracledb://mash:{SECRET}@db/x", "expected sqlite or postgresql"),
    "a server that does not run": (f"postgresql+psycopg://mash:{SECRET}@127.0.0.1:1/x", "onnection refused"),
    "a file that is no database": ("sqlite:///rules.toml", "not a database; correct the path"),
    "memory": ("sqlite://", "name a file"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_state_database_that_cannot_be_used_is_told_with_its_place(
    tmp_path: Path, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url, said = STATES[state]
    message = refused(Program.made(tmp_path), "MASH_STATE__URL", url, ["poll"], capsys)
    assert message.startswith("mash-monitor: state.url: ")
    assert said in message
