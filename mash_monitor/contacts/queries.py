"""Raw rows out of a query of the council's own: read whole, and chosen from here, not in the database."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, time

from sqlalchemy import Connection, text

from mash_monitor.contacts.chunks import Visits
from mash_monitor.contacts.errors import StoreMisconfigured
from mash_monitor.contacts.notices import SetAside
from mash_monitor.contacts.presets import COLUMNS
from mash_monitor.contacts.rows import Chunks, Marked, RawRow, RowParser, contact_id, fingerprints, unknown_of
from mash_monitor.contacts.tables import CHUNK
from mash_monitor.contacts.times import utc_day
from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.contact import Row

_SINCE = re.compile(r"(?<!:):since\b")
_ALWAYS = 0


class QueryRows:
    """Reads raw rows from the result of a query whose columns bear our names, by one connection.

    `:since` in the query stands for the day from which rows are wanted, as a datetime (SQLite: ISO text).
    """

    def __init__(self, connection: Connection, query: str, parser: RowParser, lookback: int) -> None:
        self._connection = connection
        self._query = query
        self._parser = parser
        self._lookback = lookback

    def open(self, now: int) -> Chunks:
        """Rows that may be open at `now`."""
        since = now - self._lookback
        return self._chosen(since, lambda row: _is_open(row, now) and _is_since(row, since), now)

    def unknown(self, now: int, known: set[int]) -> Chunks:
        """Those of `open` whose fingerprint is not among the known; that of each other is struck from the set."""
        return unknown_of(self.open(now), known)

    def marked(self, chunk: Sequence[RawRow]) -> Iterable[Marked]:
        """These rows, each with its fingerprint."""
        return zip(chunk, fingerprints(chunk), strict=True)

    def observed(self, since: int) -> Chunks:
        """Rows received since then that have an outcome."""
        return self._chosen(since, lambda row: row.outcome is not None and _is_since(row, since), since)

    def keyed(self, ids: Collection[str], *, worker: bool = False) -> Chunks:
        """All rows of these contacts."""
        wanted = frozenset(ids)
        for chunk in self._rows(_ALWAYS, worker=worker):
            if rows := [raw for raw in chunk if contact_id(raw) in wanted]:
                yield rows

    def keyed_trimmed(self, ids: Sequence[str], *, worker: bool = False) -> Chunks:  # noqa: ARG002
        """Nothing: ids are compared without blanks already."""
        return iter(())

    def siblings_of_open(self, now: int, *, worker: bool) -> Chunks:
        """All rows, side by side, of contacts that may be open; and rows without an id."""
        return self._siblings(self.open(now), worker=worker)

    def siblings_of_received(self, start: int, end: int) -> Chunks:
        """The same, with workers, for contacts with a row received in a window."""
        inside = self._chosen(start - DAY, lambda row: row.received is not None and start <= row.received < end, end)
        return self._siblings(inside, worker=True)

    def received(self, start: int, end: int) -> None:
        """Nothing in bulk: which contacts have several rows takes the whole result to tell."""

    def visits(self, start: int, end: int) -> Iterator[Visits]:  # noqa: ARG002 - a query takes no end
        """Person and time of receipt of the rows received since then."""
        for chunk in self._rows(start - DAY, worker=False):
            yield Visits([raw[1] for raw in chunk], [raw[2] for raw in chunk])

    def without_time(self, now: int) -> Chunks:  # noqa: ARG002 - a query takes no condition
        """Id and time of receipt of all rows."""
        for chunk in self._rows(_ALWAYS, worker=False):
            yield [(raw[0], raw[2]) for raw in chunk]

    def first_receipt(self) -> None:
        """Not without reading all of it."""

    def _siblings(self, chosen: Chunks, *, worker: bool) -> Chunks:
        ids = {contact_id(raw) for chunk in chosen for raw in chunk}
        rows = [raw for chunk in self._rows(_ALWAYS, worker=worker) for raw in chunk if contact_id(raw) in ids]
        rows.sort(key=lambda raw: contact_id(raw) or "")
        yield rows

    def _chosen(self, since: int, wanted: Callable[[Row], bool], now: int) -> Chunks:
        for chunk in self._rows(since, worker=False):
            parsed = ((raw, self._parser.parse(raw, now)) for raw in chunk)
            if rows := [raw for raw, row in parsed if isinstance(row, SetAside) or wanted(row)]:
                yield rows

    def _rows(self, since: int, *, worker: bool) -> Chunks:
        values: dict[str, object] = {}
        if _SINCE.search(self._query):
            day = utc_day(max(since - DAY, _ALWAYS))
            values["since"] = (
                day.isoformat() if self._connection.dialect.name == "sqlite" else datetime.combine(day, time())
            )
        options = {"stream_results": True}
        with self._connection.execute(text(self._query), values, execution_options=options) as result:
            take = _in_our_order(list(result.keys()), observed=self._parser.observed, worker=worker)
            for chunk in iter(lambda: result.cursor_strategy.fetchmany(result, result.cursor, CHUNK), []):
                yield [take(raw) for raw in chunk]


def _in_our_order(found: list[str], *, observed: bool, worker: bool) -> Callable[[RawRow], RawRow]:
    places = {name.lower(): place for place, name in enumerate(found)}
    for needed in ("contact_id", "received_at", "outcome" if observed else "decided_at"):
        if needed not in places:
            raise StoreMisconfigured(
                "store.query",
                f"no column {needed} in its result ({', '.join(found)})",
                "our names",
                f"add `AS {needed}` to the query",
            )
    order = [places.get(name) for name in (*COLUMNS, *(("worker",) if worker else ()))]
    return lambda raw: tuple(None if place is None else raw[place] for place in order)


def _is_open(row: Row, now: int) -> bool:
    return row.decided is None or row.decided.latest > now


def _is_since(row: Row, since: int) -> bool:
    return row.received is None or row.received >= since
