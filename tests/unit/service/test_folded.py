"""Values kept for later in little room."""

from mash_monitor.service.folded import Folded


def test_what_is_folded_comes_back_in_order_as_often_as_it_is_asked_for() -> None:
    kept = Folded[dict[str, int]]()
    for number in range(3):
        kept.append({"n": number})
    assert [list(kept), list(kept)] == [[{"n": 0}, {"n": 1}, {"n": 2}]] * 2


def test_nothing_folded_gives_nothing() -> None:
    assert not list(Folded[int]())
