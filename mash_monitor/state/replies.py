"""Replies that were read: by the provider's id, with what they said, and never in their own words."""

from sqlalchemy import Connection, func, select, update

from mash_monitor.state.schema import replies
from mash_monitor.state.upsert import insert_into


def take(connection: Connection, hub: str, reply_id: str, *, at: int, person: str | None, kind: str) -> bool:
    """Note a reply as read; False when it was read before, by whichever process."""
    added = insert_into(connection, replies).values(
        hub=hub, reply_id=reply_id, at=at, person=person, kind=kind, answered=False
    )  # fmt: skip
    return connection.execute(added.on_conflict_do_nothing().returning(replies.c.reply_id)).first() is not None


def known(connection: Connection, reply_ids: list[str]) -> set[str]:
    """Those of these replies that were read before."""
    return set(connection.execute(select(replies.c.reply_id).where(replies.c.reply_id.in_(reply_ids))).scalars())


def answered(connection: Connection, reply_id: str) -> None:
    """Note that a reply got an answer."""
    connection.execute(update(replies).where(replies.c.reply_id == reply_id).values(answered=True))


def answers_since(connection: Connection, hub: str, person: str, since: int) -> int:
    """How many replies of a person have been answered since an instant."""
    chosen = (replies.c.hub == hub) & (replies.c.person == person) & (replies.c.at >= since) & replies.c.answered
    return connection.execute(select(func.count()).select_from(replies).where(chosen)).scalar_one()


def latest(connection: Connection) -> int | None:
    """When the newest reply that was read came in."""
    return connection.execute(select(func.max(replies.c.at))).scalar()
