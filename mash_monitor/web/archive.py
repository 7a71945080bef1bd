"""What only the contact store knows: one contact's account, and the figures of a month.

The board reads a store by a connection of its own and one question at a time, so that no visitor holds up a pass.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from mash_monitor.contacts import StoreUnavailable
from mash_monitor.domain.account import Account
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.service import accounts
from mash_monitor.service.hub import StoreAccess, WatchedHub

_WAIT_SECONDS = 20
_MONTHS_KEPT = 24


class Archive:
    """One hub's contact store, for visitors."""

    def __init__(self, hub: WatchedHub, engine: Engine, now: Callable[[], int]) -> None:
        self._hub = replace(hub, store=StoreAccess(hub.store.opener, hub.store.seconds))
        self._engine = engine
        self._now = now
        self._asking = threading.Lock()
        self._cards: OrderedDict[tuple[Period, int], Scorecard] = OrderedDict()

    def account(self, reference: str) -> Account | None:
        """Everything about the contact of this id, or of this reference in a message. Raises StoreUnavailable."""
        contact_id = accounts.named(self._hub, self._engine, reference)
        with self._turn():
            return accounts.account(self._hub, self._engine, contact_id, self._now())

    def scorecard(self, period: Period, pass_no: int) -> Scorecard:
        """The figures of a period, counted once after each pass. Raises StoreUnavailable."""
        with self._turn():
            card = self._cards.get((period, pass_no))
            if card is None:
                from mash_monitor.service.scorecards import store_scorecard  # no board needs numpy before

                card = store_scorecard(self._hub, self._engine, period, self._now())
                self._cards[period, pass_no] = card
                while len(self._cards) > _MONTHS_KEPT:
                    self._cards.popitem(last=False)
            return card

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._asking.acquire(timeout=_WAIT_SECONDS):
            raise StoreUnavailable("others are waiting for an answer of the contact store; try again in a minute")
        try:
            yield
        finally:
            self._asking.release()
