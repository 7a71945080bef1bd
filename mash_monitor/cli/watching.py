"""`summary --watch`: a screen that is read anew on each pass, and always says how old it is."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from mash_monitor import clock
from mash_monitor.contacts import StoreUnavailable
from mash_monitor.domain.position import Position
from mash_monitor.domain.words import clock_time, duration
from mash_monitor.state.database import StateError
from mash_monitor.views.terminal.canvas import BANNER, QUIET
from mash_monitor.views.terminal.screen import Screen

_AT_LEAST = 60
"""Seconds after which a position is read again without a pass: deadlines come nearer all the same."""
_OLD = 180
"""From when on its age stands out."""


@dataclass(slots=True)
class Refreshing:
    """A position that is read again when a pass was written, and once a minute.

    `read` gives the position of now, `passes` a number that changes with each pass, None where none is known.
    What cannot be read leaves the last position standing, with the reason.
    """

    read: Callable[[], Position]
    passes: Callable[[], int | None]
    trouble: str | None = field(default=None, init=False)
    position: Position = field(init=False)
    _pass: int | None = field(init=False)
    _tried_at: int = field(init=False)

    def __post_init__(self) -> None:
        self._pass, self.position = self.passes(), self.read()
        self._tried_at = self.position.now

    def look(self, now: int) -> None:
        """Read again if it is time to."""
        try:
            newest = self.passes()
            if newest == self._pass and now - self._tried_at < _AT_LEAST:
                return
            self._pass, self._tried_at = newest, now
            self.position, self.trouble = self.read(), None
        except (StoreUnavailable, StateError, SQLAlchemyError) as error:
            ours = isinstance(error, StoreUnavailable | StateError)  # a driver's own words may quote anything
            self.trouble = str(error) if ours else f"the state database cannot be read ({type(error).__name__})"

    def age(self, now: int) -> Text:
        """How old the position is, and why it is not newer."""
        position, seconds = self.position, max(0, now - self.position.now)
        shown = f"As of {clock_time(position.now, now, position.zone)}, {duration(seconds)} ago"
        if self.trouble is not None:
            return Text(f" {shown}: NOT REFRESHED, {self.trouble} ", BANNER)
        return Text(f"{shown}. Read anew on each pass; Ctrl-C ends.", BANNER if seconds >= _OLD else QUIET)


def watch(shown: Refreshing, console: Console, draw: Callable[[Position], RenderableType]) -> int:
    """Show it in place until Ctrl-C."""

    def screen() -> Screen:
        return Screen(draw(shown.position), shown.age(clock.now()))

    with Live(screen(), console=console, screen=True, auto_refresh=False) as live:
        while True:
            time.sleep(1)
            shown.look(clock.now())
            live.update(screen(), refresh=True)


def watch_line_by_line(shown: Refreshing, console: Console, say: Callable[[Position], Iterable[str]]) -> int:
    """Say it until Ctrl-C, again only when something is new: for a screen reader, or where no cursor can be placed."""
    before = None
    while True:
        if (news := (shown.position.counts, shown.trouble)) != before:
            before = news
            for line in (*say(shown.position), *((f"Not refreshed: {shown.trouble}",) if shown.trouble else ()), ""):
                console.out(line, highlight=False)
        time.sleep(1)
        shown.look(clock.now())
