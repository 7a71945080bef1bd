"""A published table beside what follows from its own parts and from the rows."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.published import Answer, Checked
from mash_monitor.views.compared import WORDS, in_short
from mash_monitor.views.glossary import NOTHING
from mash_monitor.views.terminal.canvas import HEADING, QUIET, said

_STYLES = {
    Answer.FOLLOWS: "green",
    Answer.DOES_NOT_FOLLOW: "bold red",
    Answer.NOT_CHECKED: QUIET,
    Answer.UNKNOWN: "bold red",
}


def comparison(checked: Sequence[Checked]) -> RenderableType:
    """Every figure, and in a sentence how many do not follow."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    table.add_column("figure", overflow="fold")
    for name in ("printed", "its parts", "the rows"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for one in checked:
        parts = NOTHING if one.parts is None else f"{one.parts:,}"
        rows = NOTHING if one.rows is None else str(one.rows)
        table.add_row(said(one.place), f"{one.printed:,}", parts, rows, Text(WORDS[one.answer], _STYLES[one.answer]))
    return Group(
        table,
        Text(f"\n{in_short(checked)}", HEADING),
        *(said(f"{one.place} = {one.printed}: {_told(one)}") for one in checked if one.amiss),
    )


def _told(one: Checked) -> str:
    return f"{WORDS[one.answer]}, {one.why}" if one.answer is Answer.UNKNOWN else one.why
