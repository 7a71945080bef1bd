"""Matches the columns of a store's table to ours, by its preset and by what the hub configured."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DateTime, Integer, String, case, column, literal_column, null, table
from sqlalchemy.types import TypeEngine

from mash_monitor.contacts.errors import StoreMisconfigured
from mash_monitor.contacts.layout import Column, Layout
from mash_monitor.contacts.presets import COLUMNS, Preset
from mash_monitor.contacts.rows import EVIDENCE
from mash_monitor.contacts.settings import StoreSettings

_OURS = (*COLUMNS, "worker")
_IDS, _TIMES = ("contact_id", "person_id"), ("received_at", "decided_at")
_NAME = re.compile(r"[A-Za-z_][\w$#]*")


def is_observed(preset: Preset, settings: StoreSettings) -> bool:
    """Whether the store has no decision time, so that decisions can only be observed."""
    return not settings.columns.get("decided_at", preset.columns.get("decided_at", ""))


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table as its database describes it: the types of its columns, by name.

    `hashes`: this database can make fingerprints. `json`: it can make JSON of columns.
    """

    dialect: str
    name: str
    schema: str | None
    columns: Mapping[str, TypeEngine[Any]]
    hashes: bool = False
    json: bool = False

    @property
    def where(self) -> str:
        """The table, for people."""
        return f"table {self.schema}.{self.name}" if self.schema else f"table {self.name}"


def lay_out(found: FoundTable, preset: Preset, settings: StoreSettings) -> Layout:
    """The layout of a table. Raises StoreMisconfigured where a column that is needed is not there."""
    _refuse_unknown(settings)
    theirs: dict[str, Column] = {name.lower(): column(name, kind) for name, kind in found.columns.items()}
    columns = {ours: _match(ours, found, theirs, preset, settings) for ours in _OURS}

    def find(name: str) -> Column | None:
        return columns["outcome"] if name == preset.columns.get("outcome") else theirs.get(name.lower())

    if "outcome" in preset.columns or "outcome" not in settings.columns:
        columns["outcome"] = preset.outcome_sql(find)
    if columns["decided_at"] is not None and (completed := preset.completed(find)) is not None:
        columns["decided_at"] = case((completed, columns["decided_at"]), else_=null())
    observed = is_observed(preset, settings)
    _refuse_missing(columns, observed, found, preset)
    embedded = preset.name == "native" and all(name in theirs for name in EVIDENCE)
    if embedded:
        columns |= {name: theirs[name] for name in EVIDENCE}
    return Layout(
        table=table(found.name, *theirs.values(), schema=found.schema),  # type: ignore[arg-type]
        columns={ours: literal_column("NULL") if their is None else their for ours, their in columns.items()},
        absent=tuple(ours for ours, their in columns.items() if their is None),
        preset=preset,
        dialect=found.dialect,
        observed=observed,
        embedded=embedded,
        hashes=found.hashes,
        packs=found.json and _is_exact(found.dialect, columns),
    )


def _is_exact(dialect: str, columns: Mapping[str, Column | None]) -> bool:
    """Whether JSON says as much as the driver does, or for the times of PostgreSQL the seconds of a wall clock."""
    if dialect == "sqlite":
        return True
    ids = all(isinstance(column.type, String | Integer) for name in _IDS if (column := columns[name]) is not None)
    times = [column.type for name in _TIMES if (column := columns[name]) is not None]
    return ids and all(isinstance(kind, DateTime) and not kind.timezone for kind in times)


def _match(
    ours: str, found: FoundTable, theirs: Mapping[str, Column], preset: Preset, settings: StoreSettings
) -> Column | None:
    if ours not in settings.columns:
        return theirs.get(preset.columns.get(ours, "").lower())
    wanted = settings.columns[ours].strip()
    if not wanted or wanted.lower() in theirs:
        return theirs.get(wanted.lower())
    if _NAME.fullmatch(wanted):
        raise _no_column(found, wanted, ours)
    return literal_column(f"({wanted})", String if found.dialect == "sqlite" else None)


def _refuse_unknown(settings: StoreSettings) -> None:
    for ours in settings.columns:
        if ours not in _OURS:
            near = _nearest(ours, _OURS)
            remedy = f"did you mean {near[0]!r}" if near else "remove it"
            raise StoreMisconfigured("store.columns", f"{ours!r}", f"one of {', '.join(_OURS)}", remedy)


def _refuse_missing(columns: Mapping[str, Column | None], observed: bool, found: FoundTable, preset: Preset) -> None:
    for ours in ("contact_id", "received_at", *(() if observed else ("decided_at",))):
        if columns[ours] is None:
            raise _no_column(found, preset.columns.get(ours, ours), ours)
    if observed and columns["outcome"] is None:
        raise StoreMisconfigured(
            found.where,
            f"no outcome among the columns {', '.join(found.columns)}",
            preset.needs,
            "name the column in store.columns.outcome, or the time of decision in store.columns.decided_at",
        )


def _no_column(found: FoundTable, wanted: str, ours: str) -> StoreMisconfigured:
    near = _nearest(wanted.lower(), [name.lower() for name in found.columns])
    hint = f"; the nearest is {near[0]!r}" if near else ""
    keeps_none = " (an empty text if the store keeps none: decisions are then observed)" if ours == "decided_at" else ""
    return StoreMisconfigured(
        found.where,
        f"no column {wanted!r} among {', '.join(found.columns) or 'none'}{hint}",
        f"one for {ours}",
        f"name it in store.columns.{ours}{keeps_none}, or correct store.preset or store.table",
    )


def _nearest(word: str, known: Collection[str]) -> list[str]:
    from difflib import get_close_matches  # only where something is wrong

    return get_close_matches(word, known, 1)
