"""Bars: a share against its target, a part of a whole, a position by level."""

from rich.text import Text

from mash_monitor.domain.measures import Tally
from mash_monitor.domain.message import Counts
from mash_monitor.views.glossary import by_level, share, share_in_numbers, standing
from mash_monitor.views.terminal.canvas import (
    HEADING,
    QUIET,
    STANDING_STYLES,
    WIDE,
    Canvas,
    Signs,
    bar_style,
)


def share_bar(tally: Tally, target_pct: float | None, width: int, signs: Signs) -> Text:
    """The share in time as a bar of `width` columns, with a mark at the target.

    Where some contacts are uncertain, the part between the low and the high bound is drawn as perhaps.
    """
    sure, most = (_columns(pct or 0, width) for pct in (tally.pct_low, tally.pct_high))
    found = standing(tally, target_pct)
    style = QUIET if found is None else STANDING_STYLES[found]
    bar = Text.assemble((signs.full * sure + signs.perhaps * (most - sure), style))
    bar.append(signs.empty * (width - most), QUIET)
    if target_pct is None:
        return bar
    # the mark stands on the column that a share equal to the target would fill last
    at = max(0, _columns(target_pct, width) - 1)
    return Text.assemble(bar[:at], (signs.mark, "bold"), bar[at + 1 :])


def share_cell(tally: Tally, target_pct: float | None, width: int, canvas: Canvas) -> Text:
    """The share as a bar of `width` columns with its standing, then in figures, and what they count."""
    found = standing(tally, target_pct)
    gap = "  " if canvas.width >= WIDE else "\n"
    return Text.assemble(
        share_bar(tally, target_pct, width, canvas.signs),
        " " if found is None else (f" {found.value}", STANDING_STYLES[found]),
        (f"\n{share(tally)}", HEADING),
        (f"{gap}{share_in_numbers(tally)}", QUIET),
    )


def part_bar(part: int, whole: int, width: int, signs: Signs) -> Text:
    """A part of a whole as a bar; whatever is not nothing fills at least one column."""
    filled = max(1, _columns(100 * part / whole, width)) if part else 0
    return Text(signs.full * filled + " " * (width - filled))


def level_bar(counts: Counts, width: int, signs: Signs) -> Text:
    """The open contacts by level across the whole width; each level that has any is seen."""
    numbers = by_level(counts)
    bar, drawn, before = Text(), 0, 0
    if not counts.total:
        return bar
    for (level, number), sign in zip(numbers.items(), signs.levels, strict=True):
        before += number
        end = round(width * before / counts.total)
        columns = max(end - drawn, 1 if number else 0)
        bar.append(sign * columns, bar_style(level))
        drawn += columns
    return bar[:width]


def _columns(pct: float, width: int) -> int:
    return min(width, round(pct * width / 100))
