"""Calls that end in time, whatever they wait for."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class TimedOut(Exception):
    """The call did not come back in time; it may still be hanging."""


class Lane(Generic[T]):
    """One call at a time, given up after a limit.

    A call that hangs cannot be ended from outside, so its thread is left behind (as a daemon thread, it
    keeps no process alive), and while it hangs no second one is started.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._thread: threading.Thread | None = None

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """The call's result, or its exception. Raises TimedOut, at once if an earlier call still hangs."""
        if self._thread is not None and self._thread.is_alive():
            raise TimedOut("an earlier look at it still hangs")
        result: list[T] = []
        error: list[BaseException] = []

        def work() -> None:
            try:
                result.append(call())
            except BaseException as raised:
                error.append(raised)

        self._thread = threading.Thread(target=work, name=self.name, daemon=True)
        self._thread.start()
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise TimedOut(f"no answer within {seconds:g} s")
        if error:
            raise error[0]
        return result[0]
