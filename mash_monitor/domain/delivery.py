"""The life of one delivery: what follows from each thing that becomes known of it.

At least once: what may not have arrived is sent again, marked as a repeat under the same reference, after
evidence of the first was looked for. But a provider that cannot answer delays nobody: after two minutes the
next channel or person is used, after five the message is repeated.
"""

from dataclasses import dataclass
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SHOWN = "shown"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing that becomes known later changes it."""
        return self in _FINAL


_FINAL = frozenset({
    DeliveryState.SHOWN, DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.FAILED,
    DeliveryState.CANCELLED,
})  # fmt: skip


class Known(StrEnum):
    """What is known after one attempt to send, or after the provider was asked; as the channels say it."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    SHOWN = "shown"
    REFUSED = "refused"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Next:
    """What follows: the state, when something is to be done again (seconds from now), and whether somebody
    is to be reached another way at once (`elsewhere`), or the message is to say that it repeats."""

    state: DeliveryState
    after: int | None = None
    elsewhere: bool = False
    repeat: bool = False


BACKOFF = (15, 30, 60, 120, 300)
MOST_TRIES = 8
TRIES_BEFORE_ELSEWHERE = 2
LOOK_AGAIN = 15
TO_ELSEWHERE = 120
TO_REPEAT = 300
SETTLED_IN_A_LIST = 30
"""Seconds after which a provider's list that does not hold a message is believed."""
ASK = (20, 60, 120, 300, 600, 900)
UNCONFIRMED = 900
"""Seconds after which an accepted message that nobody saw arrive is also sent another way."""
ASKED_FOR = 4 * 3600


def after_sending(
    known: Known, tries: int, retry_after: int | None, *, others: bool, sought: bool, traceable: bool
) -> Next:  # fmt: skip
    """After an attempt. `tries` counts it; `others`: there is another channel; `traceable`: it can be asked.

    `sought`: somebody is being reached another way already.
    """
    if known is Known.ACCEPTED:
        return Next(DeliveryState.ACCEPTED, ASK[0] if traceable else None)
    if known is Known.REFUSED:
        wait = retry_after or BACKOFF[min(tries, len(BACKOFF)) - 1]
        too_long = wait >= TO_ELSEWHERE
        if tries >= MOST_TRIES or (others and (too_long or tries >= TRIES_BEFORE_ELSEWHERE)):
            return Next(DeliveryState.FAILED, elsewhere=True)  # another way is better than waiting for this one
        return Next(DeliveryState.PENDING, wait, elsewhere=too_long and not sought)
    if known is Known.UNKNOWN:
        return Next(DeliveryState.UNKNOWN, LOOK_AGAIN if traceable else TO_ELSEWHERE)
    if known in (Known.REJECTED, Known.UNDELIVERED):
        state = DeliveryState.FAILED if known is Known.REJECTED else DeliveryState.UNDELIVERED
        return Next(state, elsewhere=True)
    return Next(DeliveryState(known.value))


def after_asking(known: Known, accepted_for: int, *, others: bool) -> Next:
    """After the provider was asked about a message that it accepted `accepted_for` seconds ago."""
    if known is Known.DELIVERED:
        return Next(DeliveryState.DELIVERED)
    if known is Known.UNDELIVERED:
        return Next(DeliveryState.UNDELIVERED, elsewhere=True)
    later = next((at - accepted_for for at in ASK if at > accepted_for), UNCONFIRMED)
    return Next(
        DeliveryState.ACCEPTED, later if accepted_for < ASKED_FOR else None,
        elsewhere=(others and accepted_for >= UNCONFIRMED) or accepted_for >= ASKED_FOR,
    )  # fmt: skip


def after_looking_up(known: Known, unknown_for: int, tries: int, *, sought: bool) -> Next:
    """After evidence was looked for of a message whose outcome has been unknown for so many seconds.

    REFUSED means that the provider has no such message; UNKNOWN that nothing could be learned. `sought`:
    somebody is being reached another way already.
    """
    elsewhere = not sought and unknown_for >= TO_ELSEWHERE
    if known in (Known.ACCEPTED, Known.DELIVERED, Known.UNDELIVERED):
        return Next(
            DeliveryState(known.value), ASK[0] if known is Known.ACCEPTED else None,
            elsewhere=known is Known.UNDELIVERED,
        )  # fmt: skip
    never_sent = known is Known.REFUSED and unknown_for >= SETTLED_IN_A_LIST
    if never_sent or unknown_for >= TO_REPEAT:
        if tries >= MOST_TRIES:
            return Next(DeliveryState.FAILED, elsewhere=True)
        return Next(DeliveryState.PENDING, 0, elsewhere=elsewhere, repeat=True)
    bound = TO_ELSEWHERE if unknown_for < TO_ELSEWHERE else TO_REPEAT
    return Next(DeliveryState.UNKNOWN, min(LOOK_AGAIN, bound - unknown_for), elsewhere=elsewhere)
