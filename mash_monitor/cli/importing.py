"""The import command."""

import argparse
import json
import sys

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.app.hubs import store_settings
from mash_monitor.cli.main import DONE
from mash_monitor.cli.working import local_file
from mash_monitor.contacts.importing import ImportResult, import_file
from mash_monitor.domain.words import count

_NAMED = 10


def take_in(arguments: argparse.Namespace, app: App) -> int:
    """Import one file into the hub's embedded store and say what became of its rows."""
    hub = app.hub(arguments.hub)
    file = local_file(arguments.file)
    settings = store_settings(app.config.hubs[hub.name])
    with _Progress(quiet=arguments.json) as progress:
        result = import_file(
            file, settings, hub.zone, app.config.folder, clock.now(), preset=arguments.preset, progress=progress.show,
        )  # fmt: skip
    if arguments.json:
        print(json.dumps(result.as_json(str(file)), ensure_ascii=False, indent=2))
    else:
        _tell(result, str(file))
    return DONE


def _tell(result: ImportResult, file: str) -> None:
    print(
        f"{file}: {count(result.rows, 'row')}: {result.imported:,} new, {result.updated:,} updated, "
        f"{result.unchanged:,} unchanged, {len(result.rejected):,} without an id"
    )
    for title, notices in (("Rejected", result.rejected), ("Taken, but doubtful", result.marked)):
        if notices:
            print(f"{title}:")
        for notice in notices[:_NAMED]:
            where = f"line {notice.line}, {notice.column}" if notice.column else f"line {notice.line}"
            print(f"  {where}: {notice.reason} (looks like {notice.shape!r})")
        if len(notices) > _NAMED:
            print(f"  and {len(notices) - _NAMED:,} more; all of them with --json")


class _Progress:
    """A bar on standard error for a file that takes a while; nothing where nobody looks."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()

    def __enter__(self) -> "_Progress":
        if not self._quiet:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("reading", total=None)
            self._bar.start()
        return self

    def show(self, done: int, total: int | None) -> None:
        """Move the bar; `total` is None while it is not known."""
        if not self._quiet:
            self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if not self._quiet:
            self._bar.stop()
