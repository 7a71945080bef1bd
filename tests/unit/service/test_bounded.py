"""Calls that end in time, whatever they wait for."""

import threading

import pytest

from mash_monitor.service.bounded import Lane, TimedOut


def test_a_call_in_time_gives_its_result_or_its_exception() -> None:
    lane = Lane[int]("store")
    assert lane.run(lambda: 7, 10) == 7
    with pytest.raises(ZeroDivisionError):
        lane.run(lambda: 1 // 0, 10)
    assert lane.run(lambda: 8, 10) == 8


def test_a_call_that_hangs_is_left_behind_and_none_is_started_beside_it() -> None:
    lane, let_go, calls = Lane[bool]("store"), threading.Event(), list[int]()

    def hang() -> bool:
        calls.append(1)
        return let_go.wait(30)

    with pytest.raises(TimedOut, match=r"no answer within 0\.01 s"):
        lane.run(hang, 0.01)
    with pytest.raises(TimedOut, match="an earlier look at it still hangs"):
        lane.run(hang, 10)
    assert calls == [1]
    assert lane._thread is not None
    assert lane._thread.daemon  # keeps no process alive
    let_go.set()
    lane._thread.join()
    assert lane.run(lambda: True, 10)
