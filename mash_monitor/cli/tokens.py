"""The token command: who may read the board."""

import argparse
import json
import re
import sys

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG, UsedWrongError
from mash_monitor.domain.calendar import local
from mash_monitor.domain.words import moment
from mash_monitor.state import tokens
from mash_monitor.state.database import reading, writing

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def token_command(arguments: argparse.Namespace) -> int:
    """Make, list or revoke tokens."""
    app = given.app(arguments)
    if arguments.action == "list":
        return _list(app, arguments)
    if arguments.name is None or not _NAME.fullmatch(arguments.name):
        raise UsedWrongError(
            f"token {arguments.action}: found {arguments.name!r}, expected a name of small letters, digits, "
            "dots and dashes, such as wall-screen"
        )
    return (_new if arguments.action == "new" else _revoke)(app, arguments)


def _new(app: App, arguments: argparse.Namespace) -> int:
    hub = None if arguments.hub is None else app.hub(arguments.hub).name
    with writing(app.state_for_writing()) as connection:
        token = tokens.new(connection, arguments.name, hub, clock.now())
    if token is None:
        raise UsedWrongError(f"token new: the name {arguments.name!r} is taken; see: mash-monitor token list")
    if arguments.json:
        print(json.dumps({"name": arguments.name, "hub": hub, "token": token}))
        return DONE
    print(token)
    what = "every hub" if hub is None else hub
    print(f"It opens the board of {what}, and is not shown again: only its hash is kept.", file=sys.stderr)
    return DONE


def _revoke(app: App, arguments: argparse.Namespace) -> int:
    with writing(app.state_for_writing()) as connection:
        revoked = tokens.revoke(connection, arguments.name, clock.now())
    if arguments.json:
        print(json.dumps({"name": arguments.name, "revoked": revoked}))
    elif revoked:
        print(f"{arguments.name} opens nothing any more.")
    else:
        print(f"mash-monitor: there is no token {arguments.name!r} to revoke; see: token list", file=sys.stderr)
    return DONE if revoked else FOUND_WRONG


def _list(app: App, arguments: argparse.Namespace) -> int:
    engine, zone = app.state_for_reading(), app.config.zone
    found: list[tokens.Token] = []
    if engine is not None:
        with reading(engine) as connection:
            found = [*tokens.listing(connection)]
    if arguments.json:
        print(json.dumps({"tokens": [
            {
                "name": token.name, "hub": token.hub, "created_at": local(token.created_at, zone).isoformat(),
                "revoked_at": None if token.revoked_at is None else local(token.revoked_at, zone).isoformat(),
            }
            for token in found
        ]}))  # fmt: skip
        return DONE
    for token in found:
        until = "" if token.revoked_at is None else f", revoked {moment(token.revoked_at, zone)}"
        print(f"{token.name}  {token.hub or 'every hub'}, made {moment(token.created_at, zone)}{until}")
    if not found:
        print("no token was ever made; make one: mash-monitor token new NAME")
    return DONE
