"""The report as plain text, for the part of an email that every program can show."""

from collections.abc import Iterator
from itertools import chain
from textwrap import wrap

from mash_monitor.domain.position import Position
from mash_monitor.views.outward import outward
from mash_monitor.views.spoken.position import contact
from mash_monitor.views.spoken.sentence import Sentence
from mash_monitor.views.spoken.summary import ahead, measured, opening

_WIDTH = 78
_INDENT = "  "
_UNBROKEN = "\u00a0"


def report_text(position: Position) -> str:
    """The report in sentences of short lines: the position in three, the day ahead, every open contact, the figures.

    It leaves the machine, and of a contact it tells what the page beside it does.
    """
    shown = outward(position)
    every = "Every open contact", (contact(shown, item) for item in shown.watched)
    lines = [line for said in opening(shown) for line in _lines(said)]
    for title, sentences in chain(ahead(shown), [every], measured(shown)):
        if under := [line for said in sentences for line in _lines(said)]:
            lines += ["", title, "-" * len(title), *under]
    return "\n".join(lines) + "\n"


def _lines(said: Sentence | str) -> Iterator[str]:
    """A sentence that is too long for a line goes on under what it is about, and is divided between its parts."""
    whole = str(said)
    if isinstance(said, str) or len(whole) <= _WIDTH:
        yield from _wrapped(whole)
        return
    yield from _wrapped(f"{said.about}:")
    parts = (part if len(part) > _WIDTH * 3 // 4 else part.replace(" ", _UNBROKEN) for part in said.parts)
    for line in _wrapped(f"{'; '.join(parts)}.", first=_INDENT):
        yield line.replace(_UNBROKEN, " ")


def _wrapped(text: str, first: str = "") -> list[str]:
    return wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False
    )
