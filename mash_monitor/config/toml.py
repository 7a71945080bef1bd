"""Reading TOML files with errors that say where and what to do."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class ConfigError(Exception):
    """Configuration or a rule pack that cannot be used. One line a problem, each with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_toml(path: Path, what: str, remedy: str) -> tuple[dict[str, Any], str]:
    """The parsed file and its text; `remedy` is for a file that is not there. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text), text
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such {what}; {remedy}"]) from None
    except IsADirectoryError:
        raise ConfigError([f"{path}: is a folder, expected a {what}"]) from None
    except PermissionError:
        raise ConfigError([f"{path}: may not be read by this user; change its permissions"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: not valid TOML: {error}; correct it there"]) from None


def place(path: Path, text: str, keys: Sequence[str | int]) -> str:
    """Where a key stands, for people: "config.toml, line 12, hubs.herefordshire.title"."""
    line = _line_of(text, keys)
    dotted = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
    return ", ".join(part for part in (str(path), f"line {line}" if line else "", dotted) if part)


def _line_of(text: str, keys: Sequence[str | int]) -> int | None:
    """The line of the deepest of these keys that the file itself spells out; None if none is there."""
    best: tuple[int, int] | None = None
    table: list[str] = []
    seen: dict[str, int] = {}
    wanted = _numbered(keys)
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        key = re.match(r"\s*([\w\"'.-]+)\s*=", line)
        if header:
            name = header[2].replace('"', "").replace(" ", "")
            if header[1] == "[[":
                seen[name] = seen.get(name, -1) + 1
                name += f".{seen[name]}"
            table = name.split(".")
            path = table
        elif key:
            path = [*table, *key[1].replace('"', "").split(".")]
        else:
            continue
        if path == wanted[: len(path)] and (best is None or len(path) >= best[0]):
            best = (len(path), number)
    return best[1] if best else None


def _numbered(keys: Sequence[str | int]) -> list[str]:
    return [str(key) for key in keys]
