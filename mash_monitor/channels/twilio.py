"""Text messages by Twilio. What an answer means is decided here, by its status and never by its words."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from mash_monitor.channels.attempt import Attempt, OverrunError
from mash_monitor.channels.base import Envelope, Outcome, Result
from mash_monitor.channels.loopback import is_loopback

API = "https://api.twilio.com"
_LONGEST_VALIDITY = 36_000
_NUMBER = re.compile(r"\+[1-9]\d{6,14}|\d{5,6}")
_SID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,63}")
"""An id begins with letters ("SM…"): nothing that could be a telephone number is taken for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """An account and its sender: a number (E.164 or a short code), or a messaging service.

    `base_url` replaces https://api.twilio.com (a proxy, a test server): https, or http on this machine.
    Timeouts are in seconds; `total_timeout` bounds the whole of one attempt, however the answer drips.
    Raises ValueError where they do not fit together; no message repeats a number or a secret.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    from_number: str | None = field(default=None, repr=False)
    messaging_service_sid: str | None = None
    base_url: str | None = None
    connect_timeout: float = 5
    read_timeout: float = 10
    total_timeout: float = 10

    def __post_init__(self) -> None:
        if re.fullmatch(r"AC[0-9A-Za-z]+", self.account_sid) is None:
            raise ValueError('channels.twilio.account_sid: expected the id of the account, which begins with "AC"')
        if not self.auth_token:
            raise ValueError("channels.twilio.auth_token: found nothing, expected the account's token")
        if (self.from_number is None) == (self.messaging_service_sid is None):
            raise ValueError("channels.twilio: expected either from or messaging_service_sid, and not both")
        if self.from_number is not None and _NUMBER.fullmatch(self.from_number) is None:
            raise ValueError(
                "channels.twilio.from: expected a number such as +447700900123 or a short code; "
                "nobody can reply to a name, and an acknowledgement is a reply"
            )
        if min(self.connect_timeout, self.read_timeout, self.total_timeout) <= 0:
            raise ValueError("channels.twilio.timeout: expected more than 0 seconds")
        if self.base_url is not None:
            _check_base(self.base_url)


def _check_base(url: str) -> None:
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not safe or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(
            "channels.twilio.base_url: expected an https address without a user, query or fragment "
            "(http on this machine only); an address of Twilio's own, edge and region included, needs none"
        )


class TwilioChannel:
    """Sends text messages through one Twilio account."""

    name = "sms"

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings

    def send(self, envelope: Envelope) -> Outcome:
        """Ask Twilio once to send `envelope.body`; within `total_timeout`, whatever the other side does.

        REFUSED: not connected, or 429. REJECTED: any other 4xx. ACCEPTED: a message id came back. All else is
        UNKNOWN: Twilio has no idempotency key, so that a message whose answer is missing may exist.
        """
        from twilio.rest import Client  # takes a second to import

        from mash_monitor.channels.twilio_http import Wire

        settings, attempt = self._settings, Attempt()
        wire = Wire(attempt, settings.base_url or API, (settings.connect_timeout, settings.read_timeout))
        messages = Client(settings.account_sid, settings.auth_token, http_client=wire).messages
        try:
            message = attempt.run(settings.total_timeout, lambda: messages.create(**self._content(envelope)))
        except Exception as error:  # whatever it is, what is known by now decides
            return self._unsent(error, attempt, wire.status, wire.retry_after)
        if isinstance(message.sid, str) and _SID.fullmatch(message.sid):
            return Outcome(Result.ACCEPTED, evidence=message.sid)
        return Outcome(Result.UNKNOWN, code="bad-answer")

    def _content(self, envelope: Envelope) -> dict[str, Any]:
        settings = self._settings
        content: dict[str, Any] = {"to": envelope.address, "body": envelope.body}
        if settings.from_number is not None:
            content["from_"] = settings.from_number
        else:
            content["messaging_service_sid"] = settings.messaging_service_sid
        if envelope.valid_for is not None:
            content["validity_period"] = max(1, min(_LONGEST_VALIDITY, envelope.valid_for))
        return content

    @staticmethod
    def _unsent(error: Exception, attempt: Attempt, status: int | None, retry_after: int | None) -> Outcome:
        if status is None:
            return attempt.failed(error)
        if status == 429:
            return Outcome(Result.REFUSED, code=_code(error, status), retry_after=retry_after)
        if 400 <= status < 500:
            return Outcome(Result.REJECTED, code=_code(error, status))
        if isinstance(error, OverrunError):
            return attempt.failed(error)
        return Outcome(Result.UNKNOWN, code="bad-answer" if status < 300 else _code(error, status))


def _code(error: Exception, status: int) -> str:
    """Twilio's own code where it gave one, else the status."""
    code = getattr(error, "code", None)
    return str(code) if isinstance(code, int) and 10_000 <= code <= 99_999 else f"http-{status}"
