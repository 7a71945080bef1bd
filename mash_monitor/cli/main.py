"""Parse, find the command, and turn what goes wrong into one clear message and an exit code."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from mash_monitor.cli.parser import build

DONE, FOUND_WRONG, USED_WRONG = 0, 1, 2

_COMMANDS = {
    "summary": "reading", "contacts": "reading", "explain": "reading", "scorecard": "scorecards", "outbox": "reading",
    "glossary": "reading",
    "poll": "working", "import": "working", "park": "working", "ack": "working", "run": "running",
    "demo": "demo", "check": "upkeep", "health": "upkeep", "db": "upkeep", "audit": "upkeep",
    "token": "tokens", "test-alert": "exercises", "maintenance": "exercises",
}  # fmt: skip
"""Which module of this package does a command, as the function of the command's name."""


class UsedWrongError(Exception):
    """A command that cannot be done as it was asked."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 done, 1 found wrong, 2 used wrong or not configured."""
    # The collector would go over what is being imported again and again. What only shows something ends before its
    # first time; what lives longer sets its own.
    gc.set_threshold(200_000)
    arguments = build().parse_args(argv)
    try:
        code = _run(arguments)
        sys.stdout.flush()
        gc.freeze()  # the process ends, and need not look through all that it imported once more
        return code
    except BrokenPipeError:  # the reader had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if arguments.debug:
            raise
        return _explain(error, arguments)


def _run(arguments: argparse.Namespace) -> int:
    if getattr(arguments, "refused_at", None) is not None:
        raise UsedWrongError(f"{arguments.command} works on now only: leave out --at")
    module = importlib.import_module(f"mash_monitor.cli.{_COMMANDS[arguments.command]}")
    code: int = getattr(module, f"{arguments.command.replace('-', '_')}_command")(arguments)
    return code


def _explain(error: Exception, arguments: argparse.Namespace) -> int:
    from mash_monitor.cli.failures import told

    lines = told(error)
    if lines is None:
        _unexpected(error, arguments)
    for line in lines:
        print(f"mash-monitor: {line}", file=sys.stderr)
    return USED_WRONG


def _unexpected(error: Exception, arguments: argparse.Namespace) -> NoReturn:
    """A defect of ours: say so without repeating data that the exception may carry."""
    print(
        f"mash-monitor: {arguments.command} failed in a way that was not foreseen ({type(error).__name__}); "
        "run it again with --debug and report what it prints, after removing anything personal",
        file=sys.stderr,
    )
    raise SystemExit(USED_WRONG)
