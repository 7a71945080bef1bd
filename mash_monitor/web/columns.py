"""The columns of the wall: open contacts under headings that are true of each."""

from typing import NamedTuple

from mash_monitor.domain.position import Position, Watched

_ROOM = 6
"""Contacts that a column of a screen on a wall has room for; the list has all."""
_SHARED = 3, 2
"""The same where two headings share the column."""


class Section(NamedTuple):
    """Contacts under one heading, the most urgent first, and how many of them are shown.

    `kind` ends "and 3 more ...", and the list of `rating` has them all.
    """

    title: str
    kind: str
    rating: str | None
    shown: int
    items: list[Watched]


def columns(position: Position) -> list[list[Section]]:
    """What is overdue, or perhaps is, as its time of receipt cannot be read; beside it what is still in time."""
    overdue = [item for item in position.watched if item.overdue]
    unknown = [item for item in position.watched if not item.overdue and item.subject.received is None]
    coming = [item for item in position.watched if not item.overdue and item.subject.received is not None]
    late, dark = _SHARED if overdue and unknown else (_ROOM, _ROOM)
    found = [
        [
            Section("Overdue", "overdue", "overdue", late, overdue),
            Section("Time unreadable, perhaps overdue", "of unknown time", "red", dark, unknown),
        ],
        [Section("Still in time", "in time", None, _ROOM, coming)],
    ]
    return [there for sections in found if (there := [section for section in sections if section.items])]
