"""Commands that show where things stand: summary, contacts, explain, outbox."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Group, RenderableType

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG, UsedWrongError
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Rating
from mash_monitor.service import positions
from mash_monitor.state.database import reading
from mash_monitor.views import documents
from mash_monitor.views.terminal.console import make_console

_REFRESH_SECONDS = 10


def summary_command(arguments: argparse.Namespace) -> int:
    """The team and manager view."""
    from mash_monitor.views.terminal.summary import summary

    app = given.app(arguments)
    if arguments.watch:
        if arguments.json or arguments.html or arguments.at:
            raise UsedWrongError("--watch refreshes a screen: leave out --json, --html and --at")
        return _watch(lambda: summary(_position(app, arguments)))
    position = _position(app, arguments)
    if arguments.html:
        from mash_monitor.views.html import summary_html

        Path(arguments.html).write_text(summary_html(position), encoding="utf-8")
        return _written(arguments.html)
    if arguments.json:
        return _json(documents.summary_document(position))
    return _show(summary(position))


def contacts_command(arguments: argparse.Namespace) -> int:
    """Open contacts, the most urgent first."""
    from mash_monitor.views.terminal.contacts import contacts

    position = _position(given.app(arguments), arguments)
    rating = Rating(arguments.rating) if arguments.rating else None
    if arguments.json:
        return _json(documents.contacts_document(position, rating, arguments.overdue))
    return _show(contacts(position, rating, arguments.overdue))


def explain_command(arguments: argparse.Namespace) -> int:
    """One contact's deadlines, rating, history and messages."""
    from mash_monitor.service import accounts
    from mash_monitor.views.terminal.explain import explain

    app = given.app(arguments)
    hub = app.hub(arguments.hub)
    at, now = given.asked_at(arguments, hub.zone)
    engine = app.state_for_reading()
    contact_id = accounts.named(hub, engine, arguments.contact_id.strip())
    account = accounts.account(hub, engine, contact_id, now, at)
    if account is None:
        print(
            f"mash-monitor: no contact {contact_id!r} is known to {hub.title}; see: mash-monitor contacts",
            file=sys.stderr,
        )
        return FOUND_WRONG
    if arguments.json:
        return _json(documents.explain_document(account, hub.zone))
    view = explain(account, hub.zone)
    return _show(view if at == now else Group(view, given.reconstructed(at, hub.zone)))


def outbox_command(arguments: argparse.Namespace) -> int:
    """Messages and what became of them."""
    from mash_monitor.service import accounts
    from mash_monitor.views.terminal.outbox import outbox

    app = given.app(arguments)
    hub, engine = app.hub(arguments.hub), app.state_for_reading()
    found = []
    if engine is not None:
        with reading(engine) as connection:
            found = accounts.deliveries(connection, hub, failed=arguments.failed, pending=arguments.pending)
    if arguments.json:
        return _json(documents.outbox_document(found, hub.zone))
    return _show(outbox(found, clock.now(), hub.zone))


def _position(app: App, arguments: argparse.Namespace) -> Position:
    hub = app.hub(arguments.hub)
    at, now = given.asked_at(arguments, hub.zone)
    engine = app.state_for_reading()
    return positions.as_of_now(hub, engine, now) if at == now else positions.as_of(hub, engine, at, now)


def _watch(draw: Callable[[], RenderableType]) -> int:
    import time

    from rich.live import Live

    console = make_console(sys.stdout)
    if not console.is_terminal:
        raise UsedWrongError("--watch needs a terminal; leave it out to print the summary once")
    with Live(draw(), console=console, screen=True, auto_refresh=False) as live:
        while True:
            time.sleep(_REFRESH_SECONDS)
            live.update(draw(), refresh=True)


def _show(view: RenderableType) -> int:
    make_console(sys.stdout).print(view)
    return DONE


def _json(document: documents.Document) -> int:
    print(documents.dump(document))
    return DONE


def _written(path: str) -> int:
    print(f"written: {path}")
    return DONE
