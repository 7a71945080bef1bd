"""The published measures counted from the text of rows, the plain way, with nothing of the program."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.simulate.native import NativeRow

LONDON = ZoneInfo("Europe/London")
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2020-01-01", "2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04",
        "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28",
    )
)  # fmt: skip


class Seen(NamedTuple):
    """One contact as its rows tell it; times are aware."""

    contact_id: str
    received: datetime
    decided: datetime | None
    source_code: str
    outcome: str

    @property
    def within_24_hours(self) -> bool:
        return self.decided is not None and self.decided.timestamp() - self.received.timestamp() <= 24 * 3600

    @property
    def within_one_working_day(self) -> bool:
        day = self.received.date() + timedelta(days=1)
        while day.weekday() >= 5 or day in BANK_HOLIDAYS:
            day += timedelta(days=1)
        return self.decided is not None and self.decided.date() <= day

    @property
    def converted(self) -> bool:
        return self.outcome in ("referral", "cp_enquiry")

    @property
    def from_police(self) -> bool:
        return self.source_code == "6"


def contacts_of(rows: Iterable[NativeRow]) -> list[Seen]:
    """The contacts of rows that are not spoilt, in the order of their first row."""
    first: dict[str, NativeRow] = {}
    for row in rows:
        first.setdefault(row.contact_id, row)
    return [_seen(row) for row in first.values() if not spoilt(row)]


def spoilt(row: NativeRow) -> bool:
    """Whether the row carries one of the faults that are put in on purpose."""
    return (
        "T" not in row.received_at
        or row.source_code.startswith("LOC")
        or (bool(row.decided_at) and row.decided_at < row.received_at)
    )


def percent(chosen: Sequence[bool]) -> float:
    return 100 * sum(chosen) / len(chosen)


def _seen(row: NativeRow) -> Seen:
    decided = datetime.fromisoformat(row.decided_at).replace(tzinfo=LONDON) if row.decided_at else None
    received = datetime.fromisoformat(row.received_at).replace(tzinfo=LONDON)
    return Seen(row.contact_id, received, decided, row.source_code, row.outcome)
