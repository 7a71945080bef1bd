"""Each try to send the messages about one contact, as every way of showing its account tells it."""

from collections.abc import Iterator, Sequence

from mash_monitor.domain.account import Sent


def attempts(deliveries: Sequence[Sent]) -> Iterator[tuple[int, str, str]]:
    """(when it began, what was sent to whom, what came of it) of each, in order: "REPEAT 7KQ2 to duty by sms"."""
    every = [(attempt, sent) for sent in deliveries for attempt in sent.attempts]
    for attempt, sent in sorted(every, key=lambda each: (each[0].at, each[1].id)):
        named = " ".join(part for part in ("REPEAT" if attempt.repeat else "", sent.short_ref or sent.purpose) if part)
        yield attempt.at, f"{named} to {sent.person} by {sent.channel}", attempt.result
