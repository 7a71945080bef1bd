"""Log lines: JSON, one a line, and nothing of what an exception was holding."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from mash_monitor.cli.logs import configure


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    configure(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


def test_a_line_is_one_json_object_with_its_time_and_level(lines: io.StringIO) -> None:
    structlog.get_logger().info("report", hub="north", messages=2)
    (line,) = lines.getvalue().splitlines()
    found = json.loads(line)
    assert found.pop("at").endswith("+00:00")
    assert found == {"event": "report", "level": "info", "hub": "north", "messages": 2}


def test_an_exception_is_its_type_and_its_place_in_our_code_never_its_text(lines: io.StringIO) -> None:
    from mash_monitor.config.values import duration

    try:
        duration("Jane Canary")
    except ValueError:
        structlog.get_logger().exception("hub_failed", hub="north")
    (line,) = lines.getvalue().splitlines()
    found = json.loads(line)
    assert found["error"] == "ValueError"
    assert found["where"][-1].startswith("duration:")
    assert "Canary" not in line


def test_text_that_would_break_a_line_or_a_terminal_is_escaped(lines: io.StringIO) -> None:
    structlog.get_logger().info("report", hub="north\n\x1b[31mé")
    assert lines.getvalue().isascii()
    assert "\x1b" not in lines.getvalue()
    assert len(lines.getvalue().splitlines()) == 1


def test_libraries_that_would_log_addresses_or_statements_are_silent(lines: io.StringIO) -> None:
    for name in ("twilio.http_client", "sqlalchemy.engine", "apscheduler.executors.default", "urllib3.connectionpool"):
        assert not logging.getLogger(name).isEnabledFor(logging.ERROR), name


def test_what_another_library_logs_is_one_line_of_ours_with_its_place_and_without_its_words(lines: io.StringIO) -> None:
    logging.getLogger("psycopg").warning("error ignored in pipeline of %s", "Jane Canary")
    logging.getLogger("psycopg").info("connected")
    (line,) = lines.getvalue().splitlines()
    found = json.loads(line)
    assert (found["event"], found["level"]) == ("library", "warning")
    assert found["library"].startswith("psycopg:")
    assert "Canary" not in line
