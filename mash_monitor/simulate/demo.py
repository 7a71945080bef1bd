"""The demo: a made-up hub taken in by the ordinary import and rated by the ordinary pass, report by report."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from mash_monitor.channels.base import Channel
from mash_monitor.contacts import StoreSettings
from mash_monitor.contacts.importing import import_file
from mash_monitor.domain.calendar import DAY
from mash_monitor.service import passes
from mash_monitor.service.deliver import Courier
from mash_monitor.service.hub import WatchedHub
from mash_monitor.simulate.native import write_csv
from mash_monitor.simulate.synthetic import contacts

_REPORTED_DAYS = 7
_STILL_CHANGING = 21
"""Days within which a contact may still change from one export to the next."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a made-up hub has behind it: rows of contacts, and reports run."""

    rows: int
    reports: int


def live(
    hub: WatchedHub, engine: Engine, settings: StoreSettings, folder: Path, channels: dict[str, Channel], *,
    days: int, seed: int, now: int, progress: Callable[[int, int], None],
) -> Lived:  # fmt: skip
    """Let a made-up hub live through its last week, an export and a report at each slot, up to `now`.

    `days` is how far its contacts reach back. `folder` holds the exports and is where relative paths count
    from. `progress` is told how many reports are done, and of how many.
    """
    start, slots = now - days * DAY, hub.schedule.within(now - min(days, _REPORTED_DAYS) * DAY, now)
    export = folder / "contacts.csv"

    def take_in(since: int, at: int) -> int:
        rows = write_csv(export, contacts(seed, max(start, since), at + 1, at, hub.calendar))
        import_file(export, settings, hub.zone, folder, at)
        return rows

    for number, slot in enumerate(slots):
        progress(number, len(slots))
        take_in(start if number == 0 else slot - _STILL_CHANGING * DAY, slot)
        passes.report(hub, engine, slot)
        Courier(engine, {hub.name: hub}, channels, "demo", _stopped(slot)).deliver()
    progress(len(slots), len(slots))
    return Lived(take_in(start, now), len(slots))


def _stopped(instant: int) -> Callable[[], int]:
    return lambda: instant
