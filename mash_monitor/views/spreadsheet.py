"""A scorecard as rows, for the spreadsheets in which councils go on counting."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from mash_monitor.domain.figures import Figures, Whole
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.views.amounts import WITHHELD, Amount, counted, part_of, repeated
from mash_monitor.views.chosen import largest
from mash_monitor.views.documents import tally_document
from mash_monitor.views.scorecards import very_late_document
from mash_monitor.views.untrusted import plain

NAMES = ("from", "to", "by", "part")
"""The columns that say what a row is about."""
_TALLY = tuple(tally_document(Tally()))
_TAIL = tuple(very_late_document(Tally()))
_FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with, in narrow signs or in wide ones."""
Cell = str | int | float | date | None


def scorecard_rows(card: Scorecard) -> list[list[Cell]]:
    """A header, then one row for each period and part: the whole period, its months, the period compared with.

    Empty where there is no figure, WITHHELD where it is withheld; the last column says below which count it is.
    """
    total = card.total
    header: list[Cell] = [
        *NAMES, "contacts", "share_pct", "children", "referrals", "conversion_pct", "nfa_pct", "repeats", "repeat_pct",
        "open", *(f"outcome {name}" for name in total.outcome_counts()),
        *(plain(f"{scale.name} {name}") for scale in total.timescales for name in ("target_pct", *_TALLY)),
        *(f"over three working days {name}" for name in _TAIL), "withheld_below",
    ]  # fmt: skip
    rows = [header]
    months = card.months if len(card.months) > 1 else []
    for period, whole in [(card.period, total), *months, (card.before, card.previous)]:
        for by, parts in (
            ("all", [("all", whole)]), ("source", largest(whole.groups)), ("team", largest(whole.teams)),
            ("risk", largest(whole.risks)),
        ):  # fmt: skip
            for name, part in parts:
                about: list[Cell] = [period.start, period.end, by, plain(name)]
                rows.append([*about, *_figures(part, whole), card.least])
    return rows


def scorecard_csv(card: Scorecard) -> str:
    """The rows as CSV with the line ends that spreadsheets expect, and no text that one takes for a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(map(_as_text, scorecard_rows(card)))
    return out.getvalue()


def _figures(part: Figures, whole: Whole) -> Iterator[Cell]:
    yield from map(_figure, (counted(part.contacts), part_of(part.contacts, whole.contacts)))
    yield _figure(counted(part.children)) if isinstance(part, Whole) else None
    yield from map(_figure, (
        counted(part.referrals), part_of(part.referrals, part.contacts), part_of(part.nfa, part.contacts)
    ))  # fmt: skip
    if isinstance(part, Whole):
        repeats = repeated(part)
        yield from (WITHHELD if repeats.withheld else part.repeats, _figure(repeats))
    else:
        yield from (None, None)
    yield from map(_figure, map(counted, (part.open, *part.outcome_counts().values())))
    for timescale, tally in zip(part.timescales, part.tallies, strict=True):
        yield None if timescale.target_pct is None else float(timescale.target_pct)
        yield from [WITHHELD] * len(_TALLY) if tally is None else tally_document(tally).values()
    yield from [WITHHELD] * len(_TAIL) if part.tail is None else very_late_document(part.tail).values()


def _figure(amount: Amount) -> Cell:
    return WITHHELD if amount.withheld else amount.value


def _as_text(row: list[Cell]) -> list[Cell]:
    return [*map(_text, row)]


def _text(cell: Cell) -> Cell:
    """A percentage has two decimals, as everywhere."""
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
