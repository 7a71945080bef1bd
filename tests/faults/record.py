"""What was seen at each point, as the table of docs/faults.md."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.lives import REACHED

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
_BEGIN, _END = "<!-- points: made by MASH_FAULTS_ALL=1 -->", "<!-- end of points -->"


@dataclass(frozen=True, slots=True)
class Seen:
    """How one run ended: how much later than undisturbed, in seconds of its clock, and what was repeated."""

    later: int
    repeated: tuple[str, ...]


@dataclass(slots=True)
class Record:
    """Everything that was seen in this run."""

    _seen: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    _kinds: set[str] = field(default_factory=set)

    def note(self, kind: str, point: str, seen: Seen) -> None:
        """Keep what was seen of a process that died there."""
        self._kinds.add(kind)
        self._seen[point].append(seen)

    def write(self) -> None:
        """Put the table into the page, where every point was seen on both databases."""
        if len(self._kinds) < 2 or {point.split()[1] for point in self._seen} != REACHED.keys():
            return
        page = PAGE.read_text(encoding="utf-8")
        head, rest = page.split(_BEGIN)
        tail = rest.split(_END)[1]
        PAGE.write_text("\n".join((head + _BEGIN, *self._table(), _END + tail)), encoding="utf-8")

    def _table(self) -> Iterator[str]:
        yield "| point | life | killed before | killed after |"
        yield "| --- | --- | --- | --- |"
        for point, life in REACHED.items():
            before, after = (self._told(f"{moment} {point}") for moment in ("before", "after"))
            yield f"| `{point}` | {life} | {before} | {after} |"

    def _told(self, point: str) -> str:
        seen = self._seen[point]
        repeats = sum(bool(each.repeated) for each in seen)
        return f"{len(seen)}×, one repeat in {repeats}" if repeats else f"{len(seen)}×"  # noqa: RUF001 - times
