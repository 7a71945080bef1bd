"""What is told about rows and files that were doubtful: where and how it looks, never what it says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that cannot be watched, because nothing tells which contact it is."""

    where: str
    column: str
    shape: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of a file that was marked, or rejected. `line` is where it begins; no `column`: the whole row."""

    line: int
    column: str
    shape: str
    reason: str
