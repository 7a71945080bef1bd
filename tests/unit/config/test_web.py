"""Where the board, health and callbacks are served, and how many messages may be on their way."""

from pathlib import Path

import pytest

from mash_monitor.config import ConfigError, load
from tests.unit.config.documents import SMALL, changed, write


def problem(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load(write(folder, text), {})
    (found,) = refused.value.problems
    return found


def test_nothing_is_served_unless_the_table_is_there(tmp_path: Path) -> None:
    assert load(write(tmp_path), {}).web is None
    web = load(write(tmp_path, SMALL + "[web]\n"), {}).web
    assert web is not None
    assert (web.listen, web.public_url) == (("127.0.0.1", 8642), None)


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("0.0.0.0:80", "0.0.0.0", 80),
        ("[::1]:8642", "::1", 8642),
        ("hub-1.example.org:65535", "hub-1.example.org", 65_535),
    ],
)
def test_a_host_and_a_port_are_listened_at(tmp_path: Path, written: str, host: str, port: int) -> None:
    web = load(write(tmp_path, f'{SMALL}[web]\nlisten = "{written}"\n'), {}).web
    assert web is not None
    assert web.listen == (host, port)


@pytest.mark.parametrize("wrong", ["8642", ":8642", "127.0.0.1", "::1:8642", "127.0.0.1:0", "a:65536", "http://a:1"])
def test_anything_else_is_refused(tmp_path: Path, wrong: str) -> None:
    assert f"web.listen: found {wrong!r}, expected a host and a port" in problem(
        tmp_path, f'{SMALL}[web]\nlisten = "{wrong}"\n'
    )


@pytest.mark.parametrize("url", ["https://mash.example.org/duty", "http://127.0.0.1:8642", "http://[::1]:8642"])
def test_others_reach_it_by_https_or_on_this_machine(tmp_path: Path, url: str) -> None:
    web = load(write(tmp_path, f'{SMALL}[web]\npublic_url = "{url}"\n'), {}).web
    assert web is not None
    assert web.public_url == url


@pytest.mark.parametrize("url", ["http://mash.example.org", "mash.example.org", "https://", "ftp://127.0.0.1", ""])
def test_an_address_at_which_others_could_listen_in_is_refused(tmp_path: Path, url: str) -> None:
    assert "web.public_url: found" in problem(tmp_path, f'{SMALL}[web]\npublic_url = "{url}"\n')


def test_four_messages_are_on_their_way_at_once_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    assert load(write(tmp_path), {}).service.senders == 4
    assert (
        load(write(tmp_path, changed('dead_man = "off"', 'dead_man = "off"\nsenders = 32')), {}).service.senders == 32
    )


@pytest.mark.parametrize("wrong", ["0", "33", '"many"', "1.5"])
def test_too_few_or_too_many_at_once_are_refused(tmp_path: Path, wrong: str) -> None:
    assert "service.senders: found" in problem(
        tmp_path, changed('dead_man = "off"', f'dead_man = "off"\nsenders = {wrong}')
    )
