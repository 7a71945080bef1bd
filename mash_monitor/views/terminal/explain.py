"""How one contact came to its deadline and rating, step by step, and what was sent to whom."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.account import Account, TimescaleAccount
from mash_monitor.domain.contact import Mark
from mash_monitor.domain.words import moment
from mash_monitor.views.glossary import LEVEL_WORDS, OUTCOMES, staffed_left, time_left
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, heading, said
from mash_monitor.views.terminal.outbox import outbox


def explain(account: Account, zone: ZoneInfo) -> RenderableType:
    """Facts, present rating, the way to each deadline, what changed when, and the messages."""
    return Group(*_draw(account, zone))


def _draw(account: Account, zone: ZoneInfo) -> Iterator[RenderableType]:
    yield said(f"{account.contact_id}  {account.title}", HEADING)
    yield _rating(account)
    yield _facts(account, zone)
    for way in account.timescales:
        yield from _way(way, zone)
    yield heading("What changed")
    if account.history:
        changes = _grid()
        for change in account.history:
            step = f"{change.before} to {change.after}" if change.before else change.after
            changes.add_row(moment(change.at, zone), said(step), said(change.reason))
        yield changes
    else:
        yield Text("nothing recorded yet", QUIET)
    yield heading("What was sent")
    yield outbox(account.deliveries, account.now, zone)


def _rating(account: Account) -> RenderableType:
    item = account.watched
    if item is None:
        return said(account.status)
    line = Text.assemble((f" {LEVEL_WORDS[item.level]} ", LEVEL_STYLES[item.level]), "  ", said(item.reason))
    if item.seconds_left is not None and not item.overdue:
        staffed = staffed_left(item.staffed_left, overdue=item.overdue)
        line.append(f"  ({time_left(item.seconds_left)} left, staffed: {staffed})", QUIET)
    return line


def _facts(account: Account, zone: ZoneInfo) -> Table:
    contact, facts = account.contact, _grid()
    received = "time unreadable" if account.received is None else moment(account.received, zone)
    facts.add_row("received", received)
    facts.add_row("state", said(account.status))
    if contact is None:
        return facts
    if contact.decided is not None:
        first, last = (moment(at, zone) for at in contact.decided)
        facts.add_row("decided", first if first == last else f"between {first} and {last}")
        facts.add_row("outcome", OUTCOMES[contact.outcome.value] if contact.outcome else "not recorded")
    source = [
        contact.source_group,
        contact.source_code and f"code {contact.source_code}",
        contact.source_desc,
    ]
    facts.add_row("source", said(", ".join(part for part in source if part)))
    facts.add_row("children", f"{contact.children:,}")
    facts.add_row("risk", said(f"{contact.risk} (by a social worker; not the rating by time)"))
    facts.add_row("team", said(contact.team or "no team"))
    if contact.worker:
        facts.add_row("worker", said(contact.worker))
    if contact.marks:
        facts.add_row(
            "doubts",
            said(", ".join(mark.value.replace("_", " ") for mark in sorted(contact.marks, key=Mark))),
        )
    return facts


def _way(way: TimescaleAccount, zone: ZoneInfo) -> Iterator[RenderableType]:
    timescale = way.timescale
    role = "rates" if timescale.rates else "measured beside it"
    yield heading(f"{timescale.name} ({timescale.clock.value.replace('-', ' ')}, {role})")
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
