"""Our own database: which are taken, which are refused with what helps, and how writers wait for each other."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from mash_monitor.state import database, services
from mash_monitor.state.database import StateError, connect, locate, reading, trying, writing
from mash_monitor.state.migrate import status
from mash_monitor.state.schema import services as table
from mash_monitor.state.services import Heartbeat


def sign(instance: str = "us", at: int = 100, stopped: int | None = None) -> Heartbeat:
    return Heartbeat(instance, 1, 30, at, stopped, None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not a database URL that is known here, expected sqlite:///var/state.db or postgresql"),
        ("oracle+none://host/x", "not a database URL that is known here"),
        ("sqlite://", "a database in memory would forget everything; name a file"),
        ("sqlite:///:memory:", "a database in memory would forget everything; name a file"),
        ("mssql+pymssql://host/x", "found mssql, expected sqlite or postgresql"),
    ],
)
def test_other_databases_are_refused_with_what_is_expected(url: str, said: str) -> None:
    with pytest.raises(StateError, match=f"^state.url: {said}"):
        connect(locate(url, Path("/srv")))


def test_a_relative_path_counts_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    assert locate("sqlite:///var/state.db", tmp_path).database == str(tmp_path / "var/state.db")
    assert locate(f"sqlite:///{tmp_path}/state.db", Path("/srv")).database == str(tmp_path / "state.db")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_sqlite_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    share = tmp_path / "a share"
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {str(share).replace(' ', chr(92) + '040')} {kind} rw 0 0\n")
    monkeypatch.setattr(database, "_MOUNTS", mounts)
    with pytest.raises(
        StateError, match=rf"lies on a network file system \({kind}\), where SQLite's WAL loses data; put"
    ):
        connect(locate("sqlite:///state.db", share))
    connect(locate("sqlite:///state.db", tmp_path / "a share of mine"))
    monkeypatch.setattr(database, "_MOUNTS", tmp_path / "no such file")
    connect(locate("sqlite:///state.db", share))


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("something else entirely " * 100)
    with pytest.raises(StateError, match=r"state\.db cannot be used: file is not a database"):
        status(connect(locate("sqlite:///state.db", tmp_path)))


def test_a_server_that_does_not_run_is_told_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    engine = connect(locate(f"postgresql+psycopg://us:s3cret@127.0.0.1:{port}/state", Path()))
    with pytest.raises(StateError, match=r"us:\*\*\*@127\.0\.0\.1.*check the address, the account") as raised:
        status(engine)
    assert "s3cret" not in str(raised.value)


def test_sqlite_writes_ahead_and_a_commit_survives_a_power_cut(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert settings == ["wal", 2]


def test_a_writer_waits_for_another_one_and_a_reader_for_none(engine: Engine) -> None:
    with writing(engine) as connection:
        services.beat(connection, sign(at=1))
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        with writing(engine) as connection:
            services.beat(connection, sign(at=3))
        done.set()

    with writing(engine) as connection:
        services.beat(connection, sign(at=2))
        other = threading.Thread(target=write)
        other.start()
        begun.wait()
        with reading(engine) as reader:
            assert services.newest(reader) == sign(at=1)
        assert not done.wait(0.05)
    other.join()
    with reading(engine) as connection:
        assert services.newest(connection) == sign(at=3)


def test_a_transaction_is_written_whole_or_not_at_all(engine: Engine) -> None:
    with suppress(RuntimeError), writing(engine) as connection:
        services.beat(connection, sign())
        raise RuntimeError
    with trying(engine) as connection:
        services.beat(connection, sign())
        assert connection.execute(table.select()).first() is not None
    with reading(engine) as connection:
        assert connection.execute(table.select()).first() is None


def test_the_service_lives_while_it_ticks_and_until_it_is_stopped(engine: Engine) -> None:
    with writing(engine) as connection:
        assert services.newest(connection) is None
        services.beat(connection, sign("old", 50))
        services.beat(connection, sign("us", 100))
    with reading(engine) as connection:
        newest = services.newest(connection)
    assert newest is not None
    assert newest.instance == "us"
    assert [newest.alive(now) for now in (100, 190, 191)] == [True, True, False]
    with writing(engine) as connection:
        services.stop(connection, "us", 120)
        stopped = services.newest(connection)
    assert stopped is not None
    assert not stopped.alive(121)
