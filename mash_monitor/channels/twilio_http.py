"""The wire under the Twilio SDK: each request on a fresh connection, bounded, never repeated, never logged.

Imported only when Twilio is about to be asked: requests and the SDK are slow to import.
"""

import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http import HttpClient
from twilio.http.response import Response

from mash_monitor.channels.attempt import Attempt
from mash_monitor.channels.quiet import silence
from mash_monitor.channels.watched import WatchedSession, retry_after

_LARGEST_ANSWER = 1 << 18

silence("twilio")


class Wire(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's HTTP client for one attempt. `status` and `retry_after` are those of the last answer.

    They are known once its headers are here; None: no answer. It always puts `base_url` in place of the SDK's
    own host, so that no edge or region in the environment can corrupt it. A fresh connection each time: a kept
    one, closed by the other side, looks like an answer lost.
    """

    def __init__(self, attempt: Attempt, base_url: str, timeouts: tuple[float, float]) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False)
        self._attempt = attempt
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts
        self.status: int | None = None
        self.retry_after: int | None = None

    def request(self, method: str, uri: str, **given: Any) -> Response:
        """Send one request of the SDK."""
        self.status = self.retry_after = None
        url = self._base_url + urlunsplit(urlsplit(uri)._replace(scheme="", netloc=""))
        content = {part: given[part] for part in ("params", "data", "headers", "auth")}
        with (
            WatchedSession(self._attempt, self._timeouts) as session,
            session.request(method, url, stream=True, **content) as response,
        ):
            self.retry_after = retry_after(response.headers)
            self.status = response.status_code
            body: bytes = response.raw.read(_LARGEST_ANSWER, decode_content=True)
            return Response(response.status_code, body.decode("utf-8", "replace"), response.headers)
