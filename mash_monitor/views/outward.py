"""A position as it may leave the machine, in an email or as a file."""

from dataclasses import replace

from mash_monitor.domain.message import safe_reference
from mash_monitor.domain.position import Position, Subject


def outward(position: Position) -> Position:
    """The position under safe references, without what is for our own screens only.

    Source descriptions, workers, rows that were set aside, and why the store was not seen stay here.
    """
    return replace(
        position,
        watched=tuple(replace(item, subject=_outward(item.subject)) for item in position.watched),
        quality=replace(position.quality, set_aside_examples=()),
        store=replace(position.store, trouble=position.store.trouble and ""),
    )


def _outward(subject: Subject) -> Subject:
    return replace(subject, contact_id=safe_reference(subject.contact_id), source_desc=None, worker=None)
