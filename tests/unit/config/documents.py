"""Configurations as text: a whole small one, and changes to it."""

from pathlib import Path

SMALL = """\
[service]
dead_man = "off"

[hubs.north]
title = "North MASH"
rules = "rules.toml"

[hubs.north.store]
url = "sqlite:///contacts.db"

[[hubs.north.escalation]]
when = "red"
to = ["duty"]
by = ["console"]

[people.duty]

[channels.console]
"""


def write(folder: Path, text: str = SMALL) -> Path:
    """The text as config.toml of a folder."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    """The small configuration with one passage replaced, which must be there once."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def line_of(text: str, passage: str) -> int:
    """The number of the first line that holds a passage."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if passage in line)
