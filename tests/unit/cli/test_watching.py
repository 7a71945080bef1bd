"""A watched summary: read anew on each pass, and honest about its age when it cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy.exc import OperationalError

from mash_monitor.cli.watching import Refreshing
from mash_monitor.contacts import StoreUnavailable
from mash_monitor.domain.position import Position
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY

EMPTY = sample.position([])


@dataclass
class Hub:
    """A hub at a pass, whose reading may fail. Each reading takes the next instant."""

    instants: Iterator[int]
    passes: int = 1
    error: Exception | None = None

    def read(self) -> Position:
        if self.error is not None:
            raise self.error
        return replace(EMPTY, now=next(self.instants))


def watched(*instants: int) -> tuple[Hub, Refreshing]:
    hub = Hub(iter((FRIDAY, *instants)))
    return hub, Refreshing(hub.read, lambda: hub.passes)


def test_a_new_pass_is_shown_at_once_and_nothing_is_read_in_between() -> None:
    hub, shown = watched(FRIDAY + 20)
    shown.look(FRIDAY + 10)
    assert shown.position.now == FRIDAY
    hub.passes = 2
    shown.look(FRIDAY + 20)
    assert shown.position.now == FRIDAY + 20
    assert "As of 16:30, less than a minute ago. Read anew" in shown.age(FRIDAY + 25).plain


def test_without_a_pass_it_is_read_each_minute() -> None:
    _, shown = watched(FRIDAY + 60)
    shown.look(FRIDAY + 59)
    assert shown.position.now == FRIDAY
    shown.look(FRIDAY + 60)
    assert shown.position.now == FRIDAY + 60


def test_what_cannot_be_read_is_told_and_the_last_position_stays() -> None:
    hub, shown = watched(FRIDAY + 180)
    hub.error = StoreUnavailable("the contact store does not answer")
    shown.look(FRIDAY + 60)
    assert shown.age(FRIDAY + 120).plain.strip() == (
        "As of 16:30, 2 min ago: NOT REFRESHED, the contact store does not answer"
    )
    hub.error = None
    shown.look(FRIDAY + 61)
    assert shown.trouble is not None  # the next try comes a minute later
    shown.look(FRIDAY + 180)
    assert shown.position.now == FRIDAY + 180
    assert "NOT REFRESHED" not in shown.age(FRIDAY + 180).plain


def test_what_a_driver_says_is_not_repeated() -> None:
    hub, shown = watched()
    hub.error = OperationalError("SELECT secret", {}, Exception("secret"))
    shown.look(FRIDAY + 60)
    assert shown.trouble == "the state database cannot be read (OperationalError)"


def test_an_old_position_stands_out() -> None:
    _, shown = watched()
    assert shown.age(FRIDAY + 179).style != shown.age(FRIDAY + 180).style
