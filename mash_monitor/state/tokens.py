"""Who may read the board: a token is made here, told once, and known by its hash alone."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from mash_monitor.state import audit
from mash_monitor.state.schema import tokens
from mash_monitor.state.upsert import insert_into

_BYTES = 32
"""So many that nobody guesses one, and a plain hash of it is enough."""
_EVERY_HUB = "*"


@dataclass(frozen=True, slots=True)
class Token:
    """Who was given a token, for which hub (None: every one), and whether it still opens anything."""

    name: str
    hub: str | None
    created_at: int
    revoked_at: int | None


def new(connection: Connection, name: str, hub: str | None, now: int) -> str | None:
    """A new token; None where the name is taken, also by a revoked one."""
    token = secrets.token_urlsafe(_BYTES)
    added = insert_into(connection, tokens).values(name=name, hash=_hash(token), hub=hub, created_at=now)
    if connection.execute(added.on_conflict_do_nothing().returning(tokens.c.name)).first() is None:
        return None
    audit.record(connection, now, hub or _EVERY_HUB, "token_made", name=name)
    return token


def revoke(connection: Connection, name: str, now: int) -> bool:
    """Let a token open nothing any more; False where there is none of this name that does."""
    chosen = (tokens.c.name == name) & tokens.c.revoked_at.is_(None)
    revoked = connection.execute(update(tokens).where(chosen).values(revoked_at=now).returning(tokens.c.hub)).first()
    if revoked is None:
        return False
    audit.record(connection, now, revoked.hub or _EVERY_HUB, "token_revoked", name=name)
    return True


def listing(connection: Connection) -> Sequence[Token]:
    """Every token ever made, the oldest first."""
    row = tokens.c
    query = select(row.name, row.hub, row.created_at, row.revoked_at).order_by(row.created_at, row.name)
    return [Token(*found) for found in connection.execute(query)]


def opened(connection: Connection, token: str) -> Token | None:
    """What this token opens; None where it opens nothing."""
    row = tokens.c
    query = select(row.name, row.hub, row.created_at, row.revoked_at).where(
        row.hash == _hash(token), row.revoked_at.is_(None)
    )
    found = connection.execute(query).first()
    return None if found is None else Token(*found)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
