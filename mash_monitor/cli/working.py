"""Commands that do one piece of work now: poll, import, park, ack."""

import argparse
import json
import sys
from pathlib import Path

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG, UsedWrongError
from mash_monitor.contacts import ContactStore
from mash_monitor.domain.calendar import local
from mash_monitor.domain.words import clock_time, count
from mash_monitor.service import passes
from mash_monitor.service.accounts import named
from mash_monitor.service.acknowledge import by_contact, by_reference
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.parking import NotWatched, park
from mash_monitor.service.passes import PassResult
from mash_monitor.state import told
from mash_monitor.state.database import reading
from mash_monitor.views import documents
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.report import report


def poll_command(arguments: argparse.Namespace) -> int:
    """One pass now, and delivery of what it made."""
    app = given.app(arguments)
    hub, now = app.hub(arguments.hub), clock.now()
    if app.state_for_reading() is None:
        hub.store.read(_first_look)
    if arguments.dry_run:
        with app.state_for_trying() as engine:
            result = passes.dry_run(hub, engine, now)
    else:
        ways = app.channels(clock.now, sys.stderr if arguments.json else sys.stdout)
        courier = app.courier("poll", clock.now, ways)
        result = passes.report(hub, app.state_for_writing(), now)
        courier.deliver()
    _show(result, hub.title, arguments)
    if not arguments.dry_run:
        _say_what_waits(app, hub)
    if result.trouble:
        print(f"mash-monitor: {result.trouble}", file=sys.stderr)
        return FOUND_WRONG
    return DONE


def _first_look(store: ContactStore) -> None:
    """Where nothing was ever known, a store that cannot be read is said before anything is made."""
    with store.look(clock.now()):
        pass


def _say_what_waits(app: App, hub: WatchedHub) -> None:
    """A pass ends with what could not be sent at once still waiting, and nothing sends it where no service runs."""
    with reading(app.state_for_writing()) as connection:
        waiting = told.number(connection, hub.name, told.UNSETTLED)
    if waiting:
        print(
            f"mash-monitor: not out yet: {count(waiting, 'message')}; `run` or the next `poll` tries again. "
            "See: mash-monitor outbox --pending",
            file=sys.stderr,
        )


def _show(result: PassResult, title: str, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(documents.dump(documents.summary_document(result.position)))
        return
    console = make_console(sys.stdout)
    changes, alerts = count(result.changes.total(), "change"), count(result.messages, "alert")
    if arguments.dry_run:
        console.print(report(result.position))
        console.print(f"Would record {changes} and send {alerts}; nothing was written or sent.")
    else:
        console.print(f"{title}: {changes} recorded, {alerts} made. See: mash-monitor summary, mash-monitor outbox")


def import_command(arguments: argparse.Namespace) -> int:
    """Contacts from a file into the embedded store."""
    from mash_monitor.cli.importing import take_in

    return take_in(arguments, given.app(arguments))


def park_command(arguments: argparse.Namespace) -> int:
    """Stop alerts for one contact until a time."""
    app = given.app(arguments)
    hub, now = app.hub(arguments.hub), clock.now()
    until = given.instant(arguments.until, hub.zone, "--until")
    if until <= now:
        raise UsedWrongError(f"--until: found {arguments.until!r}, which has passed; expected a time to come")
    try:
        park(
            hub, app.state_for_writing(), arguments.contact_id.strip(), now,
            reason=arguments.reason, until=until, by=arguments.by,
        )  # fmt: skip
    except NotWatched:
        raise UsedWrongError(
            f"{arguments.contact_id!r} is not an open contact that the service has seen; see: mash-monitor contacts"
        ) from None
    if arguments.json:
        parked_until = local(until, hub.zone).isoformat()
        print(json.dumps({"contact_id": arguments.contact_id.strip(), "parked_until": parked_until}))
    else:
        print(f"{arguments.contact_id} is parked until {clock_time(until, now, hub.zone)}; it stays on every list.")
    return DONE


def ack_command(arguments: argparse.Namespace) -> int:
    """Acknowledge what a message named, or one contact."""
    app = given.app(arguments)
    engine, now, by = app.state_for_writing(), clock.now(), arguments.by or "command"
    done = by_reference(app.hubs, engine, arguments.reference, by, now, own=arguments.own)
    if not done.known and (arguments.hub or len(app.hubs) == 1):
        hub = app.hub(arguments.hub)
        contact_id = named(hub, engine, arguments.reference.strip())
        done = by_contact(hub, engine, contact_id, by, now, own=arguments.own)
    if arguments.json:
        print(json.dumps({"reference": done.reference, "known": done.known, "contacts": list(done.contacts)}))
    elif done.known:
        print(done.words)
    else:
        hint = "" if arguments.hub or len(app.hubs) == 1 else ". A contact's id is looked for with --hub"
        print(
            f"mash-monitor: nothing is alerted under {arguments.reference!r}; see: mash-monitor outbox{hint}",
            file=sys.stderr,
        )
    return DONE if done.known else FOUND_WRONG


def local_file(path: str) -> Path:
    """A file that was named, which must exist. Raises UsedWrongError."""
    file = Path(path)
    if file.is_dir():
        raise UsedWrongError(f"{path}: is a folder; name one file in it")
    if not file.is_file():
        raise UsedWrongError(f"{path}: no such file; correct the path")
    return file
