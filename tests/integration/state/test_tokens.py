"""Tokens: told once, known by their hash alone, and of no use once they are revoked."""

from sqlalchemy import Engine, select

from mash_monitor.state import tokens
from mash_monitor.state.database import reading, writing
from mash_monitor.state.schema import audit
from mash_monitor.state.schema import tokens as table
from mash_monitor.state.tokens import Token


def test_a_token_opens_what_it_was_made_for_until_it_is_revoked(engine: Engine) -> None:
    with writing(engine) as connection:
        everywhere = tokens.new(connection, "manager", None, 100) or ""
        here = tokens.new(connection, "wall", "north", 200) or ""
    with reading(engine) as connection:
        assert tokens.opened(connection, everywhere) == Token("manager", None, 100, None)
        assert tokens.opened(connection, here) == Token("wall", "north", 200, None)
        for wrong in ("", "wall", here[:-1], here + "\x00ü", here.swapcase(), "\ud800"):
            assert tokens.opened(connection, wrong) is None
    with writing(engine) as connection:
        assert tokens.revoke(connection, "wall", 300)
        assert not tokens.revoke(connection, "wall", 400)
        assert not tokens.revoke(connection, "nobody", 400)
    with reading(engine) as connection:
        assert tokens.opened(connection, here) is None
        assert tokens.listing(connection) == [Token("manager", None, 100, None), Token("wall", "north", 200, 300)]


def test_a_name_is_given_once_and_the_token_itself_is_nowhere(engine: Engine) -> None:
    with writing(engine) as connection:
        token = tokens.new(connection, "wall", None, 100) or ""
        tokens.revoke(connection, "wall", 200)
        assert tokens.new(connection, "wall", None, 300) is None
    with reading(engine) as connection:
        kept = repr([*connection.execute(select(table)), *connection.execute(select(audit))])
        assert token not in kept
        assert [row.event for row in connection.execute(select(audit).order_by(audit.c.seq))] == [
            "token_made", "token_revoked",
        ]  # fmt: skip
