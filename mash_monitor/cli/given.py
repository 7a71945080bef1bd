"""What was given on the command line, as the program needs it."""

import argparse
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.cli.main import UsedWrongError
from mash_monitor.domain.words import moment


def app(arguments: argparse.Namespace) -> App:
    """The program under the configuration that was named. Raises ConfigError."""
    return App.load(config_path(arguments))


def config_path(arguments: argparse.Namespace) -> Path:
    """--config, else MASH_CONFIG, else config.toml here."""
    return Path(arguments.config or os.environ.get("MASH_CONFIG") or "config.toml")


def instant(text: str, zone: ZoneInfo, option: str) -> int:
    """An instant given by a user; local time without an offset. Raises UsedWrongError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsedWrongError(
            f"{option}: found {text!r}, expected a time such as 2026-03-06T16:30 or 2026-03-06T16:30+00:00"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if not 1990 < moment.year < 2190:
        raise UsedWrongError(f"{option}: found the year {moment.year}, expected one that a calendar reaches")
    return int(moment.timestamp())


def asked_at(arguments: argparse.Namespace, zone: ZoneInfo) -> tuple[int, int]:
    """(the instant asked for, now). Raises UsedWrongError for one to come."""
    now = clock.now()
    if arguments.at is None:
        return now, now
    at = instant(arguments.at, zone, "--at")
    if at > now:
        raise UsedWrongError(f"--at: found {arguments.at!r}, which is still to come; nobody knows that position")
    return at, now


def reconstructed(at: int, zone: ZoneInfo) -> str:
    """What to say under a view of another time."""
    return f"As it stood on {moment(at, zone)}, reconstructed from the rows as they are now."
