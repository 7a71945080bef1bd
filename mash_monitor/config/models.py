"""What a configuration may say: one model a table of config.toml."""

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator, model_validator

from mash_monitor.config.channels import Channels
from mash_monitor.config.people import Alias, Name, Person, Rota
from mash_monitor.config.strict import Strict
from mash_monitor.config.values import Duration, TimeOfDay, duration, weekdays
from mash_monitor.config.web import Web
from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.rating import Level
from mash_monitor.domain.reports import ReportDays


def _report_days(value: object) -> ReportDays | frozenset[int]:
    return ReportDays(value) if value in ("all", "open") else weekdays(value)


ReportDaysValue = Annotated[Any, BeforeValidator(_report_days)]


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


def _interval(value: object) -> int | None:
    if value == "off":
        return None
    seconds = duration(value)
    if seconds < 300:
        raise ValueError(f'found {value!r}, expected at least "5m", or "off"')
    return seconds


Interval = Annotated[int | None, BeforeValidator(_interval)]


class Recipients(Strict):
    """Who is told, people or rotas, and by which channels in order."""

    to: list[str] = Field(min_length=1)
    by: list[Literal["sms", "email", "console", "apprise", "notify-sms", "notify-email"]] = Field(min_length=1)


class Service(Strict):
    """The service itself."""

    timezone: str = "Europe/London"
    reports: list[TimeOfDay] = [30_600, 45_000, 59_400]
    report_days: ReportDaysValue = ReportDays.ALL
    accept_gaps: bool = False
    watch_every: Duration | None = None
    tick: Duration = 30
    senders: int = Field(4, ge=1, le=32)
    dead_man: str
    ops: Recipients | None = None

    _check_reports = field_validator("reports")(_reports)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'found {name!r}, expected a time zone such as "Europe/London"') from None
        return name

    @field_validator("dead_man")
    @classmethod
    def _url_or_off(cls, value: str) -> str:
        if value != "off" and not value.startswith(("https://", "http://")):
            raise ValueError(f'found {value!r}, expected "off" or the address to ping while all is well')
        return value

    @field_validator("tick")
    @classmethod
    def _short_tick(cls, value: int) -> int:
        if not 1 <= value <= 60:
            raise ValueError(f"found {value} s, expected 1s to 60s: slots and deadlines are seen at a tick")
        return value


class State(Strict):
    """Our own database."""

    url: str = "sqlite:///var/state.db"


class Store(Strict):
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

    @model_validator(mode="after")
    def _table_or_query(self) -> "Store":
        if self.table and self.query:
            raise ValueError("found both table and query, expected one of them: a query replaces the table")
        return self


class EscalationStep(Recipients):
    """One step of the ladder."""

    when: Literal["amber", "red", "overdue"]
    hours: Hours = Hours.ANY
    after: Duration = 0

    def step(self) -> Step:
        """The step as the domain knows it."""
        return Step(Level(self.when), tuple(self.to), tuple(self.by), self.after, self.hours)


class Hub(Strict):
    """One hub: its rules, store, people and ladder. Report times may differ from the service's."""

    title: str = Field(min_length=1, max_length=60)
    rules: str
    store: Store
    reports: list[TimeOfDay] | None = None
    report_days: ReportDaysValue | None = None
    accept_gaps: bool | None = None
    people: dict[Alias, Person] = {}
    rota: dict[Alias, Rota] = {}
    teams: dict[str, list[str]] = {}
    escalation: list[EscalationStep] = []
    repeat_every: Interval = 7200
    repeat_most: int = Field(6, ge=1)
    summary: Recipients | None = None
    handover: Recipients | None = None

    _name: str = PrivateAttr("")

    @field_validator("reports")
    @classmethod
    def _check_reports(cls, value: list[int] | None) -> list[int] | None:
        return None if value is None else _reports(value)

    def ladder(self) -> tuple[Step, ...]:
        """The steps of the ladder, in order."""
        return tuple(step.step() for step in self.escalation)


class Config(Strict):
    """A whole configuration. `folder` is where relative paths count from."""

    service: Service
    state: State = State()
    hubs: dict[Name, Hub] = Field(min_length=1)
    people: dict[Alias, Person] = {}
    rota: dict[Alias, Rota] = {}
    channels: Channels = Channels()
    web: Web | None = None

    _folder: Path = PrivateAttr(Path())

    @property
    def folder(self) -> Path:
        """The folder of the configuration file."""
        return self._folder

    def within(self, folder: Path) -> "Config":
        """The same configuration, its relative paths counted from this folder."""
        self._folder = folder
        return self

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
