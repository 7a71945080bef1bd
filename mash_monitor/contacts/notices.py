"""What is told about rows and files that were doubtful: where and how it looks, never what it says."""

from typing import NamedTuple


class SetAside(NamedTuple):
    """A row that cannot be watched, because nothing tells which contact it is."""

    where: str
    column: str
    shape: str
    reason: str


class Notice(NamedTuple):
    """A row of a file that was marked, or rejected. `line` is where it begins; no `column`: the whole row."""

    line: int
    column: str
    shape: str
    reason: str
