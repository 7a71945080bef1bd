"""A scorecard, and a published table beside it, in sentences."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from mash_monitor.domain.published import Checked
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import moment, span
from mash_monitor.views.clocks import rules
from mash_monitor.views.compared import WORDS, in_short
from mash_monitor.views.glossary import share_in_numbers, standing
from mash_monitor.views.notes import notes
from mash_monitor.views.sheet import Cell, Table, tables
from mash_monitor.views.untrusted import plain


def scorecard(card: Scorecard, title: str, zone: ZoneInfo) -> Iterator[str]:
    """The period, then its tables, each under its name, a line a row: every figure after the name of its column."""
    yield plain(f"{title}, {span(card.period.start, card.period.end)}")
    yield f"contacts by local date of receipt ({zone.key}), as they stood {moment(card.at, zone)}"
    yield from notes(card)
    for table in tables(card):
        yield from ("", table.title)
        if table.about:
            yield table.about
        yield from map(plain, _rows(table))
    yield from ("", "Timescales", *rules(card.total.timescales))


def comparison(checked: Sequence[Checked]) -> Iterator[str]:
    """How many figures of a published table do not follow; then each figure, and why it does not."""
    yield in_short(checked)
    for one in checked:
        why = f": {one.why}" if one.why else ""
        yield plain(f"{one.place} = {one.printed}, {WORDS[one.answer]}{why}.")


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        figures = [f"{table.head[at]}: {_figure(table, at, row)}" for at in range(1, len(row)) if row[at]]
        yield f"{row[0]}. {'; '.join(figures)}."


def _figure(table: Table, column: int, row: Sequence[Cell]) -> str:
    cell, numbers = row[column], table.numbers(column, row)
    if isinstance(cell, str) or not table.wide or cell.tally is None:
        return f"{cell}, {numbers}" if numbers else str(cell)
    found = standing(cell.tally, cell.target_pct)
    verdict = "" if found is None else f", {found.value}"
    return f"{cell}, {share_in_numbers(cell.tally)}{verdict}"
