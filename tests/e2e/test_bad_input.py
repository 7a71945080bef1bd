"""Whatever is wrong, it is told in one clear message with its place and the remedy, and nothing is written."""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from tests.e2e.program import CONFIG, Program, ago

SECRET = "s3cret"


def test_without_a_configuration_every_command_says_where_one_was_looked_for(program: Program) -> None:
    (program.folder / "config.toml").unlink()
    before = program.files()
    for command in (("summary",), ("run",), ("demo",), ("db", "status")):
        said = program.refused(*command)
        assert (
            said == "mash-monitor: config.toml: no such configuration file; name it with --config, or make one there\n"
        )
    assert program.files() == before


def test_a_wrong_configuration_is_told_line_by_line_and_nothing_runs(program: Program) -> None:
    program.write("config.toml", CONFIG.replace('dead_man = "off"', 'dead_man = "of"').replace('"red"', '"rde"'))
    before = program.files()
    said = program.refused("poll").splitlines()
    assert said[0].startswith("mash-monitor: config.toml, line 3, service.dead_man: found 'of', expected")
    assert said[1].startswith("mash-monitor: config.toml, line 18, hubs.north.escalation[1].when: found 'rde'")
    assert program.refused("run") == program.refused("check")
    assert program.files() == before


def test_the_configuration_is_found_by_option_and_by_environment(program: Program, tmp_path: Path) -> None:
    elsewhere = Program.made(tmp_path / "elsewhere", CONFIG.replace("North MASH", "South MASH"))
    path = str(elsewhere.folder / "config.toml")
    assert program.run("db", "status", "--config", path).code == 1
    (program.folder / "config.toml").unlink()
    assert program.with_environment(MASH_CONFIG=path).run("db", "status").code == 1
    assert "no such configuration" in program.with_environment(MASH_CONFIG=path).refused("check", "--config", "none")


def test_a_secret_in_the_file_is_refused_without_repeating_it(program: Program) -> None:
    program.write("config.toml", CONFIG.replace("sqlite:///state.db", f"postgresql+psycopg://mash:{SECRET}@db/mash"))
    said = program.refused("poll")
    assert "config.toml, line 6, state.url: a secret does not belong in this file" in said
    assert "MASH_STATE__URL_FILE" in said
    assert SECRET not in said


def test_a_wrong_rule_pack_is_told_with_its_line(program: Program) -> None:
    rules = (program.folder / "rules.toml").read_text(encoding="utf-8")
    program.write("rules.toml", rules.replace("hours = 24", "hours = -24"))
    line = next(number for number, text in enumerate(rules.splitlines(), 1) if text.startswith("hours = 24"))
    before = program.files()
    said = program.refused("poll")
    assert said.startswith(f"mash-monitor: {program.folder.resolve() / 'rules.toml'}, line {line}, timescale[1].hours:")
    checked = program.run("check")
    assert (checked.code, checked.err) == (1, "")
    assert "timescale[1].hours" in "".join(checked.out.split())
    assert program.files() == before


def test_a_first_poll_of_a_store_that_cannot_be_read_makes_nothing(program: Program) -> None:
    before = program.files()
    assert "no such file" in program.refused("poll")
    assert "no such file" in program.refused("poll", "--dry-run")
    assert program.files() == before


def test_a_driver_that_is_missing_and_a_server_that_does_not_run_are_told_without_the_password(
    program: Program,
) -> None:
    before = program.files()
    oracle = program.with_environment(MASH_HUBS__NORTH__STORE__URL=f"oracle+oracledb://reader:{SECRET}@db/x")
    assert "mash-monitor[oracle]" in (said := oracle.refused("contacts"))
    assert SECRET not in said
    nobody = program.with_environment(MASH_STATE__URL=f"postgresql+psycopg://mash:{SECRET}@127.0.0.1:1/x")
    for command in ("health", "run"):
        said = nobody.refused(command)
        assert said.startswith("mash-monitor: state.url: postgresql+psycopg://mash:***@127.0.0.1:1/x cannot be used")
        assert SECRET not in said
    assert program.files() == before


