"""A hub over a store, with the shipped rules and a ladder, that a benchmark can run passes of."""

from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, make_url

from mash_monitor.contacts import StoreSettings, open_store
from mash_monitor.domain.entry import Rules
from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.domain.reports import ReportDays
from mash_monitor.rules import load_pack
from mash_monitor.service.hub import Directory, StoreAccess, WatchedHub
from mash_monitor.state.database import connect
from mash_monitor.state.migrate import upgrade

LONDON = ZoneInfo("Europe/London")
_HOUR = 3_600
_REPORTS = (8 * _HOUR + 1_800, 12 * _HOUR + 1_800, 16 * _HOUR + 1_800)
_HERE = Path(__file__).resolve().parents[2]


def bench_hub(url: str) -> WatchedHub:
    """A hub whose store answers at this URL, however long that takes."""
    policy = load_pack(_HERE / "rules" / "herefordshire.toml").policy(LONDON, _REPORTS, ReportDays.ALL)
    settings = StoreSettings(url, timeout=_HOUR)
    return WatchedHub(
        name="england",
        title="England",
        rules=Rules(policy, "herefordshire"),
        store=StoreAccess(lambda: open_store(settings, LONDON, _HERE), _HOUR),
        directory=Directory(lambda _alias, _channel: "somewhere"),
        ladder=tuple(Step(level, ("duty",), ("console",)) for level in (Level.RED, Level.OVERDUE)),
    )


def empty_state(url: str) -> Engine:
    """A new state database."""
    engine = connect(make_url(url))
    upgrade(engine)
    return engine
