"""A table that somebody published, checked: does each figure follow from its own parts, and from the rows?

Figures are decimals as they were printed: 44.0 has one decimal, and stands for whatever rounds to it. Sections are
"quarter" (or "period"), "previous_quarter" (or "previous") and one a month; docs/commands.md has the names. One that
ends in "_derived" was not printed: it is a part of others, and not checked itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mash_monitor.domain.printed import rounded
from mash_monitor.domain.published_names import Names, names_of
from mash_monitor.domain.published_parts import DERIVED, Parts, Section
from mash_monitor.domain.published_rows import Bounds, Rows
from mash_monitor.domain.scorecard import Scorecard

_OF_ANOTHER_PERIOD = "year_to_date"
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")
_DIGITS, _DECIMALS = 9, 6
"""No hub has more contacts, and nobody prints more decimals. Within both, exact arithmetic stays exact."""


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
    of_period = Rows.of(card, card.period, card.total, names)
    yield from _section_checks("period", Parts(table.period, months, names), of_period)
    before = Rows.of(card, card.before, card.previous, names)
    yield from _section_checks("previous", Parts(table.previous, [], names), before)
    by_month = {month.name: Rows.of(card, month, figures, names) for month, figures in card.months}
    for name, section in table.months.items():
        yield from _section_checks(name, Parts(section, [], names), by_month.get(name, Rows(names, {})))


def _section(values: Mapping[str, Any]) -> Section:
    numbers = {name: Decimal(value) for name, value in values.items() if isinstance(value, Decimal | int)}
    for name, number in numbers.items():
        exponent = number.as_tuple().exponent
        if isinstance(exponent, str) or not -_DECIMALS <= exponent <= 0 or number.adjusted() >= _DIGITS:
            raise ValueError(f"{name} = {number}, which is no figure as one is printed")
    return numbers


def _section_checks(place: str, parts: Parts, rows: Rows) -> Iterator[Checked]:
    for key, printed in parts.section.items():
        at = f"{place}.{key}"
        if key.endswith(DERIVED):
            continue
        if _OF_ANOTHER_PERIOD in key:
            yield Checked(at, printed, None, None, Answer.NOT_CHECKED, "it is of another period")
        elif key not in parts.names:
            yield Checked(at, printed, None, None, Answer.UNKNOWN, _alike(key, parts.names))
        else:
            yield _checked(at, key, parts, rows)


def _alike(key: str, names: Names) -> str:
    nearest = names.nearest(key)
    return "no known name is like it" if nearest is None else f"the nearest known name is {nearest}"


def _checked(at: str, key: str, parts: Parts, rows: Rows) -> Checked:
    printed, given, found = parts.section[key], parts.give(key), rows.give(key)
    shown = None if found is None else _shown(found, printed, share=key in parts.names.ratios)
    wrong = [] if given is None or given == printed else [f"its own parts give {given:,}"]
    if forbidden := parts.forbid(key):
        wrong.append(forbidden)
    if found is not None and not rounded(found.low, printed) <= printed <= rounded(found.high, printed):
        wrong.append(f"the rows give {shown}{rows.lacking(key)}")
    if wrong:
        return Checked(at, printed, given, shown, Answer.DOES_NOT_FOLLOW, "; ".join(wrong))
    if given is None and found is None:
        return Checked(at, printed, None, None, Answer.NOT_CHECKED, "nothing to check it by")
    within = f"within {shown}" if shown is not None and shown.low != shown.high else ""
    return Checked(at, printed, given, shown, Answer.FOLLOWS, within)


def _shown(found: Bounds, printed: Decimal, *, share: bool) -> Bounds:
    finer = share and found.low != found.high and printed == rounded(printed, _TENTH)
    return Bounds(*(rounded(bound, _HUNDREDTH if finer else printed) for bound in found))
