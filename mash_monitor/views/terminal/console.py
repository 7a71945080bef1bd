"""A console that fits where it prints: terminal, pipe or file, with colour or without, in any encoding."""

import codecs
import os
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console

PIPED_WIDTH = 100
_NARROWEST = 40
_SPELLED = "mash-monitor-spelled"
_PLAIN_SIGNS = str.maketrans({"—": "-", "–": "-", "·": "|", "…": "~", "→": ">", "‘": "'", "’": "'"})


def make_console(stdout: TextIO, width: int | None = None) -> Console:
    """A console on this stream; `width` in columns, else that of the terminal.

    On a pipe there is no colour and the width is that of COLUMNS, else 100. NO_COLOR is respected.
    What the stream's encoding lacks is spelled out instead of ending in an error.
    """
    if isinstance(stdout, TextIOWrapper):
        codecs.register_error(_SPELLED, _spelled)
        stdout.reconfigure(errors=_SPELLED)
    if width is None and not stdout.isatty():
        width = _columns()
    return Console(
        file=stdout, width=width and max(width, _NARROWEST), markup=False, emoji=False, highlight=False
    )  # fmt: skip


def _columns() -> int:
    said = os.environ.get("COLUMNS", "")
    return int(said) if said.isdecimal() and int(said) else PIPED_WIDTH


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_PLAIN_SIGNS)
    return missing.encode("ascii", "backslashreplace").decode("ascii"), error.end
