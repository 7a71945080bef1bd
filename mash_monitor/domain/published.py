"""A table that somebody published, checked: does each figure follow from its own parts, and from the rows?

Figures are decimals as they were printed: 44.0 has one decimal, and stands for whatever rounds to it. Sections are
"quarter" (or "period"), "previous_quarter" (or "previous") and one a month; docs/commands.md has the names. One that
ends in "_derived" was not printed: it is a part of others, and not checked itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mash_monitor.domain.printed import percentage, rounded
from mash_monitor.domain.published_names import Bounds, Names, counts_of, names_of
from mash_monitor.domain.published_parts import DERIVED, Parts, Section
from mash_monitor.domain.scorecard import Scorecard

_OF_ANOTHER_PERIOD = "year_to_date"
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")
_LONGEST = 12
"""Digits of a figure, on either side of its point: no hub has more contacts, and nobody prints more decimals."""


class Answer(StrEnum):
    """What is found of a printed figure. An unknown one may be mistyped, so it is a finding too."""

    FOLLOWS = "follows"
    DOES_NOT_FOLLOW = "does_not_follow"
    NOT_CHECKED = "not_checked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """One printed figure. `parts` and `rows` are what follows from either, as precisely as it was printed.

    Bounds of a percentage have two decimals at least. `why` says what is wrong, or why nothing can be said.
    """

    place: str
    printed: Decimal
    parts: Decimal | None
    rows: Bounds | None
    answer: Answer
    why: str = ""

    @property
    def amiss(self) -> bool:
        """Whether somebody has to look at it."""
        return self.answer in (Answer.DOES_NOT_FOLLOW, Answer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Table:
    """The printed figures of a period, of its months by name, and of the period before."""

    period: Section
    previous: Section
    months: Mapping[str, Section]


def table_of(document: Mapping[str, Any]) -> Table:
    """The table in a document. Raises ValueError with what is wrong where there is none in it."""
    period = document.get("quarter", document.get("period"))
    if not isinstance(period, dict):
        raise ValueError("neither a section [quarter] nor one [period]")
    months = document.get("month", [])
    if not isinstance(months, list) or not all(
        isinstance(one, dict) and isinstance(one.get("month"), str) for one in months
    ):
        raise ValueError('a [[month]] that does not say which: month = "2020-01"')
    previous = document.get("previous_quarter", document.get("previous", {}))
    return Table(_section(period), _section(previous), {one["month"]: _section(one) for one in months})


def check(table: Table, card: Scorecard) -> Iterator[Checked]:
    """Check every figure of a table against itself, and against the contacts of a scorecard."""
    names = names_of(card, [table.period, table.previous, *table.months.values()])
    # A table that prints some of the months says nothing of their sum.
    months = list(table.months.values()) if len(table.months) == len(card.months) else []
    yield from _section_checks("period", table.period, months, names, counts_of(card.total, names))
    yield from _section_checks("previous", table.previous, [], names, counts_of(card.previous, names))
    found = {month.name: counts_of(figures, names) for month, figures in card.months}
    for name, section in table.months.items():
        yield from _section_checks(name, section, [], names, found.get(name, {}))


def _section(values: Mapping[str, Any]) -> Section:
    numbers = {name: Decimal(value) for name, value in values.items() if isinstance(value, Decimal | int)}
    for name, number in numbers.items():
        exponent = number.as_tuple().exponent
        if isinstance(exponent, str) or not -_LONGEST <= exponent <= 0 or number.adjusted() >= _LONGEST:
            raise ValueError(f"{name} = {number}, which is no figure as one is printed")
    return numbers


def _section_checks(
    place: str, section: Section, months: Sequence[Section], names: Names, rows: Mapping[str, Bounds]
) -> Iterator[Checked]:
    parts = Parts(section, months, names)
    for key, printed in section.items():
        at = f"{place}.{key}"
        if key.endswith(DERIVED):
            continue
        if _OF_ANOTHER_PERIOD in key:
            yield Checked(at, printed, None, None, Answer.NOT_CHECKED, "it is of another period")
        elif key not in names:
            why = f"the nearest known name is {names.nearest(key)}"
            yield Checked(at, printed, None, None, Answer.UNKNOWN, why)
        else:
            yield _checked(at, key, parts, _of_rows(key, names, rows))


def _checked(at: str, key: str, parts: Parts, rows: Bounds | None) -> Checked:
    printed, given = parts.section[key], parts.give(key)
    shown = None if rows is None else _shown(rows, printed, share=key in parts.names.ratios)
    wrong = [] if given is None else [f"its own parts give {given:,}"] if given != printed else []
    if forbidden := parts.forbid(key):
        wrong.append(forbidden)
    if rows is not None and not rounded(rows.low, printed) <= printed <= rounded(rows.high, printed):
        wrong.append(f"the rows give {shown}")
    if wrong:
        return Checked(at, printed, given, shown, Answer.DOES_NOT_FOLLOW, "; ".join(wrong))
    if given is None and rows is None:
        return Checked(at, printed, None, None, Answer.NOT_CHECKED, "nothing to check it by")
    within = f"within {shown}" if shown is not None and shown.low != shown.high else ""
    return Checked(at, printed, given, shown, Answer.FOLLOWS, within)


def _of_rows(key: str, names: Names, rows: Mapping[str, Bounds]) -> Bounds | None:
    ratio = names.ratios.get(key)
    if ratio is None:
        return rows.get(key)
    part, whole = rows.get(ratio.part), rows.get(ratio.whole)
    if part is None or whole is None or not whole.low:
        return None
    return Bounds(percentage(part.low, whole.low), percentage(part.high, whole.low))


def _shown(rows: Bounds, printed: Decimal, *, share: bool) -> Bounds:
    finer = share and rows.low != rows.high and printed == rounded(printed, _TENTH)
    return Bounds(*(rounded(bound, _HUNDREDTH if finer else printed) for bound in rows))
