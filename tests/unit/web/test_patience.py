"""Whoever guesses waits longer each time; whoever mistyped hardly notices; nobody is remembered for ever."""

from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.web.patience import Patience


def waits(failures: int, patience: Patience | None = None) -> list[int]:
    """The wait after each failure, of somebody who tries at once whenever it is over."""
    patience, now, found = patience or Patience(), 1_000, []
    for _ in range(failures):
        patience.failed("192.0.2.7", now)
        found.append(patience.wait("192.0.2.7", now))
        now += found[-1]
    return found


def test_the_wait_doubles_after_the_third_failure_and_ends_at_five_minutes() -> None:
    assert waits(12) == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_success_and_an_hour_forgive_and_others_never_wait() -> None:
    patience = Patience()
    waits(5, patience)
    assert patience.wait("192.0.2.8", 1_014) == 0
    assert patience.wait("192.0.2.7", 1_014 + 3_600) == 0
    patience.succeeded("192.0.2.7")
    assert patience.wait("192.0.2.7", 1_014) == 0


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_a_clock_that_steps_locks_nobody_out(moments: list[int]) -> None:
    patience = Patience()
    for now in moments:
        patience.failed("192.0.2.7", now)
        assert 0 <= patience.wait("192.0.2.7", now) <= 300
    assert patience.wait("192.0.2.7", moments[-1] - 1) == 0


def test_only_so_many_addresses_are_remembered() -> None:
    patience = Patience()
    waits(5, patience)
    for number in range(1_000):
        patience.failed(f"host-{number}", 1_000)
    assert patience.wait("192.0.2.7", 1_000) == 0
    assert len(patience._failures) == 1_000
