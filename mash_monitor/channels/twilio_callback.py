"""What Twilio tells by itself: status callbacks, believed only with the account's signature.

They come in any order, twice, before the answer to the message that they are about, late, or never; and anybody
can send something that looks like one. Our delivery id travels in the address, which the signature covers: a
callback names its delivery also where the answer with Twilio's id was lost.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mash_monitor.channels.base import Evidence, Reply, Result

STATUS, REPLY = "/twilio/status", "/twilio/reply"
"""Where callbacks are heard, below the public address: statuses under their delivery's id."""

_RESULTS = {
    "delivered": Result.DELIVERED,
    "read": Result.DELIVERED,
    "undelivered": Result.UNDELIVERED,
    "failed": Result.UNDELIVERED,
    "canceled": Result.UNDELIVERED,
}
"""All other statuses, known or to come, are of a message that Twilio has and has not given up."""


def result_of(status: str) -> Result:
    """What one of Twilio's statuses says."""
    return _RESULTS.get(status, Result.ACCEPTED)


def callback_url(base: str, delivery_id: int) -> str:
    """The address for the callbacks of one delivery, below the one where status callbacks are heard."""
    return f"{base.rstrip('/')}/{delivery_id}"


def verified(auth_token: str, url: str, form_body: str, signature: str | None) -> dict[str, str] | None:
    """The fields of a callback that Twilio signed; None where anybody else may have sent it.

    `url` is the public address as it was given to Twilio, `signature` the header X-Twilio-Signature.
    """
    from twilio.request_validator import RequestValidator  # slow to import

    form = dict(parse_qsl(form_body, keep_blank_values=True))
    return form if RequestValidator(auth_token).validate(url, form, signature or "") else None


def evidence(form: Mapping[str, str]) -> Evidence | None:
    """What a verified callback says of its message; None where it says nothing of one."""
    sid, status = form.get("MessageSid"), form.get("MessageStatus")
    if not sid or not status:
        return None
    result = result_of(status)
    return Evidence(sid, result, failure_code(result, status, form.get("ErrorCode")))


def reply(form: Mapping[str, str], now: int) -> Reply | None:
    """What somebody sent to us, from a verified callback that came `now`; None where it holds no message."""
    sid, sender = form.get("MessageSid"), form.get("From")
    return Reply(sid, sender, form.get("Body", ""), now) if sid and sender else None


def failure_code(result: Result, status: str, error_code: str | int | None) -> str | None:
    """For a message that did not arrive: Twilio's code, else its status. None for every other one."""
    if result is not Result.UNDELIVERED:
        return None
    return str(error_code) if str(error_code or "").isdecimal() else status
