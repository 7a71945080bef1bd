"""The same call made by several threads at once."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def at_once(call: Callable[[int], T], times: int = 5) -> list[T]:
    """The results of `call(0)`, `call(1)`, … started together; an exception of one is raised here."""
    start = threading.Barrier(times)
    results: list[T] = []
    errors: list[Exception] = []

    def run(number: int) -> None:
        start.wait()
        try:
            results.append(call(number))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
