"""Text messages by Twilio. What an answer means is decided here, by its status and never by its words."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from mash_monitor.channels.attempt import Attempt, OverrunError, reason
from mash_monitor.channels.base import Envelope, NotAnswered, Outcome, Reply, Result
from mash_monitor.channels.found import CLOCKS_DIFFER, furthest
from mash_monitor.channels.twilio_callback import callback_url, verified
from mash_monitor.channels.twilio_messages import became, created, is_id, listed
from mash_monitor.channels.twilio_settings import TwilioSettings
from mash_monitor.domain.delivery import ASK, ASK_ONLY_IF_NOT_TOLD

__all__ = ["TwilioChannel", "TwilioSettings"]

T = TypeVar("T")

API = "https://api.twilio.com"
_LONGEST_VALIDITY = 36_000


class TwilioChannel:
    """Sends text messages through one Twilio account, and asks it what became of them and who replied."""

    name = "sms"

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        asked = ASK[0] if settings.status_callback is None else ASK_ONLY_IF_NOT_TOLD
        self.ask_after = asked if settings.followed else None

    def send(self, envelope: Envelope) -> Outcome:
        """Ask Twilio once to send `envelope.body`; within `total_timeout`, whatever the other side does.

        REFUSED: not connected, or 429. REJECTED: any other 4xx, with Twilio's code ("21610": this person has
        said STOP). ACCEPTED: a message id came back. All else is UNKNOWN: Twilio has no idempotency key, so
        that a message whose answer is missing may exist.
        """
        attempt = Attempt()
        messages, wire = self._messages(attempt)
        try:
            content = self._content(envelope)
            message = attempt.run(self._settings.total_timeout, lambda: messages.create(**content))
        except Exception as error:  # whatever it is, what is known by now decides
            return self._unsent(error, attempt, wire.status, wire.retry_after)
        if is_id(message.sid):
            return Outcome(Result.ACCEPTED, evidence=message.sid)
        return Outcome(Result.UNKNOWN, code="bad-answer")

    def marker(self, envelope: Envelope) -> str | None:
        """The short reference in the body, by which the account's messages are searched."""
        return envelope.reference or None

    def trace(self, evidence: str) -> Outcome:
        """What became of the message with this id."""
        try:
            return self._ask(lambda messages: became(messages(evidence).fetch()))
        except NotAnswered as silence:
            return Outcome(Result.UNKNOWN, evidence=evidence, code=str(silence))

    def find(self, address: str, marker: str, since: int) -> Outcome:
        """What became of a message to this number whose body holds the marker as a word of its own.

        Bodies that the account withholds, and lists too long to be read to their end, settle nothing.
        """
        if not marker:
            return Outcome(Result.UNKNOWN, code="no-marker")
        word = re.compile(rf"(?<![0-9A-Za-z]){re.escape(marker)}(?![0-9A-Za-z])")

        def search(messages: Any) -> Outcome:
            sent, complete = listed(messages, since - CLOCKS_DIFFER, to=address)
            outcome = furthest(became(message) for message in sent if word.search(message.body or ""))
            if outcome.result is Result.REFUSED:
                if not complete:
                    return Outcome(Result.UNKNOWN, code="too-many")
                if not all(message.body for message in sent):
                    return Outcome(Result.UNKNOWN, code="body-withheld")
            return outcome

        try:
            return self._ask(search)
        except NotAnswered as silence:
            return Outcome(Result.UNKNOWN, code=str(silence))

    def replies(self, since: int) -> Sequence[Reply]:
        """What people sent to our number, or to a messaging service, since then; none where we send as a name.

        A messaging service may have any of the account's numbers: all that came in is given, but what other
        services received. Of more than a thousand messages, the newest count.
        """
        number, service = self._settings.from_number, self._settings.messaging_service_sid
        if number is not None and not number.lstrip("+").isdecimal():
            return ()

        def collect(messages: Any) -> list[Reply]:
            received, _ = listed(messages, since, **({} if number is None else {"to": number}))
            return [
                Reply(message.sid, message.from_, message.body or "", created(message))
                for message in reversed(received)
                if message.direction == "inbound"
                and message.from_
                # Where we send as a number, `to` has chosen; else another service may have received it.
                and (service is None or message.messaging_service_sid in (None, "", service))
            ]

        return sorted(self._ask(collect), key=lambda reply: reply.at)

    def believed(self, url: str, form_body: str, signature: str | None) -> dict[str, str] | None:
        """The fields of a callback that this account signed, for the public address that it came to; else None."""
        return verified(self._settings.auth_token, url, form_body, signature)

    def _messages(self, attempt: Attempt) -> tuple[Any, Any]:
        """The SDK's messages of the account, and the wire below them."""
        from twilio.rest import Client  # takes a second to import

        from mash_monitor.channels.twilio_http import Wire

        settings = self._settings
        wire = Wire(attempt, settings.base_url or API, (settings.connect_timeout, settings.read_timeout))
        return Client(settings.account_sid, settings.auth_token, http_client=wire).messages, wire

    def _ask(self, question: Callable[[Any], T]) -> T:
        """The answer to a question that changes nothing, all of its pages within `total_timeout`.

        Raises NotAnswered.
        """
        attempt = Attempt()
        messages, wire = self._messages(attempt)
        try:
            return attempt.run(self._settings.total_timeout, lambda: question(messages))
        except Exception as error:
            if wire.status is None or isinstance(error, OverrunError):
                raise NotAnswered(reason(error)) from None
            raise NotAnswered("bad-answer" if wire.status < 300 else _code(error, wire.status)) from None

    def _content(self, envelope: Envelope) -> dict[str, Any]:
        settings = self._settings
        content: dict[str, Any] = {"to": envelope.address, "body": envelope.body}
        if settings.from_number is not None:
            content["from_"] = settings.from_number
        else:
            content["messaging_service_sid"] = settings.messaging_service_sid
        if envelope.valid_for is not None:
            content["validity_period"] = max(1, min(_LONGEST_VALIDITY, envelope.valid_for))
        if settings.status_callback is not None:
            content["status_callback"] = callback_url(settings.status_callback, envelope.delivery_id)
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
