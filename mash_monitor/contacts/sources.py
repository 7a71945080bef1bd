"""Who made contact: the source codes of the Department for Education, and what extracts write instead."""

import re
from typing import NamedTuple

from mash_monitor.domain.contact import UNKNOWN_GROUP

CODES: dict[str, tuple[str, str]] = {
    "1A": ("Individual", "Family member, relative or carer"),
    "1B": ("Individual", "Acquaintance, including neighbours and child minders"),
    "1C": ("Individual", "Self"),
    "1D": ("Individual", "Other, including strangers and MPs"),
    "2A": ("Schools", "Schools"),
    "2B": ("Education services", "Education services"),
    "3A": ("Health services", "General practitioner"),
    "3B": ("Health services", "Health visitor"),
    "3C": ("Health services", "School nurse"),
    "3D": ("Health services", "Other primary health services"),
    "3E": ("Health services", "Accident and emergency department"),
    "3F": ("Health services", "Other health services"),
    "4": ("Housing", "Local authority housing or housing association"),
    "5A": ("LA services", "Social care, for example adult social care"),
    "5B": ("LA services", "Other internal services, not social care or early help"),
    "5C": ("LA services", "External: another local authority's services"),
    "5D": ("LA services", "Early help"),
    "6": ("Police", "Police"),
    "7": ("Other legal agency", "Courts, probation, immigration, Cafcass, prison"),
    "8": ("Other", "Children's centres, independent providers, voluntary organisations"),
    "9": ("Anonymous", "Anonymous"),
    "10": (UNKNOWN_GROUP, "Unknown"),
}
GROUPS = frozenset(group for group, _ in CODES.values())

_LISTED = re.compile(
    r"(?:[a-z]{1,2}\)\s*)?0?(\d{1,2}[a-f]?)(?:\.0)?(?:\s*[:\-\u2013]\s*.*)?", re.IGNORECASE | re.DOTALL
)
"""A code alone, or as lists print it: "q) 6: Police", "3A - GP"."""


class Source(NamedTuple):
    """A recognised source: its code where it is known, and the group by which it is counted."""

    code: str | None
    group: str


def _key(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-z]+", " ", text.casefold()).split())


_BY_WORD: dict[str, Source] = {
    **{_key(group): Source(None, group) for group in GROUPS},
    **{_key(description): Source(code, group) for code, (group, description) in CODES.items()},
    **{
        alias: Source(code, CODES[code][0])
        for alias, code in {
            "gp": "3A", "health visitors": "3B", "school nurses": "3C", "a and e": "3E", "a e": "3E",
            "hospital": "3F", "school": "2A", "education": "2B", "housing": "4", "adult social care": "5A",
            "family member": "1A", "relative": "1A", "parent": "1A", "neighbour": "1B", "police": "6",
            "probation": "7", "cafcass": "7", "anon": "9", "not known": "10",
        }.items()
    },
}  # fmt: skip


def of_code(text: str) -> Source | None:
    """The source of a code, alone or with its description ("6", "q) 6: Police"); None if it is not one."""
    match = _LISTED.fullmatch(text)
    if match is None or (code := match[1].upper()) not in CODES:
        return None
    return Source(code, CODES[code][0])


def of_words(text: str) -> Source | None:
    """The source of a description ("Police", "Health visitor", "q) 6: Police"); None if it is not known."""
    if (source := _BY_WORD.get(_key(text))) is not None:
        return source
    return of_code(text) if not text.strip().isalnum() else None


def local_names(mapping: dict[str, str]) -> dict[str, Source]:
    """Configured local codes or descriptions, by key, to sources. Raises ValueError on an unknown target."""
    known: dict[str, Source] = {}
    for local, target in mapping.items():
        group = next((group for group in GROUPS if _key(group) == _key(target)), None)
        source = Source(None, group) if group else of_code(target)
        if source is None:
            raise ValueError(target)
        known[_key(local)] = source
    return known


def find(code: str | None, words: str | None, local: dict[str, Source], *, trust_code: bool) -> Source | None:
    """The source of a row; None when nobody knows it.

    A hub's own mapping wins. Where `trust_code` is false the code may be a supplier's own number that only
    looks like one of the department's, so that a description, where there is one, is believed instead.
    """
    for text in (code, words):
        if text and (source := local.get(_key(text))) is not None:
            return source
    by_words = of_words(words) if words else None
    if code and (trust_code or not words):
        return of_code(code) or of_words(code) or by_words
    return by_words
