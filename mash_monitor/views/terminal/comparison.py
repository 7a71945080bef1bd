"""A published table beside what follows from its own parts and from the rows."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.published import Checked
from mash_monitor.domain.words import count
from mash_monitor.views.glossary import NOTHING
from mash_monitor.views.terminal.canvas import HEADING, QUIET, said

_WORDS = {True: "follows", False: "DOES NOT FOLLOW", None: "not checked"}
_STYLES = {True: "green", False: "bold red", None: QUIET}


def comparison(checked: Sequence[Checked]) -> RenderableType:
    """Every figure, and in a sentence how many do not follow."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    table.add_column("figure", overflow="fold")
    for name in ("printed", "its parts", "the rows"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for one in checked:
        numbers = (NOTHING if number is None else f"{number:,}" for number in (one.printed, one.parts, one.rows))
        table.add_row(said(one.place), *numbers, Text(_WORDS[one.follows], _STYLES[one.follows]))
    wrong = [one for one in checked if one.follows is False]
    if not wrong:
        return Group(table, Text("\nEvery figure that could be checked follows.", HEADING))
    told = f"{count(len(wrong), 'figure')} of {len(checked)} {'does' if len(wrong) == 1 else 'do'} not follow"
    return Group(
        table,
        Text(f"\n{told}:", HEADING),
        *(said(f"{one.place} = {one.printed}: {one.why}") for one in wrong),
    )
