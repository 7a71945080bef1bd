"""The team and manager view of now: where we stand, what changed, what comes, how the targets stand."""

from collections.abc import Iterator, Sequence
from functools import partial

from rich.console import RenderableType
from rich.text import Text

from mash_monitor.domain.position import Position, Watched
from mash_monitor.views.glossary import HERE
from mash_monitor.views.headline import breaching, next_report, since_reports, urgent, while_shut
from mash_monitor.views.terminal.bar import level_bar
from mash_monitor.views.terminal.canvas import HEADING, QUIET, Canvas, Page
from mash_monitor.views.terminal.listing import listing
from mash_monitor.views.terminal.parts import ageing, holders, quality, sources
from mash_monitor.views.terminal.shares import weeks, windows
from mash_monitor.views.terminal.shelf import Part, shelves
from mash_monitor.views.terminal.timeline import timeline
from mash_monitor.views.terminal.top import top
from mash_monitor.views.untrusted import plain

_NAMED = 5
_NEXT, _LATE = 6, 4
_UNKNOWN = "not known: the contact store could not be read"


def summary(position: Position) -> RenderableType:
    """The whole summary, of about the same length however much is open."""
    return Page(lambda canvas: _draw(position, canvas))


def _draw(position: Position, canvas: Canvas) -> Iterator[RenderableType]:
    yield from top(position, canvas)
    if position.counts.total:
        yield level_bar(position.counts, canvas.width, canvas.signs)
    for when, what in since_reports(position):
        yield Text.assemble((f"{when:18}", QUIET), what)
    if position.counts.total:
        yield Text()
        yield from timeline(position, canvas)
        yield from _named(f"before {next_report(position)}", breaching(position))
        yield from _named(HERE[False].lower(), while_shut(position))
    yield from shelves(_parts(position, canvas), canvas.width)


def _named(label: str, items: Sequence[Watched]) -> Iterator[Text]:
    """The references of the most urgent of them, on one line."""
    if items:
        names = ", ".join(plain(item.subject.contact_id) for item in items[:_NAMED])
        more = f" and {len(items) - _NAMED:,} more" if len(items) > _NAMED else ""
        yield Text.assemble((f"{label:18}", QUIET), names, (more, QUIET), no_wrap=True, overflow="ellipsis")


def _parts(position: Position, canvas: Canvas) -> Iterator[Part]:
    for title, items in urgent(position):
        yield Part(76, 120, partial(_first, position, canvas, title, items))
    if (rows := position.performance) is None:
        yield Part(76, 76, lambda _: [Text("Decided in time", HEADING), Text(_UNKNOWN, QUIET)])
    else:
        yield Part(76, 130, lambda width: windows(rows, width, canvas))
        yield Part(80, 82, lambda width: weeks(rows, width, canvas))
    if position.counts.total:
        yield Part(58, 72, partial(sources, position))
        yield Part(36, 60, lambda width: ageing(position, width, canvas))
        yield Part(36, 44, partial(holders, "Teams", position.by_team()))
        if workers := position.by_worker():
            yield Part(36, 44, partial(holders, "Workers", workers))
    yield Part(36, 60, lambda _: quality(position))


def _first(
    position: Position, canvas: Canvas, title: str, items: Sequence[Watched], width: int
) -> Iterator[RenderableType]:
    """The most urgent of those that are overdue, or of those that are not."""
    number = _LATE if items[0].overdue else _NEXT
    yield Text(title, HEADING)
    yield from listing(position, items[:number], Canvas(width, canvas.signs), brief=True)
    if (more := len(items) - number) > 0:
        yield Text(f"and {more:,} more: mash-monitor contacts", QUIET)
