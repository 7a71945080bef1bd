"""One screen of a view that may be longer, with a line at the foot that is always seen."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from mash_monitor.domain.words import count
from mash_monitor.views.terminal.canvas import QUIET


@dataclass(frozen=True, slots=True)
class Screen:
    """As much of `body` as the terminal has lines for, then `foot` on the last one."""

    body: RenderableType
    foot: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = (options.height or options.max_height) - 1
        lines = console.render_lines(self.body, options.update(height=None), pad=False)
        if len(lines) > room:
            more = count(len(lines) - room + 1, "line")
            lines = [*lines[: room - 1], [*_line(console, Text(f"… {more} more: on a taller or wider window", QUIET))]]
        for line in lines:
            yield from line
            yield Segment.line()
        for _ in range(room - len(lines)):
            yield Segment.line()
        self.foot.truncate(options.max_width, overflow="ellipsis")
        yield from _line(console, self.foot)


def _line(console: Console, text: Text) -> Iterator[Segment]:
    return (segment for segment in text.render(console, end="") if segment.text)
