"""The next 24 hours as a strip: when deadlines fall, when somebody is there, when the reports come."""

from collections.abc import Iterator

from rich.text import Text

from mash_monitor.domain.calendar import local
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.words import duration
from mash_monitor.views.terminal.canvas import LEVEL_STYLES, QUIET, Canvas, heading

HOUR = 3600
_HOURS = 24
_LABEL = 11


def timeline(position: Position, canvas: Canvas) -> Iterator[Text]:
    """A heading and four lines of equal slots from now on: hours, deadlines, staffed time, reports.

    A slot with a deadline shows how many there are, or a height where one holds more than nine.
    """
    slot = HOUR // 4 if canvas.width >= _LABEL + _HOURS * 4 else HOUR // 2
    start = position.now - position.now % slot
    slots = range(start, start + _HOURS * HOUR, slot)
    falling = _falling(position, slots)
    highest = max(map(len, falling.values()), default=0)
    scale = f", up to {highest:,} deadlines in {duration(slot)}" if highest > 9 else ""
    yield heading(f"The next 24 hours{scale}")
    yield _hours(position, slots)
    signs = {index: _sign(levels, highest, canvas.signs.heights) for index, levels in falling.items()}
    yield _row("deadlines", [signs.get(index, (" ", "")) for index in range(len(slots))])
    staffed = [position.calendar.staffed(at, at + slot) * 2 >= slot for at in slots]
    here, nobody = (canvas.signs.full, "cyan"), (canvas.signs.rule, QUIET)
    yield _row("staffed", [here if there else nobody for there in staffed])
    reports = {(at - start) // slot for at in (position.next_report, position.after_next)}
    yield _row("reports", [(canvas.signs.report if index in reports else " ", "bold") for index in range(len(slots))])


def _hours(position: Position, slots: range) -> Text:
    """The hour over every sixth slot or so; midnight shows the weekday that begins."""
    line = ""
    every = 3 if slots.step == HOUR // 2 else 2
    for index, at in enumerate(slots):
        there = local(at, position.zone)
        if there.minute == 0 and there.hour % every == 0 and len(line) <= index:
            label = f"{there:%a}" if there.hour == 0 else f"{there:%H}"
            line = line.ljust(index) + (label if index + len(label) <= len(slots) else "")
    return Text(" " * _LABEL + line, QUIET)


def _falling(position: Position, slots: range) -> dict[int, list[Level]]:
    """The levels of the contacts whose deadline falls in a slot, by its index."""
    found: dict[int, list[Level]] = {}
    for item in position.watched:
        due = item.subject.future.deadline
        if due is not None and not item.overdue and due.at < slots.stop:
            found.setdefault((due.at - slots.start) // slots.step, []).append(item.level)
    return found


def _sign(levels: list[Level], highest: int, heights: str) -> tuple[str, str]:
    number = len(levels)
    shown = str(number) if highest <= 9 else heights[(number * len(heights) - 1) // highest]
    return shown, LEVEL_STYLES[max(levels, key=lambda level: level.rank)]


def _row(label: str, signs: list[tuple[str, str]]) -> Text:
    return Text.assemble((label.ljust(_LABEL), QUIET), *signs, no_wrap=True)