def test_a_wrong_password_is_told_and_not_repeated(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:{server.getsockname()[1]}/x?connect_timeout=2"
        threading.Thread(target=_refuse_everybody, args=(server,), daemon=True).start()
        said = program.with_environment(MASH_HUBS__NORTH__STORE__URL=url).refused("contacts")
    assert "password authentication failed" in said
    assert SECRET not in said


def _refuse_everybody(server: socket.socket) -> None:
    """Answer as PostgreSQL does to a wrong password, until the socket is closed."""
    fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "reader"\0\0'
    with contextlib.suppress(OSError):
        while True:
            client, _ = server.accept()
            with client:
                if len(client.recv(4_096)) == 8:  # may we speak TLS?
                    client.sendall(b"N")
                    client.recv(4_096)
                client.sendall(b"E" + (4 + len(fields)).to_bytes(4, "big") + fields)


WRONG_FILES = {
    "no header that is known": (b"a,b\n1,2\n", "line 1: no header that is known"),
    "nothing": (b"", "empty.csv"),
    "a column twice": (b"contact_id,received_at,received_at\nC-1,2026-01-01,2026-01-01\n", "two columns for"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), "picture"),
    "a broken workbook": (b"PK\x03\x04 not really", "workbook"),
}


def test_files_that_cannot_be_taken_in_are_told_and_make_no_store(program: Program) -> None:
    for name, (content, _) in WRONG_FILES.items():
        suffix = ".xlsx" if "workbook" in name else ".csv"
        (program.folder / f"{name.split()[-1]}{suffix}").write_bytes(content)
    before = program.files()
    for name in WRONG_FILES:
        suffix = ".xlsx" if "workbook" in name else ".csv"
        said = program.refused("import", f"{name.split()[-1]}{suffix}")
        assert f"{name.split()[-1]}{suffix}" in said
        assert "Remedy" in said
    assert "none.csv: no such file" in program.refused("import", "none.csv")
    assert "is a folder" in program.refused("import", ".")
    assert "--preset: 'foo'; expected one of native" in program.refused("import", "known.csv", "--preset", "foo")
    elsewhere = program.with_environment(MASH_HUBS__NORTH__STORE__URL=f"postgresql+psycopg://r:{SECRET}@127.0.0.1:1/x")
    assert "only read" in elsewhere.refused("import", "known.csv")
    assert program.files() == before


def test_a_file_is_taken_whole_or_not_at_all(program: Program) -> None:
    program.write("a.csv", f"contact_id,received_at\nC-1,{ago(hours=5)}\n")
    program.json("import", "a.csv")
    before = program.files()
    (program.folder / "b.csv").write_bytes(b'contact_id,received_at\nC-2,2026-01-01\n"C-3,unclosed\n' + b"x" * 200_000)
    ended = program.run("import", "b.csv")
    assert ended.code in (0, 2)
    if ended.code == 2:
        assert {name: text for name, text in program.files().items() if name != "b.csv"} == before


def test_a_contact_that_nobody_knows_is_found_wrong(demo: Program) -> None:
    ended = demo.run("explain", "C-0", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "no contact 'C-0' is known to" in ended.err


def test_a_period_that_is_none_is_told_with_those_that_are(demo: Program) -> None:
    assert "--period: found '2019-20-Q5'; expected 2020-03," in demo.refused("scorecard", "--period", "2019-20-Q5")
    assert "still to come" in demo.refused("scorecard", "--period", "2180-03")


def test_a_scorecard_of_nothing_and_of_nothing_decided_says_something_sensible(program: Program) -> None:
    assert program.refused("scorecard", "--period", "2026-02")  # there is no store yet
    name = "\u202eevil\x1b[31m"
    program.write("a.csv", f'contact_id,received_at,team\n{"C" * 200},2026-02-03 10:00,"{name}"\n')
    assert program.run("import", "a.csv").code == 0
    empty = program.run("scorecard", "--period", "2019-02")
    assert (empty.code, "nothing due" in empty.out) == (0, True)
    card = program.json("scorecard", "--period", "2026-02..")
    assert (card["contacts"], card["open"], card["timescales"][0]["late"]) == (1, 1, 1)
    shown = program.run("scorecard", "--period", "2026-02", "--html", "a.html", "--csv", "a.csv")
    assert shown.code == 0
    for text in (program.run("scorecard", "--period", "2026-02").out, *map(program_text(program), ("a.html", "a.csv"))):
        assert "\x1b" not in text
        assert "\u202e" not in text


def program_text(program: Program) -> Callable[[str], str]:
    return lambda name: (program.folder / name).read_text(encoding="utf-8")
