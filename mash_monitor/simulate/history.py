"""One made-up contact from receipt to decision, and the rows that a store shows of it at any moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from mash_monitor.simulate.cases import Case
from mash_monitor.simulate.native import NativeRow, local_time
from mash_monitor.simulate.sources import Source

_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class History:
    """A contact as it will have been once it is decided. `received` and `decided` are instants."""

    contact_id: str
    received: int
    decided: int
    source: Source
    case: Case

    def rows(self, now: int, zone: ZoneInfo) -> Iterator[NativeRow]:
        """Its rows, one for each child, as they stand at `now`: a later decision is not made yet."""
        made = self.decided <= now
        for person in self.case.persons:
            yield NativeRow(
                contact_id=self.contact_id,
                person_id=person,
                received_at=local_time(self.received, zone),
                decided_at=local_time(self.decided, zone) if made else "",
                source_code=self.source.code,
                source_desc=self.source.description,
                risk=self.case.risk,
                team=self.case.team,
                worker=self.case.worker,
                outcome=self.case.outcome.value if made else "",
            )


def reference(day: date, number: int) -> str:
    """The reference of the `number`-th contact of a date: short, and never given twice within a hub."""
    return f"C-{(day - _FIRST_DAY).days}{number:02}"
