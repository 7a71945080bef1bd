"""A table that somebody published, checked: does each figure follow from its own parts, and from the rows?

Figures are decimals as they were printed: 44.0 has one decimal, and stands for whatever rounds to it. Sections are
"quarter" (or "period"), "previous_quarter" (or "previous") and one a month. Keys: contacts; SOURCE_contacts,
SOURCE_share_pct and SOURCE_conversion_pct; conversion_to_referral_pct; within_TIMESCALE_pct. A key that ends in
"_derived" was not printed, and is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mash_monitor.domain.figures import Figures, Whole
from mash_monitor.domain.scorecard import Scorecard

Section = Mapping[str, Decimal]
_SOURCE = re.compile(r"(.+)_(contacts|share_pct|conversion_pct)")
_WITHIN = re.compile(r"within_(.+)_pct")


@dataclass(frozen=True, slots=True)
class Checked:
    """One printed figure. `parts` and `rows` are what follows from either, as precisely as it was printed.

    `follows` is None where neither says anything of it; `why` then says so, else what is wrong.
    """

    place: str
    printed: Decimal
    parts: Decimal | None
    rows: Decimal | None
    follows: bool | None
    why: str = ""


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
    yield from _section_checks("period", table.period, list(table.months.values()), card.total)
    yield from _section_checks("previous", table.previous, [], card.previous)
    found = {month.name: figures for month, figures in card.months}
    for name, section in table.months.items():
        yield from _section_checks(name, section, [], found.get(name))


def _section(values: Mapping[str, Any]) -> Section:
    numbers = {
        name: value
        for name, value in values.items()
        if isinstance(value, Decimal | int) and not name.endswith("_derived")
    }
    return {name: Decimal(value) for name, value in numbers.items()}


def _section_checks(
    place: str, section: Section, months: Sequence[Section], figures: Whole | None
) -> Iterator[Checked]:
    counted = None if figures is None or not figures.contacts else figures
    for key, printed in section.items():
        parts = _of_parts(key, section, months)
        wrong = _impossible(key, section) if parts is None else ""
        rows = None if counted is None else _of_rows(key, counted)
        in_print = None if rows is None else _rounded(rows, printed)
        amiss = [wrong] if wrong else []
        if parts is not None and parts != printed:
            amiss.append(f"its own parts give {parts}")
        if in_print is not None and in_print != printed:
            amiss.append(f"the rows give {in_print}")
        known = parts is not None or in_print is not None
        yield Checked(
            f"{place}.{key}", printed, parts, in_print, False if amiss else True if known else None,
            "; ".join(amiss) if amiss or known else "nothing to check it by",
        )  # fmt: skip


def _of_parts(key: str, section: Section, months: Sequence[Section]) -> Decimal | None:
    """What a figure is by the others that were printed; None where they do not say."""
    printed, contacts = section[key], section.get("contacts")
    if key == "contacts":
        sums = [_contacts_of(month) for month in months]
        return Decimal(sum(filter(None, sums))) if sums and None not in sums else None
    source = _SOURCE.fullmatch(key)
    if source is None or key == "conversion_to_referral_pct":
        return None
    name, what = source.groups()
    number = section.get(f"{name}_contacts")
    if what == "contacts":
        each = [month.get(key) for month in months]
        return Decimal(sum(filter(None, each))) if each and None not in each else None
    if what == "share_pct":
        return _rounded(100 * number / contacts, printed) if number is not None and contacts else None
    referrals = [_whole(month.get(key), month.get(f"{name}_contacts")) for month in months]
    if not number or not referrals or None in referrals:
        return None
    total = sum(filter(None, referrals))
    return _rounded(Decimal(100 * total) / number, printed)


def _impossible(key: str, section: Section) -> str:
    """Why no whole number of contacts makes a percentage; empty where one does, or where it is of others."""
    source, printed = _SOURCE.fullmatch(key), section[key]
    if source is not None and source[2] == "share_pct":
        number = section.get(f"{source[1]}_contacts")
        made = number is None or _wholes_of_part(number, printed)
        return "" if made else f"{number:,} are this share of no whole number of contacts"
    of_source = source is not None and key != "conversion_to_referral_pct"
    whole = section.get(f"{source[1]}_contacts" if source and of_source else "contacts")
    if not whole or not key.endswith("_pct") or "year_to_date" in key or _parts_of_whole(printed, whole):
        return ""
    near = int(printed * whole / 100)
    told = (f"{number:,} is {_rounded(Decimal(100 * number) / whole, printed)}" for number in (near, near + 1))
    return f"no whole number of {whole:,} gives it: {', '.join(told)}"


def _of_rows(key: str, figures: Whole) -> Decimal | None:
    if key == "contacts":
        return _decimal(figures.contacts)
    if key == "conversion_to_referral_pct":
        return _share(figures.referrals, figures.contacts)
    if (within := _WITHIN.fullmatch(key)) is not None:
        for timescale, tally in zip(figures.timescales, figures.tallies, strict=True):
            if _slug(timescale.name) == within[1] and tally is not None and not tally.uncertain:
                return _share(tally.in_time, tally.due)
        return None
    source = _SOURCE.fullmatch(key)
    if source is None:
        return None
    part = next((part for name, part in figures.groups.items() if _slug(name) == source[1]), Figures(()))
    match source[2]:
        case "contacts":
            return _decimal(part.contacts)
        case "share_pct":
            return _share(part.contacts, figures.contacts)
    return _share(part.referrals, part.contacts)


def _contacts_of(month: Section) -> int | None:
    """All contacts of a month: printed, or the one whole number that a source's share of them allows."""
    if "contacts" in month:
        return int(month["contacts"])
    for key, share in month.items():
        number = month.get(key.replace("_share_pct", "_contacts"))
        if key.endswith("_share_pct") and number is not None:
            fitting = _wholes_of_part(number, share)
            return fitting[0] if len(fitting) == 1 else None
    return None


def _whole(share: Decimal | None, of: Decimal | None) -> int | None:
    """The one whole number that is this share; None where none or several are."""
    fitting = _parts_of_whole(share, of) if share is not None and of else []
    return fitting[0] if len(fitting) == 1 else None


def _parts_of_whole(share: Decimal, whole: Decimal) -> list[int]:
    """The whole numbers that are this share of another, as it was printed."""
    near = int(share * whole / 100)
    return [n for n in range(max(0, near - 1), near + 3) if _rounded(Decimal(100 * n) / whole, share) == share]


def _wholes_of_part(part: Decimal, share: Decimal) -> list[int]:
    """The whole numbers of which another is this share, as it was printed."""
    if not share:
        return []
    near = int(100 * part / share)
    return [n for n in range(max(1, near - 3), near + 5) if _rounded(100 * part / n, share) == share]


def _share(part: int | None, whole: int | None) -> Decimal | None:
    return None if part is None or not whole else Decimal(100 * part) / whole


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def _rounded(value: Decimal, like: Decimal) -> Decimal:
    """Half up, to as many decimals as another figure was printed with."""
    return value.quantize(like, ROUND_HALF_UP)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
