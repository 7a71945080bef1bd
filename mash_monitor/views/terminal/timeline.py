"""The next 24 hours as a strip: when deadlines fall, while somebody is here and while nobody is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.text import Text

from mash_monitor.domain.calendar import local
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.stretches import Stretch, day_ahead
from mash_monitor.domain.words import duration
from mash_monitor.views.glossary import HERE, WHILE_SHUT
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, Canvas, Signs

HOUR = 3_600
_HOURS = 24
_LABEL = 12
_GRAINS = {8: 1, 6: 1, 4: 2, 2: 3, 1: 6}
"""Slots an hour, from the finest to the coarsest, and the hours from one label to the next."""


def timeline(position: Position, canvas: Canvas) -> Iterator[Text]:
    """A heading and four lines of equal slots from now on: hours, deadlines, who is here, reports.

    A number counts the deadlines of its slot, and of the next one where that has any too: two numbers side by side
    would read as one. Where a number would have two digits, or has its neighbour in another stretch, all are heights.
    Each stretch of time says how many fall into it.
    """
    grain = next((grain for grain in _GRAINS if _LABEL + _HOURS * grain <= canvas.width), 1)
    slot = HOUR // grain
    start = position.now - position.now % slot
    slots = range(start, start + _HOURS * HOUR, slot)
    stretches = day_ahead(position)
    falling, heights = _falling(stretches, slots, side_by_side=False), ""
    if any(levels.total() > 9 or index + 1 in falling for index, levels in falling.items()):
        falling, heights = _falling(stretches, slots, side_by_side=True), canvas.signs.heights
    highest = max((levels.total() for levels in falling.values()), default=0)
    scale = f", the highest bar is {highest:,} in {duration(slot)}" if heights else ""
    yield Text.assemble(("The next 24 hours", HEADING), (scale, QUIET))
    yield _hours(position, slots)
    signs = {index: _sign(levels, highest, heights) for index, levels in falling.items()}
    yield _row("deadlines", [signs.get(index, (" ", "")) for index in range(len(slots))])
    edges = [0, *(min(round((stretch.end - start) / slot), len(slots)) for stretch in stretches)]
    widths = [end - first for first, end in pairwise(edges)]
    strips = (_strip(stretch, width, canvas.signs) for stretch, width in zip(stretches, widths, strict=True))
    yield _row("", [part for strip in strips for part in strip])
    reports = {(at - start) // slot for at in (position.next_report, position.after_next)}
    yield _row("reports", [(canvas.signs.report if index in reports else " ", "bold") for index in range(len(slots))])


def _hours(position: Position, slots: range) -> Text:
    """The hour over some of the slots; midnight shows the weekday that begins."""
    line, every = "", _GRAINS[HOUR // slots.step]
    for index, at in enumerate(slots):
        there = local(at, position.zone)
        if there.minute == 0 and there.hour % every == 0 and len(line) <= index:
            label = f"{there:%a}" if there.hour == 0 else f"{there:%H}"
            line = line.ljust(index) + (label if index + len(label) <= len(slots) else "")
    return Text(" " * _LABEL + line, QUIET)


def _falling(stretches: Sequence[Stretch], slots: range, *, side_by_side: bool) -> dict[int, Counter[Level]]:
    """The levels of the contacts whose deadline falls in a slot, by its index; or else in it and the next one."""
    found: dict[int, Counter[Level]] = {}
    for stretch in stretches:
        before = len(slots)
        for item in stretch.due:
            due = item.subject.future.deadline
            # one at the very end of a stretch belongs to the slot before, as it does to the stretch
            at = stretch.end - 1 if due is None or due.at == stretch.end else due.at
            index = min((at - slots.start) // slots.step, len(slots) - 1)
            if not side_by_side:
                before = index = before if index == before + 1 else index
            found.setdefault(index, Counter())[item.level] += 1
    return found


def _sign(levels: Counter[Level], highest: int, heights: str) -> tuple[str, str]:
    number = levels.total()
    shown = heights[(number * len(heights) - 1) // highest] if heights else str(number)
    return shown, LEVEL_STYLES[max(levels, key=lambda level: level.rank)]


def _strip(stretch: Stretch, width: int, signs: Signs) -> list[tuple[str, str]]:
    """A stretch as wide as it lasts: filled while somebody is here, a line while nobody is, and what it holds."""
    caption, loud = _caption(stretch, width)
    fill, style = (signs.full, "cyan") if stretch.staffed else (signs.rule, QUIET)
    left = (width - len(caption)) // 2
    return [(fill * left, style), (caption, loud), (fill * (width - left - len(caption)), style)]


def _caption(stretch: Stretch, width: int) -> tuple[str, str]:
    """What a stretch holds, in as many words as it has room for."""
    number = len(stretch.due)
    few = [f"{number:,} due", f"{number:,}"]
    if not number:
        words, style = [f"while {HERE[True]}" if stretch.staffed else HERE[False].lower()], QUIET
    elif stretch.staffed:
        words, style = [f"{number:,} due while {HERE[True]}", *few], HEADING
    else:
        words, style = (
            [f"{number:,} DUE {WHILE_SHUT.upper()}", f"{number:,} {HERE[False]}", *few],
            LEVEL_STYLES[Level.OVERDUE],
        )
    tight = [f"{number:,}"] if number else []
    return next((said for said in [*(f" {said} " for said in words), *tight] if len(said) <= width), ""), style


def _row(label: str, signs: Sequence[tuple[str, str]]) -> Text:
    return Text.assemble((label.ljust(_LABEL), QUIET), *signs, no_wrap=True)
