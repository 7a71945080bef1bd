"""The ways out: each channel takes one message to one address, once, and says what is known afterwards.

Nothing here is slow to import; what a channel needs for sending it loads when it first sends.
"""

from mash_monitor.channels.base import (
    Channel,
    Envelope,
    Evidence,
    Listening,
    NotAnswered,
    Outcome,
    Reply,
    Result,
    Traceable,
)

__all__ = [
    "Channel",
    "Envelope",
    "Evidence",
    "Listening",
    "NotAnswered",
    "Outcome",
    "Reply",
    "Result",
    "Traceable",
]
