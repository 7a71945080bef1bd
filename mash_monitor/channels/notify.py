"""Text messages and emails by GOV.UK Notify, which councils may use.

Every message carries a reference of ours, and Notify can be asked for it: an outcome that was lost is settled for
certain. Notify has no validity: a message that it cannot deliver at once, it may deliver up to three days later.

Tested against a fake that gives Notify's documented answers, and against nothing else.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from mash_monitor.channels.attempt import Attempt, reason
from mash_monitor.channels.base import Envelope, NotAnswered, Outcome, Result
from mash_monitor.channels.found import CLOCKS_DIFFER, furthest
from mash_monitor.channels.notify_settings import NotifySettings
from mash_monitor.domain.delivery import ASK

__all__ = ["NotifyChannel", "NotifySettings"]

T = TypeVar("T")

API = "https://api.notifications.service.gov.uk"
_ID = re.compile(r"[0-9a-fA-F-]{36}")
_REFERENCE = re.compile(r"mash-\d+")
_RESULTS = {
    "delivered": Result.DELIVERED,
    "permanent-failure": Result.UNDELIVERED,
    "temporary-failure": Result.UNDELIVERED,
    "technical-failure": Result.UNDELIVERED,
}
"""All other statuses are of a message that is under way."""


class NotifyChannel:
    """Sends one kind of message through a service of Notify; people are reached by "notify-sms" or "notify-email".

    Raises ValueError where the settings have no template for this kind.
    """

    def __init__(self, settings: NotifySettings, kind: Literal["sms", "email"]) -> None:
        template = settings.sms_template if kind == "sms" else settings.email_template
        if template is None:
            raise ValueError(f"channels.notify.{kind}_template: found nothing, expected the id of a template")
        self.name = f"notify-{kind}"
        self.ask_after = ASK[0]
        self._settings = settings
        self._kind = kind
        self._template = template

    def send(self, envelope: Envelope) -> Outcome:
        """Ask Notify once to send; within the timeout, whatever the other side does.

        REFUSED: not connected, or 429 (too fast, or too many for today). REJECTED: any other 4xx. ACCEPTED: an
        id came back. All else is UNKNOWN.
        """
        attempt = Attempt()
        try:
            answer = attempt.run(self._settings.timeout, lambda: self._hand_over(self._client(attempt), envelope))
            return Outcome(Result.ACCEPTED, evidence=_id_of(answer))
        except Exception as error:  # whatever it is, what is known by now decides
            return _unsent(error, attempt)

    def marker(self, envelope: Envelope) -> str:
        """Our reference of the delivery."""
        return f"mash-{envelope.delivery_id}"

    def trace(self, evidence: str) -> Outcome:
        """What became of the message with this id."""
        try:
            return self._ask(lambda client: _became(client.get_notification_by_id(evidence)))
        except NotAnswered as silence:
            return Outcome(Result.UNKNOWN, evidence=evidence, code=str(silence))

    def find(self, address: str, marker: str, since: int) -> Outcome:  # noqa: ARG002 - the reference is enough
        """What became of the message with our reference `marker`, whatever its address.

        Notify keeps messages for seven days; older ones than `since` are of another database of ours.
        """
        if _REFERENCE.fullmatch(marker) is None:
            return Outcome(Result.UNKNOWN, code="no-marker")

        def search(client: Any) -> Outcome:
            listed = client.get_all_notifications(template_type=self._kind, reference=marker)["notifications"]
            return furthest(_became(sent) for sent in listed if _created(sent) >= since - CLOCKS_DIFFER)

        try:
            return self._ask(search)
        except NotAnswered as silence:
            return Outcome(Result.UNKNOWN, code=str(silence))

    def _client(self, attempt: Attempt) -> Any:
        from notifications_python_client.notifications import NotificationsAPIClient

        from mash_monitor.channels.quiet import silence
        from mash_monitor.channels.watched import WatchedSession

        silence("notifications_python_client")
        settings = self._settings
        client = NotificationsAPIClient(settings.api_key, settings.base_url or API)  # type: ignore[no-untyped-call]
        client.request_session = WatchedSession(attempt, (min(5, settings.timeout), settings.timeout))
        return client

    def _hand_over(self, client: Any, envelope: Envelope) -> Any:
        reference = self.marker(envelope)
        if self._kind == "sms":
            return client.send_sms_notification(
                envelope.address, self._template, {"body": envelope.body}, reference=reference
            )
        content = {"subject": envelope.subject, "body": envelope.text or envelope.body}
        return client.send_email_notification(envelope.address, self._template, content, reference=reference)

    def _ask(self, question: Callable[[Any], T]) -> T:
        """The answer to a question that changes nothing. Raises NotAnswered."""
        attempt = Attempt()
        try:
            return attempt.run(self._settings.timeout, lambda: question(self._client(attempt)))
        except Exception as error:
            raise NotAnswered(_code(error)) from None


def _unsent(error: Exception, attempt: Attempt) -> Outcome:
    status = _status(error)
    if status == 429:
        from mash_monitor.channels.watched import retry_after

        wait = retry_after(error.response.headers)  # type: ignore[attr-defined]  # where the status is from
        return Outcome(Result.REFUSED, code=_code(error), retry_after=wait)
    if status is not None and 400 <= status < 500:
        return Outcome(Result.REJECTED, code=_code(error))
    if status is not None:
        return Outcome(Result.UNKNOWN, code=_code(error))
    return replace(attempt.failed(error), code=_code(error))


def _status(error: Exception) -> int | None:
    """The status of the answer, for the client's errors that come of one."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _code(error: Exception) -> str:
    """A short code; the words of an answer repeat addresses."""
    status = _status(error)
    if status is not None and status >= 300:
        return f"http-{status}"
    misunderstood = isinstance(error, (LookupError, TypeError, ValueError, AttributeError))
    return "bad-answer" if status is not None or misunderstood else reason(error)


def _became(notification: Any) -> Outcome:
    """What a notification's status says. Raises an ordinary error where this is no notification."""
    status = notification["status"]
    result = _RESULTS.get(status, Result.ACCEPTED)
    code = status if result is Result.UNDELIVERED else None
    return Outcome(result, evidence=_id_of(notification), code=code)


def _id_of(notification: Any) -> str:
    found = notification["id"]
    if _ID.fullmatch(found) is None:
        raise ValueError("no id")
    return str(found)


def _created(notification: Any) -> float:
    """Epoch seconds; a time without a zone is UTC."""
    created = datetime.fromisoformat(notification["created_at"])
    return (created if created.tzinfo else created.replace(tzinfo=UTC)).timestamp()
