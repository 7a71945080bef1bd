"""The web server beside the service: bound before anything runs, with a clear word where it cannot be."""

import importlib.util
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from mash_monitor.app import App
from mash_monitor.config import ConfigError
from mash_monitor.config.web import Listen
from mash_monitor.web.companion import Companion, beside
from tests.e2e.program import CONFIG, Program
from tests.integration.service.scripted import Clock
from tests.integration.service.wire import free_port, open_to
from tests.integration.web.room import NOON, Room
from tests.unit.domain.hubs import at


def made(folder: Path, web: str) -> tuple[App, Companion | None]:
    """The companion of a service under this configuration."""
    Program.made(folder, CONFIG + web)
    app = App.load(folder / "config.toml", {})
    return app, beside(app, app.daemon(Clock(at(NOON))))


def test_there_is_none_unless_it_is_configured(tmp_path: Path) -> None:
    app, companion = made(tmp_path, "")
    assert companion is None
    app.engine.dispose()


def test_an_address_that_somebody_has_ends_the_start_with_a_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app, companion = made(tmp_path, f'[web]\nlisten = "127.0.0.1:{port}"\n')
        assert companion is not None
        with pytest.raises(ConfigError, match=rf"web\.listen: 127\.0\.0\.1:{port} .*in use; expected a free port"):
            companion.start()
    app.engine.dispose()


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    app, companion = made(tmp_path, f'[web]\nlisten = "192.0.2.7:{free_port()}"\n')
    assert companion is not None
    assert companion.listen.host == "192.0.2.7"
    with pytest.raises(ConfigError, match=r"expected a free port on an address of this machine"):
        companion.start()
    app.engine.dispose()


def test_without_its_packages_it_says_which_and_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mash_monitor.web.checks.find_spec",
        lambda name: None if name == "uvicorn" else importlib.util.find_spec(name),
    )
    with pytest.raises(ConfigError, match=r'not installed: uvicorn; pip install "mash-monitor\[web\]"'):
        made(tmp_path, "[web]\n")


def test_it_serves_on_ipv6_and_stops(board: Room) -> None:
    port = free_port()
    companion = Companion(Listen("::1", port), board.companion._site, board.companion._closing)
    try:
        companion.start()
    except ConfigError:
        pytest.skip("this machine has no IPv6")
    socket.create_connection(("::1", port), timeout=5).close()
    companion.stop()
    assert not open_to(port)


def test_while_the_records_cannot_be_read_the_last_position_stays_grey_and_nothing_else_is_there(board: Room) -> None:
    token = board.token()
    assert board.get("/", token).status_code == 200
    with board.app.engine.begin() as connection:
        connection.execute(text("ALTER TABLE ledger RENAME TO gone"))
    board.clock.now += 120
    shown = board.get("/", token)
    assert "Not up to date:</strong> the records cannot be read; this is how it stood 12:30." in shown.text
    assert "C-1" in shown.text
    assert board.get("/contact/C-1", token).status_code == 503
    assert board.get("/metrics", token).status_code == 503
