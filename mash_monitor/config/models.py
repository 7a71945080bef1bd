"""What a configuration may say: one model a table of config.toml."""

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import field

from mash_monitor.config.channels import Channels
from mash_monitor.config.people import Alias, Name, Person, Rota
from mash_monitor.config.table import From, Table, Then
from mash_monitor.config.values import SOME, Duration, TimeOfDay, between, duration, weekdays
from mash_monitor.config.web import Web
from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.rating import Level
from mash_monitor.domain.reports import ReportDays


def _report_days(value: object) -> ReportDays | frozenset[int]:
    return ReportDays(value) if value in ("all", "open") else weekdays(value)


OnDays = Annotated[ReportDays | frozenset[int], From(_report_days)]


def _reports(value: list[int]) -> list[int]:
    for at in value:
        if 3600 <= at < 7200:
            raise ValueError(
                f"found {at // 3600:02}:{at % 3600 // 60:02}: between 01:00 and 01:59 the clock change skips or "
                "repeats a report; choose another time"
            )
        if at >= 86_400:
            raise ValueError('found "24:00", expected a time of day up to "23:59"')
    if not value:
        raise ValueError("found no report time, expected at least one")
    return sorted(set(value))


ReportTimes = Annotated[list[TimeOfDay], Then(_reports)]


def _interval(value: object) -> int | None:
    if value == "off":
        return None
    seconds = duration(value)
    if seconds < 300:
        raise ValueError(f'found {value!r}, expected at least "5m", or "off"')
    return seconds


Interval = Annotated[int | None, From(_interval)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'found {name!r}, expected a time zone such as "Europe/London"') from None
    return name


def _dead_man(value: str) -> str:
    if value != "off" and not value.startswith(("https://", "http://")):
        raise ValueError(f'found {value!r}, expected "off" or the address to ping while all is well')
    return value


def _tick(value: int) -> int:
    if not 1 <= value <= 60:
        raise ValueError(f"found {value} s, expected 1s to 60s: slots and deadlines are seen at a tick")
    return value


def _title(value: str) -> str:
    if not 1 <= len(value) <= 60:
        raise ValueError(f"found {len(value)} letters, expected 1 to 60")
    return value


class Recipients(Table):
    """Who is told, people or rotas, and by which channels in order."""

    to: Annotated[list[str], SOME]
    by: Annotated[list[Literal["sms", "email", "console", "apprise", "notify-sms", "notify-email"]], SOME]


class Service(Table, kw_only=True):
    """The service itself."""

    timezone: Annotated[str, Then(_zone)] = "Europe/London"
    reports: ReportTimes = field(default_factory=lambda: [30_600, 45_000, 59_400])
    report_days: OnDays = ReportDays.ALL
    accept_gaps: bool = False
    watch_every: Duration | None = None
    tick: Annotated[Duration, Then(_tick)] = 30
    senders: Annotated[int, between(1, 32)] = 4
    dead_man: Annotated[str, Then(_dead_man)]
    ops: Recipients | None = None


class State(Table):
    """Our own database."""

    url: str = "sqlite:///var/state.db"


class Store(Table):
    """A council's contact store; only ever read."""

    url: str
    preset: Literal["native", "ssd", "liquidlogic", "mosaic"] = "native"
    lookback: Duration = 180 * 86_400
    table: str | None = None
    columns: dict[str, str] = {}
    query: str | None = None
    outcomes: dict[str, str] = {}
    sources: dict[str, str] = {}
    risks: dict[str, str] = {}
    timeout: Duration = 20

    def __post_init__(self) -> None:
        if self.table and self.query:
            raise ValueError("found both table and query, expected one of them: a query replaces the table")


class EscalationStep(Recipients, kw_only=True):
    """One step of the ladder."""

    when: Literal["amber", "red", "overdue"]
    hours: Hours = Hours.ANY
    after: Duration = 0

    def step(self) -> Step:
        """The step as the domain knows it."""
        return Step(Level(self.when), tuple(self.to), tuple(self.by), self.after, self.hours)


class Hub(Table, kw_only=True):
    """One hub: its rules, store, people and ladder. Report times may differ from the service's."""

    title: Annotated[str, Then(_title)]
    rules: str
    store: Store
    reports: ReportTimes | None = None
    report_days: OnDays | None = None
    accept_gaps: bool | None = None
    people: dict[Alias, Person] = {}
    rota: dict[Alias, Rota] = {}
    teams: dict[str, list[str]] = {}
    escalation: list[EscalationStep] = []
    repeat_every: Interval = 7200
    repeat_most: Annotated[int, between(1, 1000)] = 6
    summary: Recipients | None = None
    handover: Recipients | None = None

    def ladder(self) -> tuple[Step, ...]:
        """The steps of the ladder, in order."""
        return tuple(step.step() for step in self.escalation)


class Config(Table, kw_only=True):
    """A whole configuration. `folder` is where relative paths count from."""

    folder: Path
    service: Service
    state: State = State()
    hubs: Annotated[dict[Name, Hub], SOME]
    people: dict[Alias, Person] = {}
    rota: dict[Alias, Rota] = {}
    channels: Channels = Channels()
    web: Web | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The hubs' time zone."""
        return ZoneInfo(self.service.timezone)

    def person(self, hub: str | None, alias: str) -> Person | None:
        """Somebody by alias: this hub's own first, then those known to every hub."""
        return self.people_of(hub).get(alias)

    def people_of(self, hub: str | None) -> dict[str, Person]:
        """Everybody whom this hub knows, by alias."""
        return {**self.people, **(self.hubs[hub].people if hub in self.hubs else {})}

    def rotas_of(self, hub: str | None) -> dict[str, Rota]:
        """Every rota that this hub knows: its own come before those of the same name that every hub knows."""
        return {**self.rota, **(self.hubs[hub].rota if hub in self.hubs else {})}

    def reports(self, hub: Hub) -> tuple[list[int], ReportDays | frozenset[int]]:
        """Report times (seconds since midnight) and days of a hub."""
        return hub.reports or self.service.reports, hub.report_days or self.service.report_days
