"""What each figure is."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from mash_monitor.views.figures import FIGURES
from mash_monitor.views.terminal.canvas import HEADING, QUIET


def figures() -> RenderableType:
    """Each figure with what it says, what is counted, and of what, in the order of a summary."""
    return Group(*_draw())


def _draw() -> Iterator[RenderableType]:
    for figure in FIGURES.values():
        yield Text.assemble((figure.name, HEADING), f"  {figure.says}")
        for label, words in (("counted", figure.counts), ("of", figure.of)):
            if words:
                yield Padding(Text.assemble((f"{label}: ", QUIET), words), (0, 0, 0, 4))
