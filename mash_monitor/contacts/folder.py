"""A folder of exports as a contact store: the newest complete file of each name, read afresh at each look."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from mash_monitor.contacts.embedded import memory_engine
from mash_monitor.contacts.errors import ContactsFileError, StoreMisconfigured, StoreUnavailable, UnknownHeader
from mash_monitor.contacts.formats import ANNEX_A
from mash_monitor.contacts.importing import file_parser, open_file
from mash_monitor.contacts.intake import Intake
from mash_monitor.contacts.notices import SetAside
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.words import count, moment

_SUFFIXES = {".csv", ".tsv", ".xlsx"}
_DATED = re.compile(r"[\d\W_]*(?:T[\d\W_]+Z?)?$")
_SETTLED = 60
"""Seconds without a change after which a last record without a newline is taken for whole."""


class PassedOver(Exception):
    """A file that cannot be taken now; the argument says why, as what is said of it: "is incomplete: …"."""


@dataclass(slots=True)
class Exports:
    """What a folder held at one look: a store in memory, what people should know, and rows without an id."""

    engine: Engine
    notes: list[str] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)


class ExportFolder:
    """Loads a folder's files into a store in memory, through the ordinary way of an import."""

    def __init__(self, path: Path, settings: StoreSettings, zone: ZoneInfo) -> None:
        self._path = path
        self._settings = settings
        self._zone = zone

    def load(self, now: int) -> Exports:
        """A store with what the folder holds, to be disposed of by the caller.

        Raises StoreMisconfigured where the folder or a header is wrong, StoreUnavailable where no file is
        complete: an empty answer would look like a quiet day.
        """
        exports = Exports(memory_engine())
        try:
            with exports.engine.begin() as connection:
                taken = [self._take_newest(connection, files, now, exports) for files in self._by_name()]
        except ContactsFileError as error:
            exports.engine.dispose()
            raise StoreMisconfigured(
                f"{self._path}: {error.file}", error.found, error.expected, error.remedy
            ) from error
        except BaseException:
            exports.engine.dispose()
            raise
        if not any(taken):
            exports.engine.dispose()
            raise StoreUnavailable(
                "; ".join([f"{self._path}: no complete export", *exports.notes]),
                "a whole CSV or XLSX file with a header and records",
                "wait for the next export; if none comes, see that what writes them still runs",
            )
        return exports

    def _by_name(self) -> list[list[Path]]:
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
        newest_first = sorted(sorted(files, reverse=True) for files in found.values())
        return [[file for _, _, file in files] for files in newest_first]

    def _take_newest(self, connection: Connection, files: list[Path], now: int, exports: Exports) -> bool:
        """Take the newest complete one of the files of one name; tell where there is a newer, or all are old."""
        newer: list[str] = []
        for file in files:
            try:
                with connection.begin_nested():
                    intake, written = self._take(connection, file, now)
            except PassedOver as sign:
                newer.append(f"{file.name}, {sign}")
                continue
            newest = f"newest complete export is of {moment(written, self._zone)} ({file.name})"
            exports.notes.extend(f"{newest}; a newer one, {said}" for said in newer)
            if not newer and written < now - DAY:
                exports.notes.append(f"{newest}: none came for more than a day")
            self._tell(file.name, intake, exports)
            return True
        exports.notes.extend(f"{said}; no older one is complete" for said in newer)
        return False

    @staticmethod
    def _tell(name: str, intake: Intake, exports: Exports) -> None:
        """Tell of rows what the store in memory does not show."""
        exports.set_aside.extend(
            SetAside(f"{name}, line {row.line}", row.column, row.shape, row.reason) for row in intake.rejected
        )
        if shifted := [row for row in intake.marked if not row.column]:
            found = f"{count(len(shifted), 'row')} with more or fewer fields than the header"
            exports.notes.append(f"{name}: {found}, the first on line {shifted[0].line}: {shifted[0].reason}")

    def _take(self, connection: Connection, file: Path, now: int) -> tuple[Intake, int]:
        """Take one file; what became of its rows, and when it was written. Raises PassedOver."""
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
                intake = Intake(
                    connection, form, parser, self._zone, now, lookback=self._settings.lookback, remember=False
                )
                intake.take(records, len(records.header.cells))
        except UnknownHeader as error:
            if _state(file) == before and not _is_fresh(before, now):
                raise  # it will not become a better one
            raise PassedOver(f"has {error.found}") from error
        except ContactsFileError as error:
            raise PassedOver(f"cannot be read whole: {error.found}") from error
        if _state(file) != before:
            raise PassedOver("is incomplete: it changed while it was read")
        if records.last_was_short:
            raise PassedOver("is incomplete: its last record is too short")
        if not records.ends_in_newline and _is_fresh(before, now):
            raise PassedOver("is incomplete: its last record has no end")
        return intake, before[1] // 1_000_000_000


def _state(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns


def _is_fresh(state: tuple[int, int], now: int) -> bool:
    return state[1] // 1_000_000_000 > now - _SETTLED
