"""Small counts are withheld, and nothing that is published gives one away."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mash_monitor.domain.contact import CONVERTED, Contact, Outcome
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.suppression import Cell, Published, Sum, given_away, published, suppressed, withheld
from tests.unit.counting.plain import scorecard
from tests.unit.domain.hubs import DAY_LONG, at, office
from tests.unit.domain.test_measures import ONE_DAY, contact

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31), "")


def card(number: int, seed: int = 1) -> Scorecard:
    """A quarter of a small hub."""
    chance = Random(seed)

    def contacts() -> Iterable[Contact]:
        for index in range(number):
            outcome = chance.choice([*Outcome, None])
            day = f"2026-{chance.choice(['01', '02', '03'])}-{chance.randrange(1, 28):02}"
            yield replace(
                contact(f"{day} 09:00", f"{day} {chance.choice(['10', '23'])}:00"), contact_id=f"C-{index}",
                source_group=chance.choice(["Police"] * 5 + ["Schools"] * 2 + ["Individual", "Anonymous"]),
                teams=(chance.choice(["North", "South"]),), outcome=outcome, converted=outcome in CONVERTED,
                persons=(f"p{chance.randrange(number)}",),
            )  # fmt: skip

    return scorecard(contacts(), QUARTER, [DAY_LONG, ONE_DAY], office(), at("2026-04-10 00:00"))


def solvable(hidden: Iterable[Cell], sums: Iterable[Sum]) -> set[Cell]:
    """The plain way: Gauss, in fractions, over the whole matrix."""
    cells = sorted(hidden)
    rows = []
    for total, parts in sums:
        row = [Fraction(cell in parts) - Fraction(cell == total) for cell in cells]
        if any(row):
            rows.append(row)
    rank = 0
    for column in range(len(cells)):
        pivot = next((at for at in range(rank, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for other in range(len(rows)):
            if other != rank and rows[other][column]:
                rows[other] = [a - rows[other][column] * b for a, b in zip(rows[other], rows[rank], strict=True)]
        rank += 1
    return {cells[row.index(Fraction(1))] for row in rows[:rank] if sum(map(bool, row)) == 1}


grids = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=2, max_size=4)
)


def grid(numbers: list[list[int]]) -> Published:
    """A table with sums of rows, of columns and of all."""
    counts: dict[Cell, int] = {("all",): sum(map(sum, numbers))}
    sums = []
    for at_row, row in enumerate(numbers):
        counts |= {("cell", str(at_row), str(place)): number for place, number in enumerate(row)}
        counts["row", str(at_row)] = sum(row)
        sums.append(Sum(("row", str(at_row)), tuple(("cell", str(at_row), str(place)) for place in range(len(row)))))
    for place in range(len(numbers[0])):
        counts["column", str(place)] = sum(row[place] for row in numbers)
        cells = tuple(("cell", str(at_row), str(place)) for at_row in range(len(numbers)))
        sums.append(Sum(("column", str(place)), cells))
    for kind, length in (("row", len(numbers)), ("column", len(numbers[0]))):
        sums.append(Sum(("all",), tuple((kind, str(place)) for place in range(length))))
    return Published(counts, sums)


@settings(max_examples=60)
@given(grids, st.integers(2, 6))
@example([[3, 13, 0], [13, 3, 8], [2, 0, 0]], 5)  # beside what is given away nothing is left to withhold
def test_no_withheld_count_of_a_table_can_be_worked_out(numbers: list[list[int]], least: int) -> None:
    table = grid(numbers)
    hidden = withheld(table, least)
    assert {cell for cell, count in table.counts.items() if 0 < count < least} <= hidden
    assert all(table.counts[cell] for cell in hidden)  # nought tells nothing of anybody
    assert given_away(hidden, table.sums) == solvable(hidden, table.sums) == set()


@pytest.mark.parametrize("seed", range(3))
def test_a_published_scorecard_gives_nothing_away(seed: int) -> None:
    whole = card(90, seed)
    found = published(whole.total, {month.name: part for month, part in whole.months})
    hidden = withheld(found, 5)
    assert 0 < len(hidden) < len(found.counts)
    assert solvable(hidden, found.sums) == set()
    shown = suppressed(whole, 5)
    small = {name for name, part in whole.total.groups.items() if 0 < (part.contacts or 0) < 5}
    assert all(shown.total.groups[name].contacts is None for name in small)
    assert shown.least == 5
    for month, part in shown.months:
        assert (part.groups, part.teams, part.risks) == ({}, {}, {}), month


def test_one_small_count_takes_another_one_with_it() -> None:
    parts = (("a",), ("b",), ("c",), ("d",))
    table = Published({("all",): 40, ("a",): 3, ("b",): 9, ("c",): 28, ("d",): 0}, [Sum(("all",), parts)])
    assert withheld(table, 5) == {("a",), ("b",)}


def test_two_ones_beside_a_sum_of_two_would_be_guessed() -> None:
    table = Published({("all",): 22, ("a",): 1, ("b",): 1, ("c",): 20}, [Sum(("all",), (("a",), ("b",), ("c",)))])
    assert withheld(table, 5) == {("a",), ("b",), ("c",)}


def test_with_large_counts_everything_is_shown() -> None:
    whole = card(20_000)
    shown = suppressed(whole, 5)
    assert shown.total == whole.total


def doubted(tally: Tally | None, late: int, uncertain: int) -> Tally:
    assert tally is not None
    return replace(tally, in_time=tally.received - late - uncertain, late=late, uncertain=uncertain)


def test_a_few_doubts_do_not_withhold_the_share_in_time() -> None:
    """Two doubtful contacts of thousands: they count as late everywhere, and how many they were cannot be told."""
    whole = card(20_000)
    (name, part), *_ = whole.total.groups.items()
    first, second = whole.total.tallies
    of_part, other = part.tallies
    groups = {**whole.total.groups, name: replace(part, tallies=(doubted(of_part, 40, 2), other))}
    doubtful = replace(whole.total, tallies=(doubted(first, 90, 2), second), groups=groups)
    shown = suppressed(replace(whole, total=doubtful), 5)
    assert shown.doubts_are_late
    assert shown.total.tallies == (doubted(first, 92, 0), second)
    assert shown.total.groups[name].tallies[0] == doubted(of_part, 42, 0)
    assert not suppressed(whole, 5).doubts_are_late


def test_many_doubts_stay_what_they_are() -> None:
    whole = card(20_000)
    first, second = whole.total.tallies
    total = replace(whole.total, tallies=(doubted(first, 90, 50), second), groups={}, teams={}, risks={})
    shown = suppressed(replace(whole, total=total), 5)
    assert not shown.doubts_are_late
    assert shown.total.tallies[0] == doubted(first, 90, 50)


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_few_contacts_that_are_in_no_period_are_withheld_too(number: int, shown: int | None) -> None:
    assert suppressed(replace(card(200), without_time=number), 5).without_time == shown
