"""What a database complains of, told without what it may repeat: a driver's message can quote a value of a row."""

import re
from collections.abc import Iterator

from sqlalchemy import exc

_LIMIT = 300
_OF_A_VALUE = re.compile(r"\bconver|\bcast\b|decode|invalid number", re.IGNORECASE)
_NUMBER = re.compile(r"\W*((?:[A-Z]{2,4}-)?\d[0-9A-Z]+)\b")
"""An error number or SQL state before the words: 245, ORA-01722, 22018."""

_OPENING = r"""(?!(?<=n)'t\b)(?P<mark>['"`])"""  # the apostrophe of "can't" opens nothing
_QUOTED = re.compile(rf"{_OPENING}.*?(?P=mark)(?!\w)")
_FOREIGN = re.compile(r"[‘“„«].*[’”“»]")
_LEFT = re.compile(rf"(?:{_OPENING}|[‘“„«]).*")


def complaint(error: exc.SQLAlchemyError) -> str:
    """The first line of what was said, its error number kept; what is quoted in it is left out.

    Of a value that could not be converted nothing is repeated but the number.
    """
    if is_of_a_value(error):
        return " ".join(filter(None, (type(error).__name__, _number(error)))) + ": a value does not suit its column"
    line = _first_line(error)
    quoted = _FOREIGN.sub("…", _QUOTED.sub("…", line))
    if _LEFT.search(quoted):  # a quotation mark inside a quotation: nobody can tell where it ends
        quoted = _LEFT.sub("…", line)
    return quoted[:_LIMIT]


def is_of_a_value(error: exc.SQLAlchemyError) -> bool:
    """Whether a value could not be converted; drivers put that in several classes of error."""
    return isinstance(error, exc.DataError | exc.IntegrityError) or bool(_OF_A_VALUE.search(_first_line(error)))


def _number(error: exc.SQLAlchemyError) -> str | None:
    state: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state or ((found := _NUMBER.match(_first_line(error))) and found[1])


def _first_line(error: exc.SQLAlchemyError) -> str:
    """Drivers give a text, or a number and a text, maybe as bytes, maybe in a tuple in a tuple."""
    source = getattr(error, "orig", None) or error
    first, *others = " ".join(_texts(source.args)).strip().splitlines() or [type(error).__name__]
    return f"{first} {others[0]}" if first.endswith(":") and others else first  # SQL Server names only a number first


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, tuple | list):
        for part in value:
            yield from _texts(part)
    else:
        yield value.decode(errors="replace") if isinstance(value, bytes) else str(value)
