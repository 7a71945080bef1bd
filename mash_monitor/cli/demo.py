"""The demo command."""

import argparse
import json
import os
import sys
from pathlib import Path

from mash_monitor.app import App
from mash_monitor.app.hubs import store_settings
from mash_monitor.channels.console import ConsoleChannel
from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, UsedWrongError
from mash_monitor.config import Config
from mash_monitor.domain.words import count
from mash_monitor.service.positions import as_of_now
from mash_monitor.simulate.demo import live
from mash_monitor.views import documents
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.summary import summary

_FIRST_LINE = "# A made-up hub: mash-monitor demo wrote this file, and replaces it when it is run here again."
_FILES = ("config.toml", "contacts.db", "state.db", "contacts.csv", "messages.txt", "rules.toml")


def demo_command(arguments: argparse.Namespace) -> int:
    """Make a hub worth looking at, and show it."""
    app = given.app(arguments)
    hub = app.hub(arguments.hub)
    now, _ = given.asked_at(arguments, hub.zone)
    folder = Path(arguments.dir).resolve() if arguments.dir else app.config.folder / "var" / "demo"
    made = _prepare(app.config, hub.name, folder)
    hub, engine = made.hub(hub.name), made.state_for_writing()
    settings = store_settings(made.config.hubs[hub.name])
    with (folder / "messages.txt").open("w", encoding="utf-8") as shown:
        lived = live(
            hub, engine, settings, folder, {"console": ConsoleChannel(shown)},
            days=arguments.days, seed=arguments.seed, now=now, progress=_progress,
        )  # fmt: skip
    position = as_of_now(hub, engine, now)
    if arguments.json:
        print(documents.dump(documents.summary_document(position)))
        return DONE
    console = make_console(sys.stdout)
    console.print(summary(position))
    console.print()
    history = f"{count(lived.rows, 'row')} of {count(arguments.days, 'day')}"
    console.print(f"A made-up hub: {history}, {count(lived.reports, 'report')} run. Nothing left this machine.")
    config = os.path.relpath(folder / "config.toml")
    first = position.watched[0].subject.contact_id if position.watched else "CONTACT_ID"
    if arguments.at:
        config += f" --at {arguments.at}"
    for what, command in (
        ("every open contact", "contacts"),
        ("one contact", f"explain {first}"),
        ("this month", f"scorecard --period {hub.calendar.date_of(now):%Y-%m}"),
        ("this screen", "summary"),
    ):
        console.print(f"  {what + ':':20}mash-monitor {command} --config {config}", soft_wrap=True)
    console.print(f"  {'what was sent:':20}{os.path.relpath(folder / 'messages.txt')}", soft_wrap=True)
    return DONE


def _prepare(config: Config, hub: str, folder: Path) -> App:
    """A place for the demo, with nothing of an earlier one. Raises UsedWrongError where it is not the demo's own."""
    ours = folder / "config.toml"
    found = [folder / name for name in _FILES if (folder / name).exists()]
    if found and not (ours.is_file() and ours.read_bytes().startswith(_FIRST_LINE.encode())):
        raise UsedWrongError(
            f"--dir: found {found[0]}, which no demo wrote; expected an empty folder, or that of an earlier demo"
        )
    rules = (config.folder / config.hubs[hub].rules).read_bytes()
    written = _configuration(config, hub)
    folder.mkdir(parents=True, exist_ok=True)
    ours.write_text(written, encoding="utf-8")
    for name in _FILES[1:]:
        for file in (folder / name, folder / f"{name}-wal", folder / f"{name}-shm"):
            file.unlink(missing_ok=True)
    (folder / "rules.toml").write_bytes(rules)
    return App.load(ours, {})


def _configuration(config: Config, name: str) -> str:
    hub = config.hubs[name]
    times, _ = config.reports(hub)
    reports = ", ".join(f'"{at // 3600:02}:{at % 3600 // 60:02}"' for at in times)
    return f"""{_FIRST_LINE}
[service]
timezone = "{config.service.timezone}"
reports = [{reports}]
dead_man = "off"

[state]
url = "sqlite:///state.db"

[hubs.{name}]
title = {json.dumps(hub.title[:53].removesuffix(" (demo)") + " (demo)", ensure_ascii=False)}
rules = "rules.toml"

[hubs.{name}.store]
url = "sqlite:///contacts.db"

[people.duty]

[[hubs.{name}.escalation]]
when = "red"
to = ["duty"]
by = ["console"]

[[hubs.{name}.escalation]]
when = "overdue"
to = ["duty"]
by = ["console"]

[hubs.{name}.summary]
to = ["duty"]
by = ["console"]

[channels.console]
"""


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\r\x1b[K" if done == total else "\r"
        print(
            f"making a hub: report {done} of {total}" if done < total else "",
            end=end,
            file=sys.stderr,
            flush=True,
        )
