"""A hub for every test of the service, its records on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fakes.twilio import FakeTwilio
from tests.integration.service.town import Council, Town


@pytest.fixture
def town(engine: Engine, tmp_path: Path) -> Town:
    """A hub whose contacts are in a SQLite database of the council's."""
    return Town(engine, Council(f"sqlite:///{tmp_path}/theirs.db"), tmp_path)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """An account of our own with Twilio."""
    with FakeTwilio() as account:
        yield account
