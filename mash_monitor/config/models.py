"""What a configuration may say: one model a table of config.toml."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, field_validator, model_validator

from mash_monitor.config.strict import Strict
from mash_monitor.config.values import Duration, TimeOfDay, weekdays
from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.rating import Level
from mash_monitor.domain.reports import ReportDays

CHANNELS = {"sms": "twilio", "email": "email", "console": "console"}
"""The ways to reach a person, and the [channels] table that each one needs."""


_MADE_UP = re.compile(r"\+447700900\d{3}")
"""Mobile numbers that Ofcom keeps for drama: no real phone has one, so examples and tests use them."""


_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _name(value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise ValueError(f'found {value!r}, expected a name of letters, digits, "-" and "_", such as "north-east"')
    return value


Name = Annotated[str, AfterValidator(_name)]
"""How a hub or a person is called in tables, on the command line and in the environment."""


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


class Recipients(Strict):
    """Who is told, and by which channels in order."""

    to: list[str] = Field(min_length=1)
    by: list[Literal["sms", "email", "console"]] = Field(min_length=1)


class Service(Strict):
    """The service itself."""

    timezone: str = "Europe/London"
    reports: list[TimeOfDay] = [30_600, 45_000, 59_400]
    report_days: ReportDaysValue = ReportDays.ALL
    accept_gaps: bool = False
    watch_every: Duration | None = None
    tick: Duration = 30
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


class Person(Strict):
    """Somebody who is told; never named in a log or message but by this alias."""

    sms: str | None = None
    email: str | None = None

    @field_validator("sms")
    @classmethod
    def _mobile(cls, value: str | None) -> str | None:
        return None if value is None else _e164(value)

    @field_validator("email")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and (value.count("@") != 1 or value.strip() != value or any(c.isspace() for c in value)):
            raise ValueError("found something that is not an email address such as duty@example.org")
        return value

    def address(self, channel: str) -> str | None:
        """Where this person is reached by a channel; None where not at all."""
        return "console" if channel == "console" else getattr(self, channel)


def _e164(value: str) -> str:
    import phonenumbers  # slow to import, and only needed where a number is given

    try:
        number = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        number = None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if number is not None:
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.number_type(number) in kinds or _MADE_UP.fullmatch(written):
            return written
    raise ValueError("found a number that is not a mobile number such as +447700900123")


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
    people: dict[Name, Person] = {}
    escalation: list[EscalationStep] = []
    summary: Recipients | None = None

    _name: str = PrivateAttr("")

    @field_validator("reports")
    @classmethod
    def _check_reports(cls, value: list[int] | None) -> list[int] | None:
        return None if value is None else _reports(value)

    def ladder(self) -> tuple[Step, ...]:
        """The steps of the ladder, in order."""
        return tuple(step.step() for step in self.escalation)


class Console(Strict):
    """Prints what would be sent."""


class Twilio(Strict):
    """Text messages by Twilio."""

    account_sid: str
    auth_token: SecretStr
    sender: str | None = Field(None, alias="from")
    messaging_service_sid: str | None = None
    base_url: str | None = None
    timeout: Duration = 10

    @model_validator(mode="after")
    def _one_sender(self) -> "Twilio":
        if (self.sender is None) == (self.messaging_service_sid is None):
            raise ValueError("needs either from or messaging_service_sid, and not both")
        return self

    @field_validator("base_url")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if value is not None and not (parts.hostname and (parts.scheme == "https" or here)):
            raise ValueError(f"found {value!r}, expected an https address, or http on this machine only")
        return value


class Email(Strict):
    """Email by SMTP."""

    host: str
    port: int = 587
    sender: str = Field(alias="from")
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    timeout: Duration = 20

    @model_validator(mode="after")
    def _encrypted(self) -> "Email":
        if self.security == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError('found security = "none", expected "starttls" or "tls" to a host beyond this machine')
        return self


class Channels(Strict):
    """The ways out that are configured."""

    console: Console | None = None
    twilio: Twilio | None = None
    email: Email | None = None


class Config(Strict):
    """A whole configuration. `folder` is where relative paths count from."""

    service: Service
    state: State = State()
    hubs: dict[Name, Hub] = Field(min_length=1)
    people: dict[Name, Person] = {}
    channels: Channels = Channels()

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
        own = self.hubs[hub].people if hub in self.hubs else {}
        return own.get(alias) or self.people.get(alias)

    def reports(self, hub: Hub) -> tuple[list[int], ReportDays | frozenset[int]]:
        """Report times (seconds since midnight) and days of a hub."""
        return hub.reports or self.service.reports, hub.report_days or self.service.report_days
