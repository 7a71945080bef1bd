"""One screen of a view that may be longer, with a line at the foot that is always seen."""

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
        room, free = (options.height or options.max_height) - 1, options.update(height=None)
        lines = console.render_lines(self.body, free, pad=False)
        if len(lines) > room:
            more = Text(f"… {count(len(lines) - room + 1, 'more line')} on a taller or wider window", QUIET)
            lines[room - 1 :] = console.render_lines(more, free, pad=False)[:1]
        lines += [[] for _ in range(room - len(lines))]
        for line in lines:
            yield from line
            yield Segment.line()
        yield from console.render_lines(self.foot, free, pad=False)[0]
