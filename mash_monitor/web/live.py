"""Server-sent events: each open page hears when its hub is seen anew, and in between that the service lives."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence

from starlette.concurrency import run_in_threadpool

from mash_monitor.web.snapshot import CHECKED_EVERY, Lookout, Snapshot

_STEP = 0.5
_BEAT_EVERY = 10
"""Seconds between signs of life; a page that hears none for 25 seconds says that it is not live (board.js)."""
_ASKED_EVERY = 3
"""Seconds after which a token that was revoked shows nothing new any more."""
_RETRY_MILLISECONDS = 2000


def version(snapshots: Sequence[Snapshot]) -> str:
    """Another word whenever one of these hubs was seen anew."""
    return "-".join(snapshot.version for snapshot in snapshots)


async def events(
    lookouts: Sequence[Lookout], welcome: Callable[[], bool], now: Callable[[], int], closing: threading.Event
) -> AsyncIterator[bytes]:  # fmt: skip
    """The events of one visitor's stream, until the service ends or the visitor is no longer welcome.

    "seen" carries the version, "beat" the service's time in epoch seconds.
    """
    yield b"retry: %d\n\n" % _RETRY_MILLISECONDS
    told, steps = None, 0
    while not closing.is_set():
        if steps % int(CHECKED_EVERY / _STEP) == 0:
            there = version([await run_in_threadpool(lookout.snapshot) for lookout in lookouts])
            if there != told:
                told = there
                yield f"event: seen\ndata: {there}\n\n".encode()
        if steps % int(_ASKED_EVERY / _STEP) == 0 and not await run_in_threadpool(welcome):
            return
        if steps % int(_BEAT_EVERY / _STEP) == 0:
            yield b"event: beat\ndata: %d\n\n" % now()
        steps += 1
        await asyncio.sleep(_STEP)
