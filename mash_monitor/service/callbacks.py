"""What a provider tells by itself about a message that it was given.

It comes before the answer to our own call, twice, in any order, days late or never. Whatever comes is settled
as if the provider had been asked: `domain.delivery` says what follows, and a state never falls.
"""

from mash_monitor.channels.base import Evidence, Outcome
from mash_monitor.domain.delivery import DeliveryState, after_being_told
from mash_monitor.service import settling
from mash_monitor.service.deliver import Courier
from mash_monitor.state import audit, told
from mash_monitor.state.claims import Claimed
from mash_monitor.state.database import writing

_RETRIES = 3
"""How often it is tried anew where a sender settles the same delivery in between."""


def tell(courier: Courier, channel: str, delivery_id: int, said: Evidence) -> bool:
    """Settle a delivery of this channel by what its provider said; whether that was news."""
    return any(_settled(courier, channel, delivery_id, said) for _ in range(_RETRIES))


def _settled(courier: Courier, channel: str, delivery_id: int, said: Evidence) -> bool:
    with writing(courier.engine) as connection:
        row = told.delivery(connection, delivery_id)
        if row is None or row.channel != channel or row.hub not in courier.hubs:
            return False
        state = DeliveryState(row.state)
        surely = row.evidence == said.id or (row.evidence is None and row.tries == 1)
        coming = after_being_told(state, said.result, surely=surely, ask_after=courier.ask_after(channel))
        if coming is None:
            return False
        # Whoever sends it just now finds it settled: what it learned is less than this.
        held = Claimed(row, row.fence, state)
        outcome = Outcome(said.result, said.id, said.code)
        if not settling.settle(connection, courier.hubs, held, coming, outcome, now=courier.now()):
            return False
        audit.record(
            connection, courier.now(), row.hub, "told", delivery=row.id, channel=channel, result=said.result.value
        )
        return True
