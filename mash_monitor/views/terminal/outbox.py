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


def outbox(deliveries: Sequence[Sent], now: int, zone: ZoneInfo) -> RenderableType:
    """One line a delivery: when, to whom, by what, its state, the evidence, what happens next."""
    return Page(lambda canvas: _draw(deliveries, now, zone, canvas))


def _draw(deliveries: Sequence[Sent], now: int, zone: ZoneInfo, canvas: Canvas) -> Iterator[RenderableType]:
    if not deliveries:
        yield Text("no message", QUIET)
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for title in ("AT", "TO", "BY", "WHAT", "REF", "STATE"):
        table.add_column(title, no_wrap=title == "AT", overflow="fold")
    if canvas.width >= WIDE:
        table.add_column("EVIDENCE", overflow="fold")
        table.add_column("NEXT", no_wrap=True)
    for sent in deliveries:
        table.add_row(*_cells(sent, now, zone, canvas))
    yield table
    yield said(states(deliveries), QUIET)


def _cells(sent: Sent, now: int, zone: ZoneInfo, canvas: Canvas) -> list[RenderableType]:
    coming = NOTHING if sent.next_action_at is None else clock_time(sent.next_action_at, now, zone)
    state = said(sent.state, _STYLES.get(sent.state, ""))
    cells = [
        Text(clock_time(sent.at, now, zone)), said(sent.person), said(sent.channel), said(about(sent)),
        said(sent.short_ref or NOTHING),
    ]  # fmt: skip
    if canvas.width >= WIDE:
        return [*cells, state, said(sent.evidence or NOTHING), Text(coming)]
    known = f"\n{sent.evidence}" if sent.evidence else ""
    planned = f"\nnext {coming}" if sent.next_action_at is not None else ""
    for detail in (known, planned):
        if detail:
            state.append("\n").append_text(said(detail.strip(), QUIET))
    return [*cells, state]
