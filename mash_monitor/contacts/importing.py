"""Files into an embedded store: all of a file, or none of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mash_monitor.contacts.connection import file_of
from mash_monitor.contacts.embedded import importing_engine
from mash_monitor.contacts.errors import ContactsFileError, StoreMisconfigured, UnknownHeader, store_errors
from mash_monitor.contacts.formats import ANNEX_A, FileFormat, RepeatedColumn, recognise
from mash_monitor.contacts.intake import Intake
from mash_monitor.contacts.notices import Notice
from mash_monitor.contacts.presets import PRESETS
from mash_monitor.contacts.records import Cells, Progress, Records, read_records
from mash_monitor.contacts.rows import RowParser
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.contacts.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the records of a file. rows = imported + updated + unchanged + len(rejected)."""

    rows: int
    imported: int
    updated: int
    unchanged: int
    marked: tuple[Notice, ...]
    rejected: tuple[Notice, ...]

    def as_json(self, file: str) -> dict[str, Any]:
        """The document of `import --json`."""
        return {
            "file": file,
            "rows": self.rows,
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "marked": [notice._asdict() for notice in self.marked],
            "rejected": [notice._asdict() for notice in self.rejected],
        }


def import_file(
    file: Path,
    settings: StoreSettings,
    zone: ZoneInfo,
    folder: Path,
    now: int,
    *,
    preset: str | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Take a CSV or XLSX file into the embedded store of `settings`, which is made if it is not there.

    Idempotent: rows are known by contact id, person id, and their order where a file has several of both;
    of these, those that a later file has no more are removed. `preset` names the format where the header alone
    should not decide; `progress` is told how much is done, and of how much. Raises ContactsFileError, and
    then nothing is written; StoreMisconfigured where the store is none of ours; StoreUnavailable.
    """
    url = settings.parsed_url
    if url.get_backend_name() != "sqlite":
        raise StoreMisconfigured(
            "store.url",
            f"a {url.drivername} store, which is only read",
            "the embedded store",
            "import with store.url = sqlite:///var/contacts.db",
        )
    if preset is not None and preset not in (*PRESETS, ANNEX_A):
        raise StoreMisconfigured(
            "--preset", repr(preset), f"one of {', '.join((*PRESETS, ANNEX_A))}", "choose one of them"
        )
    target = file_of(url, folder)
    with open_file(file, preset, settings.columns, progress) as (form, records):
        is_new = not target.exists()
        try:
            with store_errors(str(target), url):
                engine = importing_engine(target)
                with engine.begin() as connection:
                    parser = file_parser(file, form, settings, zone)
                    intake = Intake(
                        connection, form, parser, zone, now, lookback=settings.lookback, remember=True
                    )  # fmt: skip
                    intake.take(records, len(records.header.cells))
                engine.dispose()
        except ContactsFileError:
            if is_new:
                _remove(target)
            raise
    rows = intake.imported + intake.updated + intake.unchanged + len(intake.rejected)
    return ImportResult(
        rows, intake.imported, intake.updated, intake.unchanged, tuple(intake.marked), tuple(intake.rejected)
    )


@contextmanager
def open_file(
    file: Path, preset: str | None, columns: Mapping[str, str], progress: Progress | None = None
) -> Iterator[tuple[FileFormat, Records]]:
    """The format and the records of a file. Raises ContactsFileError."""

    def known(header: Cells) -> FileFormat | None:
        try:
            return recognise(header, preset, columns)
        except RepeatedColumn as error:
            raise UnknownHeader(
                file.name,
                1,
                f"two columns for {error}",
                "one column of each name",
                "rename or remove one of them",
            ) from error

    with read_records(file, lambda header: known(header) is not None, progress) as records:
        form = known(records.header.cells)
        if form is None:
            raise UnknownHeader(
                file.name, records.header.line, "no header that is known",
                "contact_id and received_at among its columns",
                "put the column names on the first line of the first sheet",
            )  # fmt: skip
        yield form, records


def file_parser(file: Path, form: FileFormat, settings: StoreSettings, zone: ZoneInfo) -> RowParser:
    """The parser for the rows of a file."""
    return RowParser(file.name, zone, Vocabulary(settings, form.preset), observed=form.observed)


def _remove(store: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
