"""Contacts of which it is not certain whether they were in time, where too few are to be published as such."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from mash_monitor.domain.figures import Figures, Whole
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.scorecard import Scorecard

F = TypeVar("F", bound=Figures)


def few_doubts_late(card: Scorecard, least: int) -> Scorecard:
    """The scorecard, whose doubts by a clock all count as late where somewhere they are fewer than `least`.

    Everywhere, and not in a part alone, or the sums would tell how many they were.
    """
    clocks = _clocks_with_few_doubts(card, least)
    if not clocks:
        return card
    return replace(
        card,
        total=_late(card.total, clocks),
        months=[(month, _late(part, clocks)) for month, part in card.months],
        previous=_late(card.previous, clocks),
        doubts_are_late=True,
    )


def _clocks_with_few_doubts(card: Scorecard, least: int) -> frozenset[int]:
    """The places of the tallies that somewhere have a count of uncertain ones that would have to be withheld."""
    wholes = [card.total, card.previous, *(month for _, month in card.months)]
    parts = [part for whole in wholes for part in (whole, *_parts_of(whole))]
    return frozenset(
        place
        for part in parts
        for place, tally in enumerate(_tallies(part))
        if tally is not None and 0 < tally.uncertain < least
    )


def _late(part: F, clocks: frozenset[int]) -> F:
    *tallies, tail = (
        replace(tally, late=tally.late + tally.uncertain, uncertain=0) if tally and place in clocks else tally
        for place, tally in enumerate(_tallies(part))
    )
    part = replace(part, tallies=tuple(tallies), tail=tail)
    if isinstance(part, Whole):
        groups, teams, risks = (
            {name: _late(one, clocks) for name, one in parts.items()} for parts in (part.groups, part.teams, part.risks)
        )
        part = replace(part, groups=groups, teams=teams, risks=risks)
    return part


def _tallies(part: Figures) -> tuple[Tally | None, ...]:
    return *part.tallies, part.tail


def _parts_of(whole: Whole) -> Iterator[Figures]:
    for parts in (whole.groups, whole.teams, whole.risks):
        yield from parts.values()
