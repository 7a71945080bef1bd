"""What is found of a published table, in the words of every view."""

from collections.abc import Sequence

from mash_monitor.domain.published import Answer, Checked
from mash_monitor.domain.words import count

WORDS = {
    Answer.FOLLOWS: "follows",
    Answer.DOES_NOT_FOLLOW: "DOES NOT FOLLOW",
    Answer.NOT_CHECKED: "not checked",
    Answer.UNKNOWN: "unknown figure",
}


def in_short(checked: Sequence[Checked]) -> str:
    """How many figures do not follow, and how many nobody knows."""
    wrong, unknown = (
        sum(one.answer is answer for one in checked) for answer in (Answer.DOES_NOT_FOLLOW, Answer.UNKNOWN)
    )
    told = []
    if wrong:
        told.append(f"{count(wrong, 'figure')} of {len(checked)} {'does' if wrong == 1 else 'do'} not follow.")
    if unknown:
        told.append(f"{count(unknown, 'unknown figure')}, perhaps mistyped.")
    return " ".join(told) or "Every figure that could be checked follows."
