"""A sentence: what it is about, and what is said of that."""

from typing import NamedTuple

from mash_monitor.views.untrusted import plain


class Sentence(NamedTuple):
    """As one line: "Police: 5 open, 0 red; 55.49% of contacts." """

    about: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.about}: {'; '.join(self.parts)}."


def said(about: str, *parts: str) -> Sentence:
    """A sentence in which nothing from a store can drive a terminal."""
    return Sentence(plain(about), tuple(map(plain, parts)))
