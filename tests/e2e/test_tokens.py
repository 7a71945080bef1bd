"""The token command, as somebody meets it who sets up a screen."""

from tests.e2e.program import Program


def test_a_token_is_shown_once_listed_and_revoked(program: Program) -> None:
    assert "no token was ever made" in program.run("token", "list").out
    made = program.run("token", "new", "wall-screen", "--hub", "north")
    token = made.out.strip()
    assert (made.code, len(token)) == (0, 43)
    assert "not shown again" in made.err
    (listed,) = program.json("token", "list")["tokens"]
    assert (listed["name"], listed["hub"], listed["revoked_at"]) == ("wall-screen", "north", None)
    assert token.encode() not in b"".join(program.files().values())
    assert program.run("token", "revoke", "wall-screen").out == "wall-screen opens nothing any more.\n"
    assert program.run("token", "revoke", "wall-screen").code == 1
    assert "revoked" in program.run("token", "list").out
    assert "is taken" in program.refused("token", "new", "wall-screen")


def test_a_token_needs_a_name_and_a_hub_that_there_is(program: Program) -> None:
    assert "expected a name" in program.refused("token", "new")
    assert "expected a name" in program.refused("token", "new", "Wall Screen!")
    assert "there is no hub 'south'" in program.refused("token", "new", "wall", "--hub", "south")
