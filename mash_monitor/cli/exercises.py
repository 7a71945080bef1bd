"""Commands for those who make sure that alerts would arrive: test-alert, maintenance."""

import argparse
import json
import sys
import time

from mash_monitor import clock
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG, UsedWrongError
from mash_monitor.domain.calendar import local
from mash_monitor.domain.words import clock_time
from mash_monitor.service import upkeep
from mash_monitor.service.accounts import sent_of
from mash_monitor.service.exercise import NobodyMeantError, outcomes, put_tests
from mash_monitor.state import maintenance
from mash_monitor.state.database import reading
from mash_monitor.state.undelivered import FAILED
from mash_monitor.views import documents

_PATIENCE = 60


def test_alert_command(arguments: argparse.Namespace) -> int:
    """A message marked TEST by every channel of a person, and what became of each."""
    app = given.app(arguments)
    hub, engine = app.hub(arguments.hub), app.state_for_writing()
    ways = app.channels(clock.now, sys.stderr if arguments.json else sys.stdout)
    try:
        ids = put_tests(hub, engine, arguments.person, clock.now(), ways=ways, by=arguments.by or "command")
    except NobodyMeantError as error:
        raise UsedWrongError(str(error)) from None
    app.courier("test-alert", clock.now, ways).deliver()
    rows, tried = outcomes(engine, ids)
    end = clock.now() + _PATIENCE
    while not tried and clock.now() < end:  # a running service took them: it says what became of them
        time.sleep(0.5)
        rows, tried = outcomes(engine, ids)
    sent = [sent_of(row) for row in rows]
    if arguments.json:
        print(documents.dump(documents.outbox_document(sent, hub.zone)))
    else:
        for each in sent:
            print(f"{each.person} by {each.channel}: {each.state}{f' ({each.evidence})' if each.evidence else ''}")
        if any(each.state == "accepted" for each in sent):
            print("What was accepted is followed further where its channel can say more: see mash-monitor outbox")
    return DONE if tried and not any(row.state in FAILED or row.state == "pending" for row in rows) else FOUND_WRONG


def maintenance_command(arguments: argparse.Namespace) -> int:
    """Begin or end planned maintenance, or say whether there is any."""
    app = given.app(arguments)
    hub, now, by = app.hub(arguments.hub), clock.now(), arguments.by or "command"
    if arguments.end:
        upkeep.end_maintenance(hub, app.state_for_writing(), by, now)
    elif arguments.until is not None:
        if not arguments.reason:
            raise UsedWrongError("--reason: is missing; it is kept in the audit, so that others know why")
        until = given.instant(arguments.until, hub.zone, "--until")
        try:
            upkeep.plan_maintenance(hub, app.state_for_writing(), until, reason=arguments.reason, by=by, now=now)
        except upkeep.NoMaintenanceError as error:
            raise UsedWrongError(f"--until: found {arguments.until!r}, {error}") from None
    engine = app.state_for_reading()
    planned = None
    if engine is not None:
        with reading(engine) as connection:
            planned = maintenance.planned(connection, hub.name, now)
    if arguments.json:
        until_text = local(planned.until, hub.zone).isoformat() if planned else None
        print(json.dumps({"hub": hub.name, "until": until_text, "by": planned and planned.by}))
    elif planned is None:
        print(f"{hub.title}: no maintenance is planned; ops hears every alarm.")
    else:
        print(
            f"{hub.title}: maintenance until {clock_time(planned.until, now, hub.zone)} ({planned.by}). Alarms about "
            "the service stand on every view and are not sent to ops until then; alerts about contacts go out as ever."
        )
    return DONE
