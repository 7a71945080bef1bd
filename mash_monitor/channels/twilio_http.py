"""The wire under the Twilio SDK: one request on one fresh connection, bounded, never repeated, never logged.

Imported only when a message is about to be sent: requests and the SDK are slow to import.
"""

import logging
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from requests import PreparedRequest, Request, Session
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from mash_monitor.channels.attempt import Attempt
from mash_monitor.channels.loopback import is_loopback

_LARGEST_ANSWER = 1 << 18
_LONGEST_WAIT = 3600
"""Seconds. An alert asks once an hour, also where a server wants to be left alone for longer."""

for _name in ("twilio", "urllib3.connectionpool"):
    # Both log addresses with their query strings, which hold telephone numbers.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


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


class Wire(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's HTTP client for one attempt. `status` and `retry_after` are known once the headers are here.

    It always puts `base_url` in place of the SDK's own host, so that no edge or region in the environment can
    corrupt it. A fresh connection each time: a kept one, closed by the other side, looks like an answer lost.
    """

    def __init__(self, attempt: Attempt, base_url: str, timeout: tuple[float, float]) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False)
        self._attempt = attempt
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeout
        self.status: int | None = None
        self.retry_after: int | None = None

    def request(self, method: str, uri: str, **given: Any) -> Response:
        """Send one request of the SDK. Redirects are not followed: they would take the credentials along."""
        host = urlsplit(self._base_url).hostname or ""
        # A proxy and authorities may come from the environment; no proxy stands before this machine itself.
        proxies = {"no_proxy": host} if is_loopback(host) else {}
        with Session() as session:
            for scheme in ("https://", "http://"):
                session.mount(scheme, _Adapter(self._attempt))
            request = session.prepare_request(
                Request(
                    method,
                    self._base_url + urlunsplit(urlsplit(uri)._replace(scheme="", netloc="")),
                    params=given["params"],
                    data=given["data"],
                    headers=given["headers"],
                    auth=given["auth"],
                )
            )
            how = session.merge_environment_settings(request.url, proxies, True, None, None)
            with session.send(request, timeout=self._timeouts, allow_redirects=False, **how) as response:
                self.retry_after = _seconds(response.headers.get("Retry-After"), response.headers.get("Date"))
                self.status = response.status_code
                body: bytes = response.raw.read(_LARGEST_ANSWER, decode_content=True)
                return Response(response.status_code, body.decode("utf-8", "replace"), response.headers)


def _seconds(retry_after: str | None, date: str | None) -> int | None:
    """The seconds of a Retry-After header: a number, or a date by the server's own clock. None: neither."""
    if retry_after is None:
        return None
    try:
        if retry_after.strip().isdecimal():
            wait = int(retry_after[:20])
        else:
            until = parsedate_to_datetime(retry_after) - parsedate_to_datetime(date or "")
            wait = int(until.total_seconds())
    except (ValueError, TypeError, OverflowError):  # not dates, or only one of them with a zone
        return None
    return max(0, min(_LONGEST_WAIT, wait))
