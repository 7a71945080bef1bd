"""The only place that reads the time. Everything else is told what time it is."""

import time
from datetime import UTC, datetime


def now() -> int:
    """The present instant, in whole seconds since the epoch."""
    return int(time.time())


def utc_now() -> datetime:
    """The present instant as an aware datetime, for log lines."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds of a clock that never steps, for measuring how long something took."""
    return time.monotonic()
