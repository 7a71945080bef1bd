"""Records of files: CSV in the encodings and with the separators that exports use, and XLSX.

Every problem is a ContactsFileError with its line. No value of a file is ever repeated.
"""

import codecs
import csv
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile

from mash_monitor.contacts.errors import ContactsFileError, UnknownHeader

Cells = Sequence[object]
Progress = Callable[[int, int], None]
"""Told how much of a file is done, and of how much: bytes of a text, rows of a workbook."""

_END = "\x1eend of file\x1e"
_HEAD = 65_536


class Record(NamedTuple):
    """One record and the line on which it begins."""

    line: int
    cells: Cells


class Records:
    """The records of one file. What it says of the end is known once all were read."""

    def __init__(self, records: Iterator[Record], header: Record, ends_in_newline: bool) -> None:
        self.header = header
        self._records = records
        self.ends_in_newline = ends_in_newline
        self.last_was_short = False

    def __iter__(self) -> Iterator[Record]:
        width = len(self.header.cells)
        for record in self._records:
            if any(cell is not None and cell != "" for cell in record.cells):
                self.last_was_short = len(record.cells) < width
                yield record


@contextmanager
def read_records(file: Path, knows: Callable[[Cells], bool], progress: Progress | None = None) -> Iterator[Records]:
    """Open a CSV or XLSX file. `knows` tells whether a header is one, by which the separator is found."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise ContactsFileError(
            file.name,
            0,
            error.strerror or "it cannot be opened",
            "a readable file",
            "check the path and its permissions",
        ) from error
    with stream:
        head = stream.read(_HEAD)
        stream.seek(0)
        if not head.strip():
            raise ContactsFileError(file.name, 0, "it is empty", "a header and records", "export it again")
        if head.startswith(b"PK"):
            yield _from_workbook(file.name, stream, progress)
        elif head.startswith(b"\xd0\xcf\x11\xe0"):
            raise ContactsFileError(file.name, 0, "an old Excel workbook", "CSV or XLSX", "save it as XLSX")
        else:
            encoding = _encoding(file.name, stream, head)
            separator = _separator(file.name, head, encoding, knows)
            with io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
                yield _from_text(file.name, stream, text, separator, progress)


def _from_text(
    name: str, stream: BinaryIO, text: io.TextIOWrapper, separator: str, progress: Progress | None
) -> Records:
    """Records of a text file; `text` decodes what `stream` reads."""
    size = stream.seek(-1, io.SEEK_END) + 1
    ends_in_newline = stream.read(1) in (b"\n", b"\r", b"\x00")
    stream.seek(0)
    report = (lambda: progress(min(stream.tell(), size), size)) if progress else None
    records = _parse(name, text, separator, report)
    header = next(records, None)
    if header is None:
        raise _no_header(name)
    return Records(records, header, ends_in_newline)


def _separator(name: str, head: bytes, encoding: str, knows: Callable[[Cells], bool]) -> str:
    """The separator that makes a known header of the first record."""
    start = io.StringIO(head.decode(encoding, errors="ignore"), newline="")
    for separator in (",", ";", "\t"):
        start.seek(0)
        with suppress(csv.Error):
            header = next(filter(None, csv.reader(start, delimiter=separator)), None)
            if header is not None and knows(header):
                return separator
    if head.count(0) > len(head) // 10:
        raise ContactsFileError(name, 0, "binary data", "CSV text or an XLSX workbook", "export it as CSV with UTF-8")
    raise _no_header(name)


def _from_workbook(name: str, stream: BinaryIO, progress: Progress | None) -> Records:
    """Records of the first sheet of a workbook, its cells typed as Excel has them."""
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise ContactsFileError(
            name,
            0,
            "an XLSX workbook, for which openpyxl is missing",
            "the extra xlsx",
            "pip install openpyxl (it is the extra mash-monitor[xlsx]), or save it as CSV",
        ) from error

    def rows() -> Iterator[Record]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that it does not read
                sheet = load_workbook(stream, read_only=True, data_only=True).worksheets[0]
                total = sheet.max_row or 0
                sheet.reset_dimensions()  # some exporters write wrong ones
                for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                    if progress and line % 1_000 == 0:
                        progress(min(line, total), total)
                    yield Record(line, cells)
        except (
            BadZipFile,
            KeyError,
            ValueError,
            EOFError,
            IndexError,
            SyntaxError,
            AttributeError,
            TypeError,
        ) as error:
            raise ContactsFileError(name, 0, "a damaged workbook", "an XLSX file", "save or export it again") from error

    records = rows()
    header = next((record for record in records if any(cell is not None for cell in record.cells)), None)
    if header is None:
        raise ContactsFileError(
            name, 0, "its first sheet is empty", "a header and records", "put the contacts on the first sheet"
        )
    width = max(place for place, cell in enumerate(header.cells, 1) if cell is not None)
    return Records(_without_padding(records, width), Record(header.line, header.cells[:width]), ends_in_newline=True)


def _without_padding(records: Iterator[Record], width: int) -> Iterator[Record]:
    """A sheet is a rectangle: every record is as wide as its header, wider only where it has values there."""
    for line, cells in records:
        used = max((place for place, cell in enumerate(cells, 1) if cell is not None), default=0)
        yield Record(line, (*cells[: max(width, used)], *[None] * (width - len(cells))))


def _parse(name: str, text: io.TextIOWrapper, separator: str, report: Callable[[], None] | None) -> Iterator[Record]:
    """Records of a text. A line of ours is put behind its end: unless it comes out whole, a quote is open."""
    reader = csv.reader(chain(text, [_END]), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            if cells and cells[-1].endswith(_END):
                if cells != [_END]:
                    raise ContactsFileError(
                        name,
                        line,
                        "a quotation mark that is never closed",
                        "whole records",
                        "export it again, or close the quotation",
                    )
                return
            if cells:
                yield Record(line, cells)
            line = reader.line_num + 1
            if report and line % 1_000 == 0:
                report()
    except csv.Error as error:
        raise ContactsFileError(
            name,
            line,
            "a field that is too long, maybe a quotation mark never closed",
            "fields of at most 128 KiB",
            "correct that record",
        ) from error


def _encoding(name: str, stream: BinaryIO, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _reads_as(name, stream, ["utf-16"])
    return _reads_as(name, stream, ["utf-8-sig", "cp1252"])


def _reads_as(name: str, stream: BinaryIO, encodings: list[str]) -> str:
    line = 1
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        stream.seek(0)
        line = 1
        try:
            while block := stream.read(_HEAD):
                decoder.decode(block)
                line += block.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
        else:
            return encoding
    raise ContactsFileError(
        name,
        line,
        "bytes that are text in no known encoding",
        "UTF-8 or Windows-1252",
        "export it as CSV with UTF-8",
    )


def _no_header(name: str) -> UnknownHeader:
    return UnknownHeader(
        name,
        1,
        "no header that is known",
        "contact_id and received_at among its columns, or an ssd or annex-a header",
        "put the column names on the first line",
    )
