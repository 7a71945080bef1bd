"""The mail of one process: what is due goes out and what was replied comes in, in one thread that nobody waits for."""

import threading
from dataclasses import dataclass, field

import structlog

from mash_monitor.channels.base import NotAnswered
from mash_monitor.service.deliver import Courier
from mash_monitor.service.replies import Secretary
from mash_monitor.service.shift import Shift

log = structlog.get_logger()


@dataclass(slots=True)
class Mailroom:
    """A courier and, where replies are read, a secretary. `thread` is the one at work, or the last that was."""

    shift: Shift
    courier: Courier
    secretary: Secretary | None = None
    thread: threading.Thread | None = None
    _starting: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Let messages go out, unless they are going out already."""
        with self._starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = self.shift.start("delivery", self._deliver)

    def _deliver(self) -> None:
        """Send what is due, then hear what was replied, and answer it."""
        sent = self._delivered()
        if self._heard():
            sent += self._delivered()
        if sent:
            log.info("delivery", attempts=sent)

    def _delivered(self) -> int:
        """How many attempts were made; a message that cannot be dealt with keeps nobody's reply from being heard."""
        try:
            return self.courier.deliver(lambda: self.shift.over)
        except Exception as error:
            self.shift.trouble = f"delivery: {type(error).__name__}"
            log.exception("delivery_failed")
            return 0

    def _heard(self) -> int:
        """How many replies came in; a provider that does not answer is asked again at the next tick."""
        if self.secretary is None or self.shift.over:
            return 0
        try:
            return self.secretary.collect(self.shift.now())
        except NotAnswered as error:
            log.warning("replies_not_read", why=str(error))
            return 0
        except Exception as error:
            self.shift.trouble = f"replies: {type(error).__name__}"
            log.exception("replies_failed")
            return 0
