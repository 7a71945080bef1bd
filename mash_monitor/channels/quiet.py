"""Libraries that must not log: at one level or another, all of these write addresses, numbers or secrets."""

import logging


def silence(*names: str) -> None:
    """Let these loggers, and those below them, say nothing short of a catastrophe."""
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
