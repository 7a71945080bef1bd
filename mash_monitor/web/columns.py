"""The columns of the wall: open contacts under headings that are true of each."""

from typing import NamedTuple

from mash_monitor.domain.position import Position, Watched


class Column(NamedTuple):
    """The contacts under one heading, the most urgent first; `kind` ends "and 3 more ...", `rating` lists them all."""

    title: str
    kind: str
    rating: str | None
    items: list[Watched]


def columns(position: Position) -> list[Column]:
    """Those that have contacts. Of one whose time of receipt cannot be read nobody knows whether it is overdue."""
    overdue, unknown, coming = (
        Column("Overdue", "overdue", "overdue", []),
        Column("Time unreadable, perhaps overdue", "of unknown time", "red", []),
        Column("Still in time", "in time", None, []),
    )
    for item in position.watched:
        column = overdue if item.overdue else unknown if item.subject.received is None else coming
        column.items.append(item)
    return [column for column in (overdue, unknown, coming) if column.items]
