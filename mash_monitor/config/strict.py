"""Models that know their keys: an unknown one is an error that names the nearest known one."""

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """Base of everything that is read from TOML: frozen, and every key must be known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in data:
            if key not in known:
                nearest = get_close_matches(str(key), known, 1, 0.5)
                hint = f"did you mean {nearest[0]!r}?" if nearest else f"known keys are {', '.join(sorted(known))}"
                raise PydanticCustomError("unknown_key", "unknown key {key}: {hint}", {"key": repr(key), "hint": hint})
        return data


def problems(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """Each problem of a validation as (path of keys, what was found and expected)."""
    found = []
    for detail in error.errors(include_url=False):
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "missing":
            message = "is missing"
        elif detail["type"] == "model_type":  # what stands there may be a secret that belongs elsewhere
            message = "found a single value, expected a table"
        elif not message.startswith(("found", "unknown", "needs")) and isinstance(
            detail.get("input"), str | int | float | bool
        ):
            message = f"found {detail['input']!r}: {message[0].lower()}{message[1:]}"
        keys = detail["loc"][:-1] if detail["loc"][-1:] == ("[key]",) else detail["loc"]
        found.append((keys, message))
    return found
