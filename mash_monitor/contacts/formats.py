"""Which kind of file this is, told by its header, and where in a record our columns are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xxhash import xxh3_64_hexdigest

from mash_monitor.contacts.outcomes import FLAGS, MISSING_FLAG
from mash_monitor.contacts.presets import COLUMNS, COMPLETED, PRESETS, Preset
from mash_monitor.contacts.records import Cells
from mash_monitor.contacts.rows import RawRow
from mash_monitor.contacts.text import clean
from mash_monitor.contacts.times import is_blank

ANNEX_A = "annex-a"
_ANNEX_A_COLUMNS = {
    "person_id": "ChildUniqueID",
    "received_at": "DateOfContact",
    "source_desc": "ContactSource",
}
_OURS = (*COLUMNS, "worker")


class RepeatedColumn(ValueError):
    """Two columns of a file claim to be the same one of ours; the argument names it."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A recognised file. `places` gives the position of our columns in a record; nothing else is read."""

    name: str
    preset: Preset
    places: Mapping[str, int]
    outcome_places: Mapping[str, int]

    @property
    def volume_only(self) -> bool:
        """Whether the file has neither contact ids nor decisions, so that it serves volumes only."""
        return self.name == ANNEX_A

    @property
    def observed(self) -> bool:
        """Whether the file has no decision times."""
        return "decided_at" not in self.places

    @property
    def has_outcomes(self) -> bool:
        """Whether the file says anything about decisions."""
        return "outcome" in self.places or bool(self.outcome_places)

    def raw(self, cells: Cells) -> RawRow:
        """A record as a raw row, the worker last."""
        values = {ours: _cell(cells, place) for ours, place in self.places.items()}
        if self.outcome_places:
            values["outcome"] = self._outcome(
                {name: _cell(cells, place) for name, place in self.outcome_places.items()}
            )
        if self.volume_only:
            values["contact_id"] = _derived_id(values)
        return tuple(values.get(ours) for ours in _OURS)

    def _outcome(self, cells: Mapping[str, object]) -> object:
        if "STEP_STATUS" not in cells:
            return cells if any(not is_blank(cell) for cell in cells.values()) else None
        if str(cells["STEP_STATUS"]).strip().upper() != COMPLETED:
            return None
        actions = cells.get("NEXT_ACTIONS")
        return COMPLETED if is_blank(actions) else actions


def recognise(header: Cells, preset: str | None, columns: Mapping[str, str]) -> FileFormat | None:
    """The format of a file with this header; None if it is none that we know, or not `preset`'s.

    Case, blanks and underscores do not matter. `columns` adds a hub's own names for our columns. Raises
    RepeatedColumn.
    """
    names = [_key(cell) for cell in header]
    for name, kind, theirs in _known():
        if preset is not None and name != preset:
            continue
        wanted = {ours: {_key(their)} for ours, their in theirs.items()}
        for ours, local in columns.items():
            if local and name != ANNEX_A:
                wanted.setdefault(ours, set()).add(_key(local))
        places = {ours: place for ours, keys in wanted.items() if (place := _place(names, keys, ours)) is not None}
        needed = {"person_id", "received_at"} if name == ANNEX_A else {"contact_id", "received_at"}
        if needed <= places.keys():
            return FileFormat(name, kind, places, _outcome_places(name, names))
    return None


def _known() -> list[tuple[str, Preset, Mapping[str, str]]]:
    return [
        *((name, preset, preset.columns) for name, preset in PRESETS.items()),
        (ANNEX_A, PRESETS["native"], _ANNEX_A_COLUMNS),
    ]


def _outcome_places(name: str, names: list[str]) -> dict[str, int]:
    wanted: list[str] = []
    if name == "liquidlogic":
        wanted = [*(f"OUTCOME_{flag}" for flag in (*FLAGS, MISSING_FLAG)), "OTHER_OUTCOMES_EXIST_FLAG"]
    elif name == "mosaic":
        wanted = ["STEP_STATUS", "NEXT_ACTIONS"]
    return {column: place for column in wanted if (place := _place(names, {_key(column)}, column)) is not None}


def _place(names: list[str], keys: set[str], ours: str) -> int | None:
    places = [place for place, name in enumerate(names) if name in keys]
    if len(places) > 1:
        raise RepeatedColumn(ours)
    return places[0] if places else None


def _key(cell: object) -> str:
    return re.sub(r"[^0-9a-z]", "", str(cell).casefold()) if cell is not None else ""


def _cell(cells: Cells, place: int) -> object:
    return cells[place] if place < len(cells) else None


def _derived_id(values: Mapping[str, object]) -> str | None:
    """An id for a record of Annex A, the same at each import; None where the child is not named either."""
    child = clean(values.get("person_id"))[0]
    if child is None:
        return None
    described = [child, str(values.get("received_at")), clean(values.get("source_desc"))[0]]
    return f"annex-a-{xxh3_64_hexdigest(repr(described).encode())}"
