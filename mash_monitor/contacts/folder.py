"""A folder of exports as a contact store: the newest complete file of each name, read afresh at each look."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from mash_monitor.contacts.embedded import memory_engine
from mash_monitor.contacts.errors import ContactsFileError, StoreMisconfigured, StoreUnavailable
from mash_monitor.contacts.formats import ANNEX_A
from mash_monitor.contacts.importing import file_parser, open_file
from mash_monitor.contacts.intake import Intake
from mash_monitor.contacts.settings import StoreSettings

_SUFFIXES = {".csv", ".tsv", ".xlsx"}
_DATED = re.compile(r"[\d\W_]*(?:T[\d\W_]+Z?)?$")
_SETTLED = 60
"""Seconds without a change after which a last record without a newline is taken for whole."""


class HalfWritten(Exception):
    """A file that is still being written; the argument says by what it shows."""


class ExportFolder:
    """Loads a folder's files into a store in memory, through the ordinary way of an import."""

    def __init__(self, path: Path, settings: StoreSettings, zone: ZoneInfo) -> None:
        self._path = path
        self._settings = settings
        self._zone = zone

    def load(self, now: int, notes: list[str]) -> Engine:
        """A store with what the folder holds; `notes` is told which files were left for the next look.

        Raises StoreMisconfigured where the folder or a header is wrong, StoreUnavailable where no file is
        complete: an empty answer would look like a quiet day.
        """
        engine = memory_engine()
        try:
            with engine.begin() as connection:
                taken = [
                    name for name, files in self._by_name().items() if self._take_newest(connection, files, now, notes)
                ]
        except ContactsFileError as error:
            engine.dispose()
            raise StoreMisconfigured(
                f"{self._path}: {error.file}", error.found, error.expected, error.remedy
            ) from error
        except BaseException:
            engine.dispose()
            raise
        if not taken:
            engine.dispose()
            raise StoreUnavailable(f"{self._path}: no complete export" + "".join(f"; {note}" for note in notes))
        return engine

    def _by_name(self) -> dict[str, list[Path]]:
        """The files of each name, newest first; the name last written comes last, so that news wins."""
        if not self._path.is_dir():
            raise StoreMisconfigured(
                str(self._path), "no such folder", "a folder of exports", "correct store.url, or create it"
            )
        found: dict[str, list[tuple[int, str, Path]]] = {}
        for file in self._path.iterdir():
            if file.suffix.lower() in _SUFFIXES and not file.name.startswith((".", "~$")) and file.is_file():
                name = _DATED.sub("", file.stem).lower() + file.suffix.lower()
                found.setdefault(name, []).append((file.stat().st_mtime_ns, file.name, file))
        newest_first = {name: sorted(files, reverse=True) for name, files in found.items()}
        return {
            name: [file for _, _, file in files]
            for name, files in sorted(newest_first.items(), key=lambda item: item[1][0])
        }

    def _take_newest(self, connection: Connection, files: list[Path], now: int, notes: list[str]) -> bool:
        for file in files:
            try:
                with connection.begin_nested():
                    self._take(connection, file, now)
                return True
            except HalfWritten as sign:
                notes.append(f"{file.name} is half-written ({sign}) and was left for the next look")
        return False

    def _take(self, connection: Connection, file: Path, now: int) -> None:
        before = _state(file)
        try:
            with open_file(file, None, self._settings.columns) as (form, records):
                if form.name not in (self._settings.preset, ANNEX_A):
                    raise StoreMisconfigured(
                        str(file),
                        f"{form.name} columns",
                        f"those of the preset {self._settings.preset}",
                        f'set store.preset = "{form.name}"',
                    )
                parser = file_parser(file, form, self._settings, self._zone)
                Intake(
                    connection, form, parser, self._zone, now, lookback=self._settings.lookback, remember=False
                ).take(records, len(records.header.cells))
        except ContactsFileError as error:
            if error.line == 1 and _state(file) == before and not _is_fresh(before, now):
                raise  # a header that will not become a better one
            raise HalfWritten(error.found) from error
        if _state(file) != before:
            raise HalfWritten("it changed while it was read")
        if records.last_was_short:
            raise HalfWritten("its last record is incomplete")
        if not records.ends_in_newline and _is_fresh(before, now):
            raise HalfWritten("its last record has no end")


def _state(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns


def _is_fresh(state: tuple[int, int], now: int) -> bool:
    return state[1] // 1_000_000_000 > now - _SETTLED
