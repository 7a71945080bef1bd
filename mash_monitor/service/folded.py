"""Values kept for later in little room."""

import pickle
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Folded(Generic[T]):
    """Values in order, all but the first packed: a first look at a million contacts then fits into memory.

    Each iteration unpacks them anew, one at a time. What was packed never leaves this process.
    """

    def __init__(self) -> None:
        self._first: list[T] = []
        self._packed: list[bytes] = []

    def append(self, value: T) -> None:
        """Add a value, which nobody changes any more."""
        if self._first:
            self._packed.append(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        else:
            self._first.append(value)

    def __iter__(self) -> Iterator[T]:
        yield from self._first
        yield from map(pickle.loads, self._packed)
