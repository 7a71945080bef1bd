"""Deliveries and what became of them."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.account import Sent
from mash_monitor.domain.words import clock_time
from mash_monitor.views.glossary import NOTHING, about, states
from mash_monitor.views.terminal.canvas import QUIET, WIDE, Canvas, Page, said

_STYLES = {"delivered": "green", "failed": "bold red", "undelivered": "bold red", "unknown": "bold yellow"}


def outbox(deliveries: Sequence[Sent], now: int, zone: ZoneInfo, older: int = 0) -> RenderableType:
    """How many stand in which state; then a line a delivery: when, to whom, by what, its state, what happens next.

    `older` counts those that are left out.
    """
    return Page(lambda canvas: _draw(deliveries, now, zone, older, canvas))


def _draw(deliveries: Sequence[Sent], now: int, zone: ZoneInfo, older: int, canvas: Canvas) -> Iterator[RenderableType]:
    told = said(states(deliveries, older))
    for name, style in _STYLES.items():
        told.highlight_regex(rf"[\d,]+ {name}\b", style)
    yield told
    if not deliveries:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    for title in ("AT", "TO", "BY", "WHAT", "REF", "STATE"):
        table.add_column(title, no_wrap=title == "AT", overflow="fold")
    # where there is room, a column each; else beneath the state
    beside = canvas.width >= WIDE
    known = beside and any(sent.evidence for sent in deliveries)
    coming = beside and any(sent.next_action_at is not None for sent in deliveries)
    for wanted, title in ((known, "EVIDENCE"), (coming, "NEXT")):
        if wanted:
            table.add_column(title, overflow="fold")
    for sent in deliveries:
        following = NOTHING if sent.next_action_at is None else clock_time(sent.next_action_at, now, zone)
        state = said(sent.state, _STYLES.get(sent.state, ""))
        if not beside:
            for detail in (sent.evidence, following != NOTHING and f"next {following}"):
                if detail:
                    state.append("\n").append_text(said(detail, QUIET))
        table.add_row(
            Text(clock_time(sent.at, now, zone)), said(sent.person), said(sent.channel), said(about(sent)),
            said(sent.short_ref or NOTHING), state,
            *([said(sent.evidence or NOTHING)] if known else ()), *([Text(following)] if coming else ()),
        )  # fmt: skip
    yield table
