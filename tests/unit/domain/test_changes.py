"""What became different between two instants: where each contact stood then, and where it stands now."""

import pytest

from mash_monitor.domain.changes import Changes, Move, changes
from mash_monitor.domain.transition import Kind


def counted(*moves: tuple[Kind, str | None, str]) -> dict[str, int]:
    """What these moves of one contact count as; zeros left out."""
    found = changes((Move("C-1", kind, before, after) for kind, before, after in moves), 0, 1)
    return {
        name: number
        for name in Changes.__slots__
        if name not in {"since", "until"} and (number := getattr(found, name))
    }


@pytest.mark.parametrize(
    ("moves", "found"),
    [
        ([(Kind.APPEARED, None, "green")], {"came": 1}),
        ([(Kind.APPEARED, None, "red")], {"came": 1, "red": 1}),
        ([(Kind.APPEARED, None, "green"), (Kind.TIME, "green", "amber")], {"came": 1, "amber": 1}),
        ([(Kind.APPEARED, None, "amber"), (Kind.DECIDED, "amber", "decided")], {"came": 1, "decided": 1}),
        ([(Kind.TIME, "amber", "red"), (Kind.TIME, "red", "overdue")], {"overdue": 1}),
        ([(Kind.TIME, "amber", "red"), (Kind.DECIDED, "red", "decided")], {"decided": 1}),
        ([(Kind.DECIDED, "red", "decided"), (Kind.REOPENED, "decided", "red")], {}),
        ([(Kind.REOPENED, "decided", "overdue")], {"reopened": 1, "overdue": 1}),
        ([(Kind.REOPENED, "decided", "red"), (Kind.DECIDED, "red", "decided")], {}),
        ([(Kind.CORRECTED, "overdue", "green")], {"eased": 1}),
        ([(Kind.RULES, "red", "amber")], {"eased": 1}),
        ([(Kind.VANISHED, "red", "missing")], {"vanished": 1}),
        ([(Kind.RETURNED, "missing", "red"), (Kind.VANISHED, "red", "missing")], {}),
        ([(Kind.VANISHED, "red", "missing"), (Kind.DECIDED, "missing", "decided")], {"decided": 1}),
        ([(Kind.RETURNED, "missing", "green")], {"returned": 1}),
        ([(Kind.UNPARKED, None, "red")], {}),
        ([(Kind.ACKNOWLEDGED, "red", "red"), (Kind.ACKNOWLEDGED, "red", "red")], {"acknowledged": 1}),
    ],
)
def test_a_contact_counts_by_where_it_stood_and_where_it_stands(
    moves: list[tuple[Kind, str | None, str]], found: dict[str, int]
) -> None:
    assert counted(*moves) == found


def test_contacts_are_counted_each_by_itself() -> None:
    moves = [
        Move("C-1", Kind.TIME, "amber", "red"),
        Move("C-2", Kind.APPEARED, None, "red"),
        Move("C-1", Kind.TIME, "red", "overdue"),
        Move("C-3", Kind.DECIDED, "red", "decided"),
    ]
    assert changes(moves, 10, 20) == Changes(10, 20, came=1, overdue=1, red=1, decided=1)
