"""What was decided, as each supplier writes it: a word of ours, a set of flags, or a list of next actions."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from mash_monitor.domain.contact import Mark, Outcome

NO_MARKS: frozenset[Mark] = frozenset()
_UNKNOWN = frozenset({Mark.UNKNOWN_OUTCOME})
_UNREADABLE = frozenset({Mark.DECISION_UNREADABLE})

MISSING_FLAG = "MISSING_FLAG"
FLAGS: dict[str, Outcome] = {
    "CP_ENQUIRY_FLAG": Outcome.CP_ENQUIRY,
    "NEW_REFERRAL_FLAG": Outcome.REFERRAL,
    "EXISTING_REFERRAL_FLAG": Outcome.EXISTING_REFERRAL,
    "ADVICE_FLAG": Outcome.ADVICE,
    "NFA_FLAG": Outcome.NFA,
    "OLA_CP_FLAG": Outcome.OTHER,
    "PRIVATE_FOSTERING_FLAG": Outcome.OTHER,
    "NON_AGENCY_ADOPTION_FLAG": Outcome.OTHER,
    "OTHER_OUTCOMES_EXIST_FLAG": Outcome.OTHER,
}
"""The flags of an outcome, the weightiest first."""

_WEIGHT = {outcome: rank for rank, outcome in enumerate(
    (Outcome.CP_ENQUIRY, Outcome.REFERRAL, Outcome.EXISTING_REFERRAL, Outcome.EARLY_HELP, Outcome.ADVICE,
     Outcome.NFA, Outcome.OTHER)
)}  # fmt: skip

_WORDS: dict[str, Outcome] = {
    **{outcome.value.replace("_", " "): outcome for outcome in Outcome},
    "new referral": Outcome.REFERRAL,
    "referral to social care": Outcome.REFERRAL,
    "progress to referral": Outcome.REFERRAL,
    "existing open referral": Outcome.EXISTING_REFERRAL,
    "child protection enquiry": Outcome.CP_ENQUIRY,
    "section 47": Outcome.CP_ENQUIRY,
    "section 47 enquiry": Outcome.CP_ENQUIRY,
    "s47": Outcome.CP_ENQUIRY,
    "s47 enquiry": Outcome.CP_ENQUIRY,
    "strategy discussion": Outcome.CP_ENQUIRY,
    "early help assessment": Outcome.EARLY_HELP,
    "early help referral": Outcome.EARLY_HELP,
    "family help": Outcome.EARLY_HELP,
    "information and advice": Outcome.ADVICE,
    "advice and information": Outcome.ADVICE,
    "advice given": Outcome.ADVICE,
    "no further action": Outcome.NFA,
}

_FLAG = re.compile(r'"(?:OUTCOME_)?([A-Z_]+_FLAG)"\s*:\s*"?([A-Za-z0-9])', re.IGNORECASE)
_COMMENTS = re.compile(r'"(?:OUTCOME_)?COMMENTS"\s*:', re.IGNORECASE)


class OutcomeReading(NamedTuple):
    """What a store says of the decision: none yet (`outcome` is None), or one; and the doubts about it."""

    outcome: Outcome | None
    marks: frozenset[Mark] = NO_MARKS


OPEN = OutcomeReading(None)
UNCLEAR = OutcomeReading(None, _UNREADABLE)
"""Something stands there that cannot be read: the contact is watched as open."""


def local_words(mapping: Mapping[str, str]) -> dict[str, Outcome]:
    """Configured local words to outcomes. Raises ValueError on an outcome that does not exist."""
    return {_key(local): Outcome(target) for local, target in mapping.items()}


def read_words(text: str, local: Mapping[str, Outcome]) -> OutcomeReading:
    """One outcome in words, or several separated by commas: the weightiest counts."""
    whole = _named(text, local)
    if whole is not None:
        return OutcomeReading(whole)
    named = [_named(part, local) for part in text.split(",") if part.strip()]
    known = [outcome for outcome in named if outcome is not None]
    if not known:
        return OutcomeReading(Outcome.OTHER, _UNKNOWN)
    return OutcomeReading(min(known, key=_WEIGHT.__getitem__), NO_MARKS if len(known) == len(named) else _UNKNOWN)


def read_flags(flags: Mapping[str, object]) -> OutcomeReading:
    """Flags by name, with or without `OUTCOME_`. A decision that also says it is missing is unclear."""
    raised = {_flag_name(name) for name, value in flags.items() if _is_raised(value)}
    outcome = next((outcome for flag, outcome in FLAGS.items() if flag in raised), None)
    if MISSING_FLAG in raised:
        return OPEN if outcome is None else UNCLEAR
    return OutcomeReading(outcome)


def read_json(value: object, local: Mapping[str, Outcome]) -> OutcomeReading:
    """The outcome of the Standard Safeguarding Dataset: JSON with flags, maybe cut off, maybe only words.

    The comments in it are personal. Nothing but flags is taken out, and none from behind the comments,
    where a text with quotation marks of its own could pass for one.
    """
    if isinstance(value, list):
        value = value[0] if value else {}
    if isinstance(value, Mapping):
        return read_flags(value)
    text = str(value).strip()
    if not text.startswith(("{", "[")):
        reading = read_words(text, local)
        return UNCLEAR if reading.marks else reading
    try:
        return read_json(json.loads(text), local)
    except (ValueError, RecursionError):
        flags = dict(_FLAG.findall(_COMMENTS.split(text, maxsplit=1)[0]))
        return read_flags(flags) if flags else UNCLEAR


def _named(text: str, local: Mapping[str, Outcome]) -> Outcome | None:
    key = _key(text)
    return local.get(key) or _WORDS.get(key)


def _key(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-z]+", " ", text.casefold()).split())


def _flag_name(name: str) -> str:
    return str(name).strip().upper().removeprefix("OUTCOME_")


def _is_raised(value: object) -> bool:
    return value is True or str(value).strip().upper() in {"Y", "YES", "1", "TRUE"}
