"""Tables of a TOML file become objects that know their keys, and all that is wrong is told at once.

msgspec makes the classes and converts single values. The walk over the tables is our own: that of msgspec ends at the
first error, and speaks of `str` and `array` to people who need not know them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import EnumType
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, dataclass_transform, get_args, get_origin

import msgspec
from msgspec.structs import fields

Keys = tuple[str | int, ...]
Problem = tuple[Keys, str]
"""A path of keys, and what is wrong there."""
MISSING = "is missing"

_WORDS = {
    str: "a text", int: "a whole number", float: "a number", bool: "true or false", date: "a date such as 2026-12-25",
    list: "a list", dict: "a table",
}  # fmt: skip


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Table(msgspec.Struct, frozen=True):
    """Base of all that is read from TOML. A ValueError of __post_init__ is told with the place of the table."""


AnyTable = TypeVar("AnyTable", bound=Table)


class From(NamedTuple):
    """In Annotated: makes the value of whatever stands in the file. The function raises ValueError."""

    make: Callable[[Any], object]


class Then(NamedTuple):
    """In Annotated: checks or finishes a value that is of its type by now. The function raises ValueError."""

    make: Callable[[Any], object]


class NotUnderstood(Exception):
    """A document that cannot be used, with every problem of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(what for _, what in problems))
        self.problems = tuple(problems)


def read(kind: type[AnyTable], document: dict[str, Any], **given: object) -> AnyTable:
    """The document as a table of this kind; `given` are fields that no file can say. Raises NotUnderstood."""
    reading = _Reading()
    found = reading.table(kind, document, (), **given)
    if found is None:
        raise NotUnderstood(reading.problems)
    return found


class _Reading:
    """One walk over a document, and what it has found wrong so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def table(self, kind: type[AnyTable], document: Any, keys: Keys, **given: object) -> AnyTable | None:
        """The table that stands at these keys; None where anything in it is wrong."""
        if not isinstance(document, dict):
            self._wrong(keys, "found a single value, expected a table")
            return None
        before = len(self.problems)
        known = {field.encode_name: field for field in fields(kind) if field.name not in given}
        for key in document:
            if key not in known:
                self._wrong((*keys, key), _unknown(key, known))
        for key, field in known.items():
            if key in document:
                given[field.name] = self._value(field.type, document[key], (*keys, key))
            elif field.required:
                self._wrong((*keys, key), MISSING)
        return None if len(self.problems) > before else self._tried(keys, kind, **given)

    def _value(self, kind: Any, value: Any, keys: Keys) -> Any:
        """What stands at these keys; None where it is wrong."""
        shape, parts = get_origin(kind) or kind, get_args(kind)
        if NoneType in parts:  # what may be absent: there is no null in TOML
            return self._value(parts[0], value, keys)
        if shape is Annotated:
            return self._marked(parts[0], parts[1:], value, keys)
        if shape is list and isinstance(value, list):
            return [self._value(parts[0], item, (*keys, number)) for number, item in enumerate(value)]
        if shape is dict and isinstance(value, dict):
            at = {key: (*keys, key) for key in value}
            return {self._value(parts[0], key, at[key]): self._value(parts[1], value[key], at[key]) for key in value}
        if isinstance(shape, type) and issubclass(shape, Table):
            return self.table(shape, value, keys)
        return self._tried(keys, _single, kind, value)

    def _marked(self, kind: Any, marks: Sequence[From | Then], value: Any, keys: Keys) -> Any:
        before = len(self.problems)
        found = value if isinstance(marks[0], From) else self._value(kind, value, keys)
        for mark in marks:
            if len(self.problems) == before:
                found = self._tried(keys, mark.make, found)
        return found

    def _tried(self, keys: Keys, make: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return make(*arguments, **named)
        except ValueError as error:
            self._wrong(keys, str(error))
            return None

    def _wrong(self, keys: Keys, what: str) -> None:
        self.problems.append((keys, what))


def _unknown(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(key, known, 1, 0.5)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known keys are {', '.join(sorted(known))}"
    return f"unknown key {key!r}: {hint}"


def _single(kind: Any, value: Any) -> Any:
    """A single value as this type. The environment knows only texts, so "5" is a number too. Raises ValueError."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        raise ValueError(f"found {_found(value, kind)}, expected {_expected(kind)}") from None


def _found(value: Any, kind: Any) -> str:
    """What stood there; not its words where a table or a list belongs, as they may be a secret of it."""
    for several in (list, dict):
        if isinstance(value, several):
            return _WORDS[several]
    if get_origin(kind) in (list, dict):
        return "a single value"
    return repr(value) if isinstance(value, str) else str(value)


def _expected(kind: Any) -> str:
    choices = list(kind) if isinstance(kind, EnumType) else get_args(kind) if get_origin(kind) is Literal else ()
    if not choices:
        return _WORDS[get_origin(kind) or kind]
    *others, last = (f'"{choice}"' for choice in choices)
    return f"{', '.join(others)} or {last}" if others else last
