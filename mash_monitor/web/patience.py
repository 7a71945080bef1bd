"""Slower after each failure: whoever guesses tokens soon waits for minutes, whoever mistyped one hardly notices."""

import threading
from collections import OrderedDict
from typing import NamedTuple

_FREE = 3
"""Failures in a row before anybody waits."""
_LONGEST = 300
_FORGOTTEN_AFTER = 3600
_MOST_KNOWN = 1_000


class _Failures(NamedTuple):
    number: int
    last: int


class Patience:
    """How long each address has to wait before its next attempt. Instants and waits are seconds."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str, now: int) -> int:
        """Seconds for which an attempt from this address is not even looked at; 0: it may try."""
        with self._lock:
            number, last = self._known(address, now)
        if number < _FREE:
            return 0
        return max(0, last + min(_LONGEST, 1 << (number - _FREE + 1)) - now)

    def failed(self, address: str, now: int) -> None:
        """Note a failure."""
        with self._lock:
            self._failures[address] = _Failures(self._known(address, now).number + 1, now)
            self._failures.move_to_end(address)
            if len(self._failures) > _MOST_KNOWN:
                self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget what failed before."""
        with self._lock:
            self._failures.pop(address, None)

    def _known(self, address: str, now: int) -> _Failures:
        known = self._failures.get(address, _Failures(0, 0))
        return known if 0 <= now - known.last < _FORGOTTEN_AFTER else _Failures(0, 0)
