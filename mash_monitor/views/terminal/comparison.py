"""A published table beside what follows from its own parts and from the rows."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.published import Checked
from mash_monitor.views.glossary import COMPARED, NOTHING, compared
from mash_monitor.views.terminal.canvas import HEADING, QUIET, said

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
        table.add_row(said(one.place), *numbers, Text(COMPARED[one.follows], _STYLES[one.follows]))
    wrong = [one for one in checked if one.follows is False]
    return Group(
        table,
        Text(f"\n{compared(checked)}", HEADING),
        *(said(f"{one.place} = {one.printed}: {one.why}") for one in wrong),
    )
