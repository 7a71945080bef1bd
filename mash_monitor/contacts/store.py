"""A hub's contact store: opened by its settings, looked at one position at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from mash_monitor.contacts.connection import file_of, reading_engine
from mash_monitor.contacts.errors import StoreMisconfigured, StoreUnavailable, store_errors
from mash_monitor.contacts.layout import Layout
from mash_monitor.contacts.look import Look
from mash_monitor.contacts.matching import is_observed
from mash_monitor.contacts.presets import PRESETS, preset_named
from mash_monitor.contacts.queries import QueryRows
from mash_monitor.contacts.rows import RowParser
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.contacts.tables import TableRows, reflect
from mash_monitor.contacts.vocabulary import Vocabulary
from mash_monitor.domain.contact import Contact

if TYPE_CHECKING:
    from mash_monitor.contacts.folder import ExportFolder
    from mash_monitor.domain.finding import Finding


def open_store(settings: StoreSettings, zone: ZoneInfo, folder: Path) -> "ContactStore":
    """The store of these settings; relative paths count from `folder`. Nothing is connected to yet.

    Raises StoreMisconfigured where the settings alone are wrong.
    """
    return ContactStore(settings, zone, folder)


class ContactStore:
    """Reads contacts, and never writes. Its methods raise StoreUnavailable or StoreMisconfigured.

    `observed`: the store has no decision time; `where`: what it is, for people, without its password.
    """

    def __init__(self, settings: StoreSettings, zone: ZoneInfo, folder: Path) -> None:
        self._settings = settings
        self._zone = zone
        self._folder = folder
        self._url = settings.parsed_url
        self._preset = preset_named(settings.preset)
        self._layout: Layout | None = None
        self._absent: set[str] = set()
        self._folder_of_exports: ExportFolder | None = None
        self.observed = is_observed(self._preset, settings)
        self.where = self._url.render_as_string(hide_password=True)
        if self._url.drivername == "csv":
            self._read_exports(file_of(self._url, folder))
        self._words = Vocabulary(self._settings, self._preset)

    def _read_exports(self, path: Path) -> None:
        """Read the tables that ExportFolder makes of files: native ones, whatever preset the files have."""
        settings = self._settings
        if settings.query is not None or settings.table is not None:
            raise StoreMisconfigured(
                "store.url",
                "a query or a table over a folder of exports",
                "neither",
                "remove store.query and store.table",
            )
        Vocabulary(settings, self._preset)  # a wrong word is told now, not at the first file
        from mash_monitor.contacts.folder import ExportFolder  # only folders need what reads files

        self._folder_of_exports = ExportFolder(path, settings, self._zone)
        self._preset = PRESETS["native"]
        self._settings = replace(settings, preset="native", columns={"decided_at": ""} if self.observed else {})

    @contextmanager
    def look(self, now: int) -> Iterator[Look]:
        """One read position. `now` is the moment of reading."""
        with self._connected(now) as (_, look):
            yield look

    def contacts_open(self, now: int, at: int | None = None) -> Iterator[Contact]:
        """All contacts open, siblings merged. `now` is the moment of reading.

        With `at`, the position then is reconstructed from the rows as they are now: received by then, and
        not decided by then. Where decisions are only observed, those decided since are missing from it.
        """
        with self.look(now) as look:
            if at is None:
                yield from (contact for contact in look.contacts_maybe_open(now) if contact.is_open(now))
                return
            for contact in look.contacts_maybe_open(at):
                if contact.is_open(at) and (contact.received is None or contact.received <= at):
                    yield contact

    def contacts_received(self, start: int, end: int, now: int) -> Iterator[Contact]:
        """All contacts whose earliest receipt lies in [start, end), siblings merged; streamed."""
        with self.look(now) as look:
            for contact in look.contacts_maybe_received(start, end):
                if contact.received is not None and start <= contact.received < end:
                    yield contact

    def contacts(self, ids: Sequence[str], now: int) -> dict[str, Contact]:
        """The contacts with these ids, by id; those not in the store are missing."""
        with self.look(now) as look:
            return look.contacts_of(ids)

    def check(self, now: int) -> "list[Finding]":
        """What somebody should know, or put right, before relying on this store. Raises nothing."""
        from mash_monitor.contacts.checks import TableCheck, of_rows  # only `check` looks that closely
        from mash_monitor.domain.finding import Finding, Severity

        try:
            with self._connected(now) as (connection, look), store_errors(self.where, self._url):
                findings = [Finding(Severity.INFO, self.where, "readable")]
                remedy = "see that what writes the exports still runs, and writes them whole"
                findings += (Finding(Severity.WARNING, self.where, note, remedy) for note in look.notes)
                if self._layout is not None:
                    findings += TableCheck(
                        self.where, connection, self._layout, now - self._settings.lookback
                    ).findings()
                return [*findings, *of_rows(self.where, look, self._zone, observed=self.observed)]
        except StoreMisconfigured as error:
            return [Finding(Severity.ERROR, error.place, f"{error.found}; expected {error.expected}", error.remedy)]
        except StoreUnavailable as error:
            return [Finding(Severity.ERROR, self.where, error.found, error.remedy)]

    @contextmanager
    def _connected(self, now: int) -> Iterator[tuple[Connection, Look]]:
        with store_errors(self.where, self._url):
            exports = self._folder_of_exports.load(now) if self._folder_of_exports else None
            connection = (exports.engine if exports else self._engine).connect()
        try:
            with store_errors(self.where, self._url):
                rows, parser = self._reader(connection)
            look = Look(rows, parser, self._url, now, absent=self._absent)
            if exports:
                look.tell(exports.notes, exports.set_aside)
            yield connection, look
        finally:
            connection.close()
            if exports:
                exports.engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return reading_engine(self._url, self._settings.timeout, self._folder)

    def _reader(self, connection: Connection) -> tuple[TableRows | QueryRows, RowParser]:
        words, lookback = self._words, self._settings.lookback
        if self._settings.query:
            parser = RowParser(self.where, self._zone, words, observed=self.observed)
            return QueryRows(connection, self._settings.query, parser, lookback), parser
        if self._layout is None:
            self._layout = reflect(connection, self._preset, self._settings)
        layout = self._layout
        parser = RowParser(self.where, self._zone, words, observed=self.observed, embedded=layout.embedded)
        return TableRows(connection, layout, lookback), parser
