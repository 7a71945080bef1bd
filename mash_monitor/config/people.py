"""People as config.toml knows them: how they are reached, when they are away, and when they are on."""

import re
from datetime import date
from typing import Annotated

from mash_monitor.config.secret import Secret
from mash_monitor.config.table import From, Table, Then
from mash_monitor.config.values import SOME, WEEKDAYS
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


Name = Annotated[str, Then(_name)]
"""How a hub is called in tables, on the command line and in the environment."""

Alias = Annotated[Name, Then(_not_team)]
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


Dates = Annotated[tuple[date, date], From(_dates)]


def _mobile(value: object) -> str:
    """A mobile number, as E.164. A wrong one is not repeated: it may be somebody's."""
    import phonenumbers  # slow to import, and only needed where a number is given

    try:
        number = phonenumbers.parse(str(value), "GB")
    except phonenumbers.NumberParseException:
        number = None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if number is not None:
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.number_type(number) in kinds or _MADE_UP.fullmatch(written):
            return written
    raise ValueError("found a number that is not a mobile number such as +447700900123")


def _email(value: object) -> str:
    if isinstance(value, str) and value.count("@") == 1 and not any(letter.isspace() for letter in value):
        return value
    raise ValueError("found something that is not an email address such as duty@example.org")


def _apprise(value: object) -> Secret:
    if isinstance(value, str) and "://" in value:
        return Secret(value)
    raise ValueError("found something that is not an Apprise address such as msteams://…")


class Person(Table):
    """Somebody who is told; never named in a log or message but by this alias."""

    sms: Annotated[str, From(_mobile)] | None = None
    email: Annotated[str, From(_email)] | None = None
    apprise: Annotated[Secret, From(_apprise)] | None = None
    absent: list[Dates] = []

    def address(self, channel: str) -> str | None:
        """Where this person is reached by a channel; None where not at all."""
        if channel == "console":
            return "console"
        found = getattr(self, _ADDRESSES[channel])
        return found.reveal() if isinstance(found, Secret) else found


class Rota(Table):
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
    calendar: Annotated[str, SOME] | None = None

    def __post_init__(self) -> None:
        if not self.members and self.calendar is None:
            raise ValueError('needs somebody: weekdays (mon = ["alice"]), default, dates or calendar')

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
