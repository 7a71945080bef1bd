"""Something that a check found: where, what, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the service from being trusted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of `check`. `remedy` is what a person can do; it may be empty for information."""

    severity: Severity
    place: str
    found: str
    remedy: str = ""
