"""Open contacts line by line. Ten thousand of them must not be slow, so no rich table is laid out here."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.words import clock_time
from mash_monitor.views.glossary import LEVEL_WORDS, NOTHING, staffed_left, time_left
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, Canvas
from mash_monitor.views.untrusted import plain

_GAP = "  "
_RATING = max(map(len, LEVEL_WORDS.values()))
_REASON = 36
"""Columns that the reason needs to stand beside the rest; with fewer it goes beneath."""
_NARROW_REFERENCE = 12


@dataclass(slots=True)
class _Column:
    title: str
    cells: list[str]
    width: int

    @property
    def taken(self) -> int:
        return self.width + len(_GAP)

    def text(self, row: int) -> str:
        cell = self.cells[row]
        return set_cell_size(cell, self.width) if cell_len(cell) <= self.width else _shortened(cell, self.width)


def listing(position: Position, items: Sequence[Watched], canvas: Canvas, *, brief: bool = False) -> Iterator[Text]:
    """One line a contact with its reason beside it, or beneath it where the canvas is narrow.

    A wide canvas shows more facts: team, worker, receipt, children, risk. A `brief` list leaves out what its
    reasons tell anyway, so that a line is enough. A reference is always shown whole, on a line of its own
    where its column is too narrow.
    """
    columns, room = _fitted(position, items, canvas, brief=brief)
    beside = room >= _REASON
    indent = canvas.width - room if beside else _RATING + len(_GAP)
    titles = [" " * _RATING, *(column.title.ljust(column.width) for column in columns)]
    yield _line(_GAP.join([*titles, "WHY"] if beside else titles).rstrip(), QUIET)
    with_source = brief or any(column.title == "SOURCE" for column in columns)
    for row, item in enumerate(items):
        reference = columns[0].cells[row]
        if cell_len(reference) > columns[0].width:
            yield Text(" " * (_RATING + len(_GAP)) + reference, HEADING, overflow="fold")
            columns[0].cells[row] = ""
        why = item.reason if with_source else f"{item.subject.source_group}: {item.reason}"
        lines = wrap(plain(why), max(_REASON // 2, canvas.width - indent))
        cells = [column.text(row) for column in columns]
        line = _line(LEVEL_WORDS[item.level].ljust(_RATING), "")
        line.stylize(LEVEL_STYLES[item.level], 0, len(LEVEL_WORDS[item.level]))
        yield line.append((_GAP + _GAP.join([*cells, *lines[:1]] if beside else cells)).rstrip())
        for more in lines[1 if beside else 0 :]:
            yield _line(" " * indent + more)


def _fitted(position: Position, items: Sequence[Watched], canvas: Canvas, *, brief: bool) -> tuple[list[_Column], int]:
    """The columns that fit, the reference first, and the room that they leave for the reason."""

    def when(instant: int | None) -> str:
        return NOTHING if instant is None else clock_time(instant, position.now, position.zone)

    def column(title: str, most: int, cell: Callable[[Watched], str]) -> _Column:
        cells = [cell(item) for item in items]
        return _Column(title, cells, max(len(title), min(most, max(map(cell_len, cells), default=0))))

    columns = [
        column("CONTACT", 16 if brief else 26, lambda item: plain(item.subject.contact_id)),
        column("DEADLINE", 21, lambda item: when(due.at if (due := item.subject.future.deadline) else None)),
    ]
    if not brief:
        columns += [
            column("LEFT", 12, lambda item: time_left(item.seconds_left)),
            column("STAFFED", 12, lambda item: staffed_left(item.staffed_left, overdue=item.overdue)),
        ]
    room = canvas.width - _RATING - len(_GAP) - sum(column.taken for column in columns)
    if room < 0:
        narrowed = max(_NARROW_REFERENCE, columns[0].width + room)
        room += columns[0].width - narrowed
        columns[0].width = narrowed
    source = column("SOURCE", 20, lambda item: plain(item.subject.source_group))
    reason = max(_REASON, min(60, max((len(item.reason) for item in items), default=0)))
    if room >= source.width + brief * (len(_GAP) + reason):
        columns.append(source)
        room -= source.taken
    extras: list[tuple[str, int, Callable[[Watched], str]]] = [
        ("TEAM", 20, lambda item: plain(", ".join(item.subject.teams)) or NOTHING),
        ("WORKER", 12, lambda item: plain(item.subject.worker or NOTHING)),
        ("RECEIVED", 21, lambda item: when(item.subject.received)),
        ("CHILDREN", 8, lambda item: f"{item.subject.children:,}"),
        ("RISK", 8, lambda item: plain(item.subject.risk)),
    ]
    for extra in extras[: 2 if brief else None] if room >= reason else ():
        found = column(*extra)
        if room - found.taken >= reason:
            columns.append(found)
            room -= found.taken
    return columns, room


def _shortened(cell: str, width: int) -> str:
    return set_cell_size(cell, width - 1) + "…"


def _line(text: str, style: str = "") -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")
