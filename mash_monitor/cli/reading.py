"""Commands that show where things stand: summary, contacts, explain, outbox; and glossary, what their figures are."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Group, RenderableType

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG, UsedWrongError
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Rating
from mash_monitor.service import positions
from mash_monitor.state import hubs
from mash_monitor.state.database import reading
from mash_monitor.views import documents
from mash_monitor.views.terminal.console import make_console


def summary_command(arguments: argparse.Namespace) -> int:
    """The team and manager view."""
    app = given.app(arguments)
    if arguments.watch:
        if arguments.json or arguments.html or arguments.at:
            raise UsedWrongError("--watch refreshes a screen: leave out --json, --html and --at")
        return _watch(app, arguments)
    position = _position(app, arguments, shares=True)
    if arguments.html:
        from mash_monitor.views.html import summary_html

        Path(arguments.html).write_text(summary_html(position), encoding="utf-8")
        return _written(arguments.html)
    if arguments.json:
        return _json(documents.summary_document(position))
    if arguments.plain:
        from mash_monitor.views.spoken.summary import summary as sentences

        return _say(sentences(position))
    from mash_monitor.views.terminal.summary import summary

    return _show(summary(position))


def contacts_command(arguments: argparse.Namespace) -> int:
    """Open contacts, the most urgent first."""
    position = _position(given.app(arguments), arguments, shares=False)
    rating = Rating(arguments.rating) if arguments.rating else None
    if arguments.json:
        return _json(documents.contacts_document(position, rating, arguments.overdue))
    if arguments.plain:
        from mash_monitor.views.spoken.position import contacts as sentences

        return _say(sentences(position, rating, arguments.overdue))
    from mash_monitor.views.terminal.contacts import contacts

    return _show(contacts(position, rating, arguments.overdue), paged=True)


def explain_command(arguments: argparse.Namespace) -> int:
    """One contact's deadlines, rating, history and messages."""
    from mash_monitor.service import accounts

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
    if arguments.plain:
        from mash_monitor.views.spoken.explain import explain as sentences

        told = [] if at == now else [given.reconstructed(at, hub.zone)]
        return _say([*sentences(account, hub.zone), *told])
    from mash_monitor.views.terminal.explain import explain

    view = explain(account, hub.zone)
    return _show(view if at == now else Group(view, given.reconstructed(at, hub.zone)))


def outbox_command(arguments: argparse.Namespace) -> int:
    """Messages and what became of them."""
    from mash_monitor.service import accounts

    app = given.app(arguments)
    hub, engine = app.hub(arguments.hub), app.state_for_reading()
    found, older = accounts.deliveries(hub, engine, failed=arguments.failed, pending=arguments.pending)
    if arguments.json:
        return _json(documents.outbox_document(found, hub.zone))
    if arguments.plain:
        from mash_monitor.views.spoken.outbox import outbox as sentences

        return _say(sentences(found, clock.now(), hub.zone, older))
    from mash_monitor.views.terminal.outbox import outbox

    return _show(outbox(found, clock.now(), hub.zone, older), paged=True)


def glossary_command(arguments: argparse.Namespace) -> int:
    """What each figure is."""
    from mash_monitor.views.figures import FIGURES

    if arguments.json:
        return _json({"figures": [asdict(figure) for figure in FIGURES.values()]})
    if arguments.plain:
        from mash_monitor.views.spoken.figures import figures as sentences

        return _say(sentences())
    from mash_monitor.views.terminal.figures import figures

    return _show(figures())


def _position(app: App, arguments: argparse.Namespace, *, shares: bool) -> Position:
    hub = app.hub(arguments.hub)
    at, now = given.asked_at(arguments, hub.zone)
    engine = app.state_for_reading()
    if at == now:
        return positions.as_of_now(hub, engine, now, shares=shares)
    return positions.as_of(hub, engine, at, now, shares=shares)


def _watch(app: App, arguments: argparse.Namespace) -> int:
    from mash_monitor.cli.watching import Refreshing, watch, watch_line_by_line

    hub = app.hub(arguments.hub)

    def passes() -> int | None:
        if (engine := app.state_for_reading()) is None:
            return None
        with reading(engine) as connection:
            return hubs.seen(connection, hub.name).pass_no

    console = make_console(sys.stdout)
    if not console.is_terminal:
        raise UsedWrongError("--watch needs a terminal; leave it out to print the summary once")
    shown = Refreshing(lambda: _position(app, arguments, shares=True), passes)
    if arguments.plain or console.is_dumb_terminal:
        from mash_monitor.views.spoken.position import top

        return watch_line_by_line(shown, console, top)
    from mash_monitor.views.terminal.summary import summary

    return watch(shown, console, summary)


def _show(view: RenderableType, *, paged: bool = False) -> int:
    """Print a view; one that may be long through a pager, where a person looks at it on a terminal."""
    console = make_console(sys.stdout)
    if not paged or not console.is_terminal or console.is_dumb_terminal:
        console.print(view)
        return DONE
    from mash_monitor.views.terminal.pager import Pages

    with console.pager(Pages(console), styles=True):
        console.print(view)
    return DONE


def _say(lines: Iterable[str]) -> int:
    """Print sentences, each on a line that whoever reads it breaks as it suits them."""
    console = make_console(sys.stdout)
    for line in lines:
        console.out(line, highlight=False)
    return DONE


def _json(document: documents.Document) -> int:
    print(documents.dump(document))
    return DONE


def _written(path: str) -> int:
    print(f"written: {path}")
    return DONE
