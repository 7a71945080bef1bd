"""People as config.toml knows them: how they are reached, when they are away, and when they are on."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator, model_validator

from mash_monitor.config.strict import Strict
from mash_monitor.config.values import WEEKDAYS
from mash_monitor.domain.roster import TEAM
from mash_monitor.domain.roster import Rota as DutyRota

_ADDRESSES = {"sms": "sms", "email": "email", "apprise": "apprise", "notify-sms": "sms", "notify-email": "email"}

_MADE_UP = re.compile(r"\+447700900\d{3}")
"""Mobile numbers that Ofcom keeps for drama: no real phone has one, so examples and tests use them."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _name(value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise ValueError(f'found {value!r}, expected a name of letters, digits, "-" and "_", such as "north-east"')
    return value


def _not_team(value: str) -> str:
    if value == TEAM:
        raise ValueError(f"found {TEAM!r}, which stands for the people of the contact's teams; choose another name")
    return value


Name = Annotated[str, AfterValidator(_name)]
"""How a hub is called in tables, on the command line and in the environment."""

Alias = Annotated[Name, AfterValidator(_not_team)]
"""How a person or a rota is called."""


def _dates(value: object) -> object:
    """First and last date of "2026-12-20..2027-01-02"; a single date is both."""
    if isinstance(value, date):  # TOML has dates of its own
        return value, value
    first, _, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        raise ValueError(f'found {value!r}, expected dates such as "2026-12-20..2027-01-02", or one date') from None
    if end < start:
        raise ValueError(f"found {value!r}, which ends before it starts; write the earlier date first")
    return start, end


Dates = Annotated[tuple[date, date], BeforeValidator(_dates)]


class Person(Strict):
    """Somebody who is told; never named in a log or message but by this alias."""

    sms: str | None = None
    email: str | None = None
    apprise: SecretStr | None = None
    absent: list[Dates] = []

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

    @field_validator("apprise")
    @classmethod
    def _service(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and "://" not in value.get_secret_value():
            raise ValueError("found something that is not an Apprise address such as msteams://…")
        return value

    def address(self, channel: str) -> str | None:
        """Where this person is reached by a channel; None where not at all."""
        if channel == "console":
            return "console"
        found = getattr(self, _ADDRESSES[channel])
        return found.get_secret_value() if isinstance(found, SecretStr) else found


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


class Rota(Strict):
    """People by turns: by weekday, by date, by the events of an iCalendar file, which are called by alias."""

    mon: list[str] | None = None
    tue: list[str] | None = None
    wed: list[str] | None = None
    thu: list[str] | None = None
    fri: list[str] | None = None
    sat: list[str] | None = None
    sun: list[str] | None = None
    dates: dict[date, list[str]] = {}
    default: list[str] = []
    calendar: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _somebody(self) -> "Rota":
        if not self.members and self.calendar is None:
            raise ValueError('needs somebody: weekdays (mon = ["alice"]), default, dates or calendar')
        return self

    @property
    def members(self) -> dict[str, tuple[str | int, ...]]:
        """Everybody whom the table itself names, with the key where each is first named."""
        turns: list[tuple[tuple[str | int, ...], list[str]]] = [
            *(((day,), getattr(self, day) or []) for day in WEEKDAYS),
            (("default",), self.default),
            *((("dates", day.isoformat()), on) for day, on in self.dates.items()),
        ]
        return {alias: key for key, on in reversed(turns) for alias in on}

    def rota(self, name: str) -> DutyRota:
        """The rota as the domain knows it, as yet without shifts."""
        return DutyRota(
            name,
            weekdays=tuple(None if (on := getattr(self, day)) is None else tuple(on) for day in WEEKDAYS),
            dates={day: tuple(on) for day, on in self.dates.items()},
            default=tuple(self.default),
        )
