"""One process of the service at work: what its tick and the threads that it starts share."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine


@dataclass(slots=True)
class Shift:
    """A name under which to claim, a clock, the word to stop, and what went wrong last."""

    engine: Engine
    owner: str
    now: Callable[[], int]
    tick_seconds: int = 30
    trouble: str | None = None
    """What went wrong in a thread since the last sign of life, in words without anything personal."""
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def lease(self) -> int:
        """Seconds for which a slot is claimed or kept: whoever misses several ticks has lost it."""
        return max(30, 3 * self.tick_seconds)

    @property
    def over(self) -> bool:
        """Whether no more work is to be begun."""
        return self._stopping.is_set()

    def end(self) -> None:
        """Let no more work begin."""
        self._stopping.set()

    def start(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """A thread that does this work; it keeps no process alive."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread
