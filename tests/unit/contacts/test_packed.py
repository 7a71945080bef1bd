"""Reading ahead: nothing is lost or swallowed, and a database that does not answer keeps no process alive."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from mash_monitor.contacts.errors import NotInBulk
from mash_monitor.contacts.packed import _ahead

_STUCK = """
from threading import Event, Thread
from mash_monitor.contacts.packed import _ahead

def rows():
    yield 1
    Event().wait()

seen = Event()

def read():
    for _ in _ahead(rows()):
        seen.set()

Thread(target=read, daemon=True).start()
seen.wait()
print("seen")
"""


def test_all_items_come_in_their_order() -> None:
    assert list(_ahead(iter(range(1, 50)))) == list(range(1, 50))
    assert list(_ahead(iter(()))) == []


def test_what_goes_wrong_ahead_is_told_where_it_is_reached() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise NotInBulk

    items = _ahead(failing())
    assert next(items) == 1
    with pytest.raises(NotInBulk):
        next(items)


def test_who_stops_in_the_midst_leaves_nobody_reading() -> None:
    asked: list[int] = []

    def counted() -> Iterator[int]:
        for number in range(1, 100):
            asked.append(number)
            yield number

    items = _ahead(counted())
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert len(asked) <= 2


def test_a_database_that_does_not_answer_keeps_no_process_alive() -> None:
    done = subprocess.run([sys.executable, "-c", _STUCK], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "seen\n"
