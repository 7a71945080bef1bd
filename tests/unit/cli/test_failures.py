"""What people are told when something goes wrong: a line each, nothing of what the program was holding."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from mash_monitor.cli.failures import told
from mash_monitor.cli.main import UsedWrongError, main
from mash_monitor.config import ConfigError
from mash_monitor.contacts import StoreMisconfigured, StoreUnavailable
from mash_monitor.domain.calendar import NeverStaffed
from mash_monitor.state.database import StateError


def test_every_problem_of_a_configuration_is_a_line_of_its_own() -> None:
    assert told(ConfigError(["one", "two"])) == ["one", "two"]


@pytest.mark.parametrize(
    "error",
    [UsedWrongError("said"), StateError("said"), StoreUnavailable("said")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_made_for_people_is_told_as_it_is(error: Exception) -> None:
    assert told(error) == ["said"]


def test_a_store_that_needs_somebody_says_place_found_expected_and_remedy() -> None:
    (line,) = told(StoreMisconfigured("store.url", "this", "that", "do so")) or []
    assert line == "store.url: this; expected that. Remedy: do so."


def test_a_hub_that_never_opens_is_sent_to_its_pack() -> None:
    (line,) = told(NeverStaffed("no hours")) or []
    assert "[hours]" in line


def test_a_database_that_fails_is_told_without_its_statement_or_values() -> None:
    error = OperationalError("SELECT secret", {"name": "Jane Canary"}, sqlite3.OperationalError("disk I/O error\nmore"))
    (line,) = told(error) or []
    assert "disk I/O error" in line
    assert "Canary" not in line
    assert "SELECT" not in line


def test_a_file_that_cannot_be_written_is_told_by_its_name_and_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, remedy in {"nowhere/y.html": "make the folder", ".": "name a file", "file/y.html": "a part of"}.items():
        with pytest.raises(OSError) as raised:  # noqa: PT011
            (tmp_path / name).write_text("")
        (line,) = told(raised.value) or []
        assert line.startswith(f"{tmp_path / name}: ")
        assert remedy in line
    (line,) = told(PermissionError(13, "Permission denied", "/x/y.html")) or []
    assert line == "/x/y.html: Permission denied; choose another place, or ask for the right to this one"


def test_a_package_that_is_missing_is_told_with_what_to_install() -> None:
    (line,) = told(ModuleNotFoundError("no", name="openpyxl")) or []
    assert "openpyxl" in line
    assert "install" in line


def test_a_defect_of_ours_is_told_by_its_type_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> int:
        raise KeyError("Jane Canary")

    monkeypatch.setattr("mash_monitor.cli.upkeep.health_command", broken)
    with pytest.raises(SystemExit) as ended:
        main(["health"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "health failed in a way that was not foreseen (KeyError)" in said
    assert "--debug" in said
    assert "Canary" not in said
    with pytest.raises(KeyError):
        main(["health", "--debug"])
