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


class Result(StrEnum):
    """What is known of a message after one attempt to send it, or when its provider was asked later."""

    ACCEPTED = "accepted"
    """The provider took it; evidence of delivery may follow."""
    DELIVERED = "delivered"
    """The provider says that it arrived."""
    UNDELIVERED = "undelivered"
    """The provider took it, and says that it did not arrive and never will."""
    SHOWN = "shown"
    """It was put where somebody may look. Nobody can say that somebody did."""
    REFUSED = "refused"
    """Certainly not sent; it may be tried again, not before `retry_after` seconds."""
    REJECTED = "rejected"
    """Certainly not sent, and it never will be for this address; another channel or person is needed."""
    UNKNOWN = "unknown"
    """It may have been sent: the connection was lost, timed out or the answer made no sense."""


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
ASK_ONLY_IF_NOT_TOLD = 600
"""Seconds after which an accepted message is first asked about whose provider should have told by itself."""
UNCONFIRMED = 900
"""Seconds after which an accepted message that nobody saw arrive is also sent another way."""
ASKED_FOR = 4 * 3600


def after_sending(
    known: Result, tries: int, retry_after: int | None, *, others: bool, sought: bool, traceable: bool,
    ask_after: int | None = ASK[0],
) -> Next:  # fmt: skip
    """After an attempt. `tries` counts it; `others`: there is another channel; `traceable`: it can be asked.

    `sought`: somebody is being reached another way already. `ask_after`: when an accepted message is first
    asked about; None: to be accepted is the end.
    """
    if known is Result.ACCEPTED:
        return Next(DeliveryState.ACCEPTED, ask_after if traceable else None)
    if known is Result.REFUSED:
        wait = retry_after or BACKOFF[min(tries, len(BACKOFF)) - 1]
        too_long = wait >= TO_ELSEWHERE
        if tries >= MOST_TRIES or (others and (too_long or tries >= TRIES_BEFORE_ELSEWHERE)):
            return Next(DeliveryState.FAILED, elsewhere=True)  # another way is better than waiting for this one
        return Next(DeliveryState.PENDING, wait, elsewhere=too_long and not sought)
    if known is Result.UNKNOWN:
        return Next(DeliveryState.UNKNOWN, LOOK_AGAIN if traceable else TO_ELSEWHERE)
    if known in (Result.REJECTED, Result.UNDELIVERED):
        state = DeliveryState.FAILED if known is Result.REJECTED else DeliveryState.UNDELIVERED
        return Next(state, elsewhere=True)
    return Next(DeliveryState(known.value))


def after_asking(known: Result, accepted_for: int, *, others: bool) -> Next:
    """After the provider was asked about a message that it accepted `accepted_for` seconds ago."""
    if known is Result.DELIVERED:
        return Next(DeliveryState.DELIVERED)
    if known is Result.UNDELIVERED:
        return Next(DeliveryState.UNDELIVERED, elsewhere=True)
    later = next((at - accepted_for for at in ASK if at > accepted_for), UNCONFIRMED)
    return Next(
        DeliveryState.ACCEPTED, later if accepted_for < ASKED_FOR else None,
        elsewhere=(others and accepted_for >= UNCONFIRMED) or accepted_for >= ASKED_FOR,
    )  # fmt: skip


def after_being_told(
    state: DeliveryState, known: Result, *, surely: bool, ask_after: int | None = ASK[0]
) -> Next | None:  # fmt: skip
    """After a provider said by itself what became of a message; None where that changes nothing.

    It may come before the answer to our own call, twice, in any order, or days late: a state never falls.
    `surely`: it is about the attempt that counts. An earlier one that did not arrive says nothing of a later.
    """
    if state.is_final:
        return None
    if known is Result.DELIVERED:
        return Next(DeliveryState.DELIVERED)
    if known is Result.UNDELIVERED:
        waits = state is DeliveryState.PENDING  # it is about to be sent again anyway
        return Next(DeliveryState.UNDELIVERED, elsewhere=True) if surely and not waits else None
    return None if state is DeliveryState.ACCEPTED else Next(DeliveryState.ACCEPTED, ask_after)


def after_looking_up(
    known: Result, unknown_for: int, tries: int, *, sought: bool, ask_after: int | None = ASK[0]
) -> Next:  # fmt: skip
    """After evidence was looked for of a message whose outcome has been unknown for so many seconds.

    REFUSED means that the provider has no such message; UNKNOWN that nothing could be learned. `sought`:
    somebody is being reached another way already.
    """
    elsewhere = not sought and unknown_for >= TO_ELSEWHERE
    if known in (Result.ACCEPTED, Result.DELIVERED, Result.UNDELIVERED):
        return Next(
            DeliveryState(known.value), ask_after if known is Result.ACCEPTED else None,
            elsewhere=known is Result.UNDELIVERED,
        )  # fmt: skip
    never_sent = known is Result.REFUSED and unknown_for >= SETTLED_IN_A_LIST
    if never_sent or unknown_for >= TO_REPEAT:
        if tries >= MOST_TRIES:
            return Next(DeliveryState.FAILED, elsewhere=True)
        return Next(DeliveryState.PENDING, 0, elsewhere=elsewhere, repeat=True)
    bound = TO_ELSEWHERE if unknown_for < TO_ELSEWHERE else TO_REPEAT
    return Next(DeliveryState.UNKNOWN, min(LOOK_AGAIN, bound - unknown_for), elsewhere=elsewhere)
