"""Live: open pages hear of a pass, and one pass costs one set of queries however many look."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from sqlalchemy import event

from mash_monitor.state import tokens
from mash_monitor.state.database import writing
from tests.integration.web.room import Room

LOOKING = 30


@contextmanager
def queries(board: Room) -> Iterator[list[str]]:
    """What the state database is asked meanwhile, but for whose tokens they are."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN" and "FROM tokens" not in statement:
            asked.append(statement)

    event.listen(board.app.engine, "before_cursor_execute", note)
    yield asked
    event.remove(board.app.engine, "before_cursor_execute", note)


def events(answer: requests.Response) -> Iterator[tuple[str, str]]:
    """(event, data) of a stream."""
    name = ""
    for line in answer.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, line.removeprefix("data: ")


def test_one_pass_costs_one_set_of_queries_however_many_look(board: Room) -> None:
    token = board.token()
    board.get("/", token)
    board.report("2026-03-06 12:40")
    with queries(board) as of_one:
        board.get("/", token)
    board.report("2026-03-06 12:50")
    with queries(board) as of_many:
        together = threading.Barrier(LOOKING)
        seen: list[int] = []

        def look() -> None:
            together.wait()
            seen.append(board.get("/", token).status_code)

        lookers = [threading.Thread(target=look) for _ in range(LOOKING)]
        for looker in lookers:
            looker.start()
        for looker in lookers:
            looker.join()
    assert seen == [200] * LOOKING
    assert sorted(of_many) == sorted(of_one)


def test_an_open_page_hears_of_each_pass_and_that_the_service_lives(board: Room) -> None:
    with board.get("/events", board.token(), stream=True) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        stream = events(answer)
        first, beat = next(stream), next(stream)
        assert (first[0], beat) == ("seen", ("beat", str(board.clock.now)))
        board.report("2026-03-06 12:40")
        assert next(stream)[0] == "seen"


def test_the_version_of_a_page_is_the_one_that_the_stream_tells(board: Room) -> None:
    token = board.token()
    with board.get("/events", token, stream=True) as answer:
        _, version = next(events(answer))
    assert f'data-version="{version}"' in board.get("/", token).text


def test_a_stream_ends_when_its_token_is_revoked_or_the_service_stops(board: Room) -> None:
    with board.get("/events", board.token("soon"), stream=True) as revoked:
        stream = events(revoked)
        next(stream)
        with writing(board.app.engine) as connection:
            tokens.revoke(connection, "soon", board.clock.now)
        with board.get("/events", board.token("late"), stream=True) as stopped:
            rest = events(stopped)
            next(rest)
            assert board.daemon.companion is None
            board.companion.stop()
            assert [name for name, _ in rest] in (["beat"], [])


def test_what_is_read_aloud_changes_with_the_position_and_not_with_the_time(board: Room) -> None:
    def said() -> list[str]:
        return re.findall(r'data-said="([^"]*)"', board.get("/", token).text)

    token = board.token()
    assert said() == ["1 OVERDUE, 1 RED, 1 amber, 0 green"]
    board.clock.now += 90 * 60
    assert said() == ["1 OVERDUE, 1 RED, 1 amber, 0 green"]
    board.clock.now += 10 * 60
    assert said() == ["2 OVERDUE, 0 RED, 1 amber, 0 green"]
