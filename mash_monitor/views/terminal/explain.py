"""How one contact came to its deadline and rating, step by step, and what was sent to whom."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.account import Account, TimescaleAccount
from mash_monitor.domain.words import moment
from mash_monitor.views.attempts import attempts
from mash_monitor.views.facts import facts
from mash_monitor.views.glossary import LEVEL_WORDS, clock, stepped
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, heading, said
from mash_monitor.views.terminal.outbox import outbox


def explain(account: Account, zone: ZoneInfo) -> RenderableType:
    """Facts, present rating, the way to each deadline, what changed when, the messages and each attempt."""
    return Group(*_draw(account, zone))


def _draw(account: Account, zone: ZoneInfo) -> Iterator[RenderableType]:
    yield said(f"{account.contact_id}  {account.title}", HEADING)
    yield _rating(account)
    known = _grid()
    for name, words in facts(account, zone):
        known.add_row(name, said(words))
    yield known
    for way in account.timescales:
        yield from _way(way, zone)
    yield heading("What changed")
    if account.history:
        changes = _grid()
        for change in account.history:
            changes.add_row(moment(change.at, zone), said(stepped(change)), said(change.reason))
        yield changes
    else:
        yield Text("nothing recorded yet", QUIET)
    yield heading("What was sent")
    yield outbox(account.deliveries, account.now, zone)
    if tried := list(attempts(account.deliveries)):
        yield heading("Each attempt to send")
        lines = _grid()
        for at, what, result in tried:
            lines.add_row(moment(at, zone), said(what), said(result))
        yield lines


def _rating(account: Account) -> RenderableType:
    item = account.watched
    if item is None:
        return said(account.status)
    return Text.assemble((f" {LEVEL_WORDS[item.level]} ", LEVEL_STYLES[item.level]), "  ", said(item.reason))


def _way(way: TimescaleAccount, zone: ZoneInfo) -> Iterator[RenderableType]:
    yield heading(f"{way.timescale.name} ({clock(way.timescale)})")
    steps = _grid()
    for step in way.steps:
        steps.add_row(moment(step.at, zone), said(step.what))
    yield steps
    if way.deadline is None:
        yield Text("no deadline", QUIET)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style=QUIET)
    return grid
