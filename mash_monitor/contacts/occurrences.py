"""Rows of one file that share contact and person: siblings without a person id, or a child listed twice."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from mash_monitor.contacts.embedded import remove, repeated_rows
from mash_monitor.contacts.notices import Notice
from mash_monitor.contacts.text import shape
from mash_monitor.domain.words import count


@dataclass(slots=True)
class _Seen:
    rows: int = 0
    last_line: int = 0


class Occurrences:
    """Numbers the rows of one file, so that each is kept: the last of two must not hide an open child."""

    def __init__(self) -> None:
        self._seen: defaultdict[tuple[str, str], _Seen] = defaultdict(_Seen)

    def number(self, contact_id: str, person_id: str, line: int) -> int:
        """Which row of this contact and person the one on `line` is, from 0."""
        seen = self._seen[contact_id, person_id]
        seen.rows, seen.last_line = seen.rows + 1, line
        return seen.rows - 1

    def remove_surplus(self, connection: Connection) -> Iterator[Notice]:
        """Remove what is stored beyond the file's rows of a contact and person that it has, and tell so.

        A person whom the file does not name with that contact keeps every row: it may be a file of changes.
        """
        surplus = [
            (contact_id, person_id, occurrence)
            for contact_id, person_id, occurrence in repeated_rows(connection)
            if (seen := self._seen.get((contact_id, person_id))) is not None and occurrence >= seen.rows
        ]
        remove(connection, surplus)
        for key, rows in Counter((contact_id, person_id) for contact_id, person_id, _ in surplus).items():
            whose = "of this child" if key[1] else "without a child"
            gone = f"{count(rows, 'row')} {whose} fewer than were imported before: removed"
            yield Notice(self._seen[key].last_line, "person_id", shape(key[1]), gone)
