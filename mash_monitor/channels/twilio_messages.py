"""The messages of a Twilio account, as the SDK lists and fetches them."""

import re
from typing import Any

from mash_monitor.channels.base import Outcome
from mash_monitor.channels.twilio_callback import failure_code, result_of

_SID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,63}")
"""An id begins with letters ("SM…"): nothing that could be a telephone number is taken for one."""

_PAGE = 50
"""Messages a page: an answer stays well below the largest that is read."""
_MOST = 1_000
_DISORDER = 3_600
"""Seconds by which a list, the newest first, may be out of order before it is read no further."""


def listed(messages: Any, since: int, **filters: str) -> tuple[list[Any], bool]:
    """Messages created since then (epoch seconds), the newest first; and whether these are all of them.

    Twilio's own filter is by the day and by the time of sending, which a message in the queue has not got.
    """
    recent = []
    for read, message in enumerate(messages.stream(**filters, page_size=_PAGE), 1):
        at = created(message)
        if at < since - _DISORDER:
            break
        if at >= since:
            recent.append(message)
        if read == _MOST:
            return recent, False
    return recent, True


def created(message: Any) -> int:
    """When the account took or received a message, in epoch seconds."""
    return int(message.date_created.timestamp())


def became(message: Any) -> Outcome:
    """What a message's status says. Raises ValueError where this is no message."""
    if not is_id(message.sid) or not isinstance(message.status, str):
        raise ValueError("no message")
    result = result_of(message.status)
    return Outcome(result, evidence=message.sid, code=failure_code(result, message.status, message.error_code))


def is_id(sid: object) -> bool:
    """Whether this can be the id of a message."""
    return isinstance(sid, str) and _SID.fullmatch(sid) is not None
