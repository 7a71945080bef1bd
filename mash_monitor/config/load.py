"""From config.toml and the environment to a checked Config."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mash_monitor.config.models import Config
from mash_monitor.config.recipients import unreachable
from mash_monitor.config.table import MISSING, Keys, NotUnderstood, read
from mash_monitor.config.toml import ConfigError, place, read_toml

PREFIX = "MASH_"
_SECRETS = ("api_key", "apprise", "auth_token", "password")

__all__ = ["ConfigError", "load"]


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check a configuration. Raises ConfigError with every problem and its place."""
    document, text = read_toml(path, "configuration file", "name it with --config, or make one there")
    wrong = [f"{place(path, text, keys)}: {what}" for keys, what in _secrets_in(document)]
    if wrong:
        raise ConfigError(wrong)
    given = _apply(document, environment)

    def where(keys: Keys) -> str:
        variable = next((name for path, name in given.items() if keys[: len(path)] == path), None)
        return variable or place(path, text, keys)

    try:
        config = read(Config, document, folder=path.resolve().parent)
    except NotUnderstood as error:
        raise ConfigError([f"{where(keys)}: {what}{_way_in(keys, what)}" for keys, what in error.problems]) from None
    wrong = [f"{where(keys)}: {what}" for keys, what in unreachable(config)]
    if wrong:
        raise ConfigError(wrong)
    return config


def _secrets_in(document: Mapping[str, Any], keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in document.items():
        path = (*keys, key)
        if isinstance(value, dict):
            yield from _secrets_in(value, path)
        elif key in _SECRETS or (key == "url" and isinstance(value, str) and _has_password(value)):
            yield path, f"a secret does not belong in this file; give it by {_variables(path)}"


def _way_in(keys: Keys, what: str) -> str:
    """How a secret that is missing is given: not in the file to which its place points."""
    return f"; it is a secret: give it by {_variables(keys)}" if what == MISSING and keys[-1] in _SECRETS else ""


def _variables(keys: Keys) -> str:
    name = PREFIX + "__".join(str(key) for key in keys).upper().replace("-", "_")
    return f"{name} or {name}_FILE"


def _has_password(url: str) -> bool:
    authority = url.partition("://")[2].partition("/")[0]
    return ":" in authority.rpartition("@")[0]


def _apply(document: dict[str, Any], environment: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Lay MASH_TABLE__KEY=value over the document; MASH_TABLE__KEY_FILE names a file with the value.

    Returns which keys came from which variable, so that an error can name it.
    """
    given: dict[tuple[str, ...], str] = {}
    for name, text in sorted(environment.items()):
        if not name.startswith(PREFIX):
            continue
        if "__" not in name:
            _misspelled(name)
            continue
        keys = name.removeprefix(PREFIX).lower().split("__")
        value: Any
        if keys[-1].endswith("_file"):
            keys[-1] = keys[-1].removesuffix("_file")
            value = _secret_from(Path(text), name)
        else:
            value = text if keys[-1] in _SECRETS else _value(text, name)
        table = document
        path: list[str] = []
        for key in keys[:-1]:
            path.append(_spelled(key, table))
            inner = table.setdefault(path[-1], {})
            if not isinstance(inner, dict):
                raise ConfigError([f"{name}: {key!r} is a value, not a table; correct the variable's name"])
            table = inner
        path.append(_spelled(keys[-1], table))
        table[path[-1]] = value
        given[tuple(path)] = name
    return given


def _misspelled(name: str) -> None:
    """A variable that looks like a key, but for an underscore. Raises ConfigError."""
    table, _, rest = name.removeprefix(PREFIX).lower().partition("_")
    if table in Config.__struct_fields__ and rest:
        raise ConfigError([f"{name}: sets nothing; did you mean {PREFIX}{table.upper()}__{rest.upper()}?"])


def _spelled(key: str, table: Mapping[str, Any]) -> str:
    """The key as the file spells it: the environment knows neither case nor dashes."""
    return next((known for known in table if known.lower().replace("-", "_") == key), key)


def _value(text: str, name: str) -> Any:
    if not text.startswith(("[", "{")):
        return text
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: not a TOML value: {error}"]) from None


def _secret_from(path: Path, name: str) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "not text"
        raise ConfigError([f"{name}: the secret's file {path} cannot be read: {what}"]) from None
    if not secret:
        raise ConfigError([f"{name}: the secret's file {path} is empty"])
    return secret
