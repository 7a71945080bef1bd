"""Logging: one JSON object a line on standard error, with nothing personal in it."""

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

from mash_monitor.clock import utc_now

_QUIET = ("apscheduler", "twilio", "sqlalchemy", "urllib3")
"""Libraries whose own lines hold addresses, statements or values."""


def configure(stream: TextIO) -> None:
    """Log to this stream. Errors keep the names of types and places, never the text of an exception."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _timestamp,
            _without_texts,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.basicConfig(handlers=[_Library()], level=logging.WARNING, force=True)


class _Library(logging.Handler):
    """What a library logs, as one line of ours: where it arose, but not its words, which may quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        where = f"{record.name}:{record.lineno}"
        structlog.get_logger().log(record.levelno, "library", library=where)


def _timestamp(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {"at": utc_now().isoformat(timespec="seconds"), **event}


def _without_texts(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """An exception as its type and the place in our code: its text may repeat values from a store."""

    if event.pop("exc_info", None):
        error = sys.exc_info()[1]
        if error is not None:
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "mash_monitor" in frame.filename]
            event["error"] = type(error).__name__
            event["where"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-3:]]
    return event
