"""The list of guards that are taken away stays true to the source."""

from tests.faults import mutations


def test_every_guard_is_where_the_list_takes_it_away() -> None:
    """Where a guard is written otherwise, the list follows, and `python -m tests.faults.mutations` is run again."""
    assert mutations.stale() == []
