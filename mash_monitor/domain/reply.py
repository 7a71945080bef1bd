"""What somebody answered to a message: read once for its kind and references; the words themselves are not kept.

In doubt a reply acknowledges nothing: the ladder goes on, and whoever wrote it is asked to say it plainly.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

REFERENCE_LETTERS = "23456789ACDEFGHJKMNPQRTUVWXYZ"
"""What short references are made of: nothing that is mistaken for another when it is read aloud."""

REFERENCE_LENGTH = 4

_REFERENCES = re.compile(rf"(?:[{REFERENCE_LETTERS}]{{{REFERENCE_LENGTH}}})+")
_GLUED = re.compile(r"(ACK|OWN)(?=.)|(?<=.)(ACK|OWN)$")
_WORDS = re.compile(r"[A-Z0-9]+")

_ACK = frozenset({"ACK", "ACKD", "ACKED", "ACKNOWLEDGE", "ACKNOWLEDGED", "SEEN"})
_OWN = frozenset({"OWN", "OWNED", "OWNING", "MINE"})
_NO_VERB_AFTER = frozenset({"REPLY", "MY", "YOUR", "HIS", "HER", "ITS", "OUR", "THEIR"})
""" "Reply ACK 7KQ2" is our own message quoted back, or a phone's "Liked …"; "on my own" takes nothing on."""

_REFUSALS = frozenset({
    "CANNOT", "CANT", "COULDNT", "DIDNT", "DONT", "HASNT", "HAVENT", "ISNT", "NOT", "NEVER", "UNABLE", "WONT", "WRONG",
})  # fmt: skip
_COURTESIES = frozenset({
    "ALL", "AND", "BOTH", "CHEERS", "FOR", "GOT", "HELLO", "HI", "I", "IT", "K", "NOTED", "OK", "OKAY", "PLEASE",
    "PLS", "READ", "RECEIVED", "REF", "REFERENCE", "REPLY", "THANK", "THANKS", "THIS", "THX", "TY", "YES", "YOU",
})  # fmt: skip

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP", "YES"})
"""What carriers take, alone in a message, for the end and the new beginning of all messages to a number."""


class Kind(StrEnum):
    """What a reply says."""

    ACK = "ack"
    """Seen."""
    OWN = "own"
    """I have this one."""
    STOP = "stop"
    """The carrier lets nothing through to this number any more."""
    START = "start"
    """The carrier lets messages through again. "Yes" from somebody who never said STOP is just unclear."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, understood. `refs` are the short references in it, in order, whatever its kind.

    An ACK or OWN without any names nothing; whoever reads it knows whether only one thing can be meant.
    """

    kind: Kind
    refs: tuple[str, ...] = ()


def is_reference(text: str) -> bool:
    """Whether the text could be a short reference: letters and digits mixed, so that no word and no time of day is."""
    return (
        len(text) == REFERENCE_LENGTH
        and _REFERENCES.fullmatch(text) is not None
        and any(char.isdigit() for char in text)
        and any(char.isalpha() for char in text)
    )


def parse(body: str) -> Reply:
    """What the body of a reply says, whatever its case, spaces, punctuation and further words. Never raises.

    "ack 7kq2 thanks", "Ack7KQ2" and "7KQ2" acknowledge; beside other words than courtesies a bare reference does
    not ("who is this? 7KQ2"), nor does any with a refusal ("can't take 7KQ2"). A misread reference (an O, an I) is
    not guessed.
    """
    plain = unicodedata.normalize("NFKC", body).upper().replace("'", "").replace("’", "")
    words = _WORDS.findall(plain)
    alone = "".join(words)
    if alone in _STOP:
        return Reply(Kind.STOP)
    if alone in _START:
        return Reply(Kind.START)
    said, refs = _told_apart(words)
    others = [word for word in said if word not in _ACK | _OWN | _COURTESIES]
    if not refs and is_reference("".join(others)):  # "7K Q2"
        refs, others = ("".join(others),), []
    acknowledges, owns = _says(_ACK, said), _says(_OWN, said)
    unclear = others if not refs or not (acknowledges or owns) else _REFUSALS.intersection(others)
    if unclear or said[:1] == ["NO"] or not (refs or acknowledges or owns):
        return Reply(Kind.UNCLEAR, refs)
    # to "own" is the larger word: where both stand among several references, it is not stretched over all of them
    return Reply(Kind.OWN if owns and not (acknowledges and len(refs) > 1) else Kind.ACK, refs)


def _told_apart(words: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The words that are no references, those glued to one included, and the references, each once."""
    said: list[str] = []
    refs: dict[str, None] = {}
    for word in words:
        found = _references(word)
        if not found and (verb := _GLUED.search(word)) and (found := _references(_GLUED.sub("", word, count=1))):
            said.append(verb[0])
        refs.update(dict.fromkeys(found))
        if not found:
            said.append(word)
    return said, tuple(refs)


def _references(word: str) -> list[str]:
    """The references that a word consists of, several written as one included; none if anything else is in it."""
    parts = [word[start : start + REFERENCE_LENGTH] for start in range(0, len(word), REFERENCE_LENGTH)]
    return parts if all(map(is_reference, parts)) else []


def _says(verbs: frozenset[str], said: Sequence[str]) -> bool:
    return any(
        word in verbs and (not place or said[place - 1] not in _NO_VERB_AFTER) for place, word in enumerate(said)
    )
