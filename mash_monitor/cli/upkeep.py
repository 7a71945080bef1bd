"""Commands of those who keep the service running: check, health, db, audit."""

import argparse
import json
import sys
from collections.abc import Iterator

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG
from mash_monitor.config import ConfigError
from mash_monitor.config.recipients import sender_findings
from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.words import count
from mash_monitor.service.checks import hub_findings
from mash_monitor.service.health import troubles
from mash_monitor.state import audit
from mash_monitor.state.database import StateError, reading
from mash_monitor.state.migrate import Level
from mash_monitor.views import documents
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.findings import findings
from mash_monitor.web.checks import web_findings


def check_command(arguments: argparse.Namespace) -> int:
    """Everything that can be known to be wrong before anything runs."""
    app = given.app(arguments)
    found = list(_findings(app, arguments.hub))
    if arguments.json:
        print(documents.dump(documents.findings_document(found)))
    else:
        make_console(sys.stdout).print(findings(found))
    return FOUND_WRONG if any(finding.severity is Severity.ERROR for finding in found) else DONE


def _findings(app: App, only: str | None) -> Iterator[Finding]:
    yield Finding(Severity.INFO, "configuration", f"{app.config.folder}: {count(len(app.config.hubs), 'hub')}")
    for name in app.config.hubs if only is None else [app.named(only)]:
        configured = app.config.hubs[name]
        try:
            hub = app.hub(name)
        except ConfigError as error:
            yield from (Finding(Severity.ERROR, f"hubs.{name}.rules", line, "correct it") for line in error.problems)
            continue
        accepted = app.config.service.accept_gaps if configured.accept_gaps is None else configured.accept_gaps
        yield from hub_findings(hub, clock.now(), accept_gaps=accepted)
    yield from _service(app)
    yield from _state(app)


def _service(app: App) -> Iterator[Finding]:
    try:
        ways = app.channels(clock.now)
    except ConfigError as error:
        yield from (Finding(Severity.ERROR, "channels", line, "correct it") for line in error.problems)
        return
    yield from sender_findings(app.config)
    if set(ways) <= {"console"}:
        yield Finding(
            Severity.WARNING, "channels", "only the console: messages are shown where it runs, and reach nobody else",
            "configure [channels.twilio] or [channels.email] before relying on it",
        )  # fmt: skip
    if app.config.service.dead_man == "off":
        yield Finding(
            Severity.WARNING, "service.dead_man", "off: if the service dies, nobody outside is told",
            "name an address that raises the alarm when it is no longer pinged",
        )  # fmt: skip
    yield from web_findings(app.config.web, watches=app.config.service.watch_every is not None)


def _state(app: App) -> Iterator[Finding]:
    try:
        now = app.state_status()
    except StateError as error:
        yield Finding(Severity.ERROR, "state", str(error), "correct [state] url")
        return
    if now.level is Level.CURRENT:
        yield Finding(Severity.INFO, "state", f"at revision {now.found}")
    elif now.level is Level.NEWER:
        yield Finding(Severity.ERROR, "state", f"made by a newer version (revision {now.found})", "run that version")
    elif app.embedded:
        yield Finding(Severity.INFO, "state", "not there yet, or behind; the service makes and upgrades it by itself")
    else:
        yield Finding(Severity.ERROR, "state", f"is not at revision {now.needed}", "run: mash-monitor db upgrade")


def health_command(arguments: argparse.Namespace) -> int:
    """Whether the running service is well."""
    app = given.app(arguments)
    engine = app.state_for_reading()
    wrong = ["the service has never run here; start it with: mash-monitor run"]
    if engine is not None:
        with reading(engine) as connection:
            wrong = list(troubles(connection, app.config.hubs, clock.now()))
    if arguments.json:
        print(json.dumps({"well": not wrong, "troubles": wrong}, ensure_ascii=False))
    else:
        print("\n".join(wrong) or "well")
    return FOUND_WRONG if wrong else DONE


def db_command(arguments: argparse.Namespace) -> int:
    """Where the state database stands, or bring it up to this version."""
    app = given.app(arguments)
    if arguments.action == "upgrade":
        before = app.upgrade_state()
        if not arguments.json:
            done = "is at" if before.level is Level.CURRENT else "was brought to"
            print(f"the state database {done} revision {before.needed}")
            return DONE
    now = app.state_status()
    if arguments.json:
        print(json.dumps({"level": now.level.value, "found": now.found, "needed": now.needed}))
    else:
        print(f"{now.level.value}: found revision {now.found or 'none'}, needed {now.needed}")
    return DONE if now.level is Level.CURRENT else FOUND_WRONG


def audit_command(arguments: argparse.Namespace) -> int:
    """Whether the audit chain holds."""
    engine = given.app(arguments).state_for_reading()
    events, broken = 0, None
    if engine is not None:
        with reading(engine) as connection:
            events, broken = audit.verify(connection)
    if arguments.json:
        print(
            json.dumps(
                {
                    "events": events,
                    "broken_at": broken.seq if broken else None,
                    "what": broken and broken.what,
                }
            )
        )
    elif broken is not None:
        print(f"the audit chain breaks at event {broken.seq}: {broken.what}")
    else:
        print(f"the audit chain holds: {events:,} events")
    return DONE if broken is None else FOUND_WRONG
