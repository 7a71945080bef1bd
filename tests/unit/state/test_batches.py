"""Statements with many values are sent in batches."""

from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.state.batches import batches


@given(st.lists(st.integers(), max_size=30), st.integers(1, 7))
def test_batches_hold_every_value_in_order_and_none_is_too_long_or_empty(values: list[int], size: int) -> None:
    chunks = list(batches(iter(values), size))
    assert [value for chunk in chunks for value in chunk] == values
    assert all(0 < len(chunk) <= size for chunk in chunks)
