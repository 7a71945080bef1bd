"""HTTP by requests, whose attempt knows when it is connected and when the request leaves.

Imported only when a message is about to be sent: requests is slow to import.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from mash_monitor.channels.attempt import Attempt
from mash_monitor.channels.loopback import is_loopback
from mash_monitor.channels.quiet import silence

_LONGEST_WAIT = 3600
"""Seconds. An alert asks once an hour, also where a server wants to be left alone for longer."""

silence("urllib3.connectionpool")


class _Watched(HTTPConnection):
    """Tells the attempt when it is connected, through proxy and TLS, and when the request leaves."""

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._attempt = attempt

    def connect(self) -> None:
        super().connect()
        self._attempt.uses(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:  # plain HTTP would connect only while it sends
            self.connect()
        self._attempt.leaving()
        super().request(*args, **kwargs)


class _WatchedTLS(_Watched, HTTPSConnection):
    """The same over TLS."""


class _Adapter(HTTPAdapter):
    """Makes watched connections. Without retries, as adapters are unless told otherwise."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__()
        self._attempt = attempt

    def get_connection_with_tls_context(
        self, request: PreparedRequest, *args: Any, **kwargs: Any
    ) -> HTTPConnectionPool:
        pool = cast("HTTPConnectionPool", super().get_connection_with_tls_context(request, *args, **kwargs))
        pool.ConnectionCls = _WatchedTLS if pool.scheme == "https" else _Watched
        pool.conn_kw["attempt"] = self._attempt
        return pool


class WatchedSession(Session):
    """A session for one attempt. `timeouts`: seconds to connect, and between two bytes of an answer.

    A proxy and authorities may come from the environment; no proxy stands before this machine itself.
    """

    def __init__(self, attempt: Attempt, timeouts: tuple[float, float]) -> None:
        super().__init__()
        self._timeouts = timeouts
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(attempt))

    def request(self, *args: Any, **given: Any) -> Response:
        """One request, in its time. Redirects are not followed: they would take the credentials along."""
        return super().request(*args, **given | {"timeout": self._timeouts, "allow_redirects": False})

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        host = urlsplit(str(url)).hostname or ""
        unproxied = {"no_proxy": host} if is_loopback(host) else {}
        return super().merge_environment_settings(url, {**(proxies or {}), **unproxied}, stream, verify, cert)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The seconds of a Retry-After header: a number, or a date by the server's own clock. None: neither."""
    asked = headers.get("Retry-After")
    if asked is None:
        return None
    try:
        if asked.strip().isdecimal():
            wait = int(asked[:20])
        else:
            until = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date") or "")
            wait = int(until.total_seconds())
    except (ValueError, TypeError, OverflowError):  # not dates, or only one of them with a zone
        return None
    return max(0, min(_LONGEST_WAIT, wait))
