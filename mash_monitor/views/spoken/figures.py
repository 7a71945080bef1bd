"""What each figure is, in sentences."""

from collections.abc import Iterator

from mash_monitor.views.figures import FIGURES


def figures() -> Iterator[str]:
    """A line a figure: its name, what it says, what is counted, and of what."""
    for figure in FIGURES.values():
        of = f" Of: {figure.of}." if figure.of else ""
        yield f"{figure.name}: {figure.says} Counted: {figure.counts}.{of}"
