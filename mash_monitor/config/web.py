"""The [web] table: where the board, health and callbacks are served."""

import re
from typing import Annotated, NamedTuple

from mash_monitor.config.table import From, Table
from mash_monitor.config.values import Endpoint

_LISTEN = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>[0-9]{1,5})")


class Listen(NamedTuple):
    """A host, as a socket wants it, and a port."""

    host: str
    port: int


def host_and_port(value: object) -> Listen:
    """Host and port of "127.0.0.1:8642" or "[::1]:8642". Raises ValueError."""
    match = _LISTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not 0 < int(match["port"]) <= 65_535:
        raise ValueError(f'found {value!r}, expected a host and a port such as "127.0.0.1:8642" or "[::1]:8642"')
    return Listen(match["v6"] or match["host"], int(match["port"]))


class Web(Table):
    """What is served, and the address at which others reach it: often that of a proxy, or of a tunnel."""

    listen: Annotated[Listen, From(host_and_port)] = Listen("127.0.0.1", 8642)
    public_url: Endpoint | None = None
