"""Many rows at once, on both databases."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from mash_monitor.state import sightings
from mash_monitor.state.database import reading, writing

MARKS = {f"C-{number}\t\\": (number - 2**62, 2**62 + number) for number in range(1_500)}


def test_what_is_inserted_in_bulk_comes_back_unchanged(engine: Engine) -> None:
    with writing(engine) as connection:
        sightings.add(connection, "town", MARKS)
    with reading(engine) as connection:
        assert sightings.fingerprints(connection, "town") == {mark for marks in MARKS.values() for mark in marks}
        assert sightings.owners(connection, "town", [7 - 2**62]) == {"C-7\t\\"}


def test_a_row_that_is_there_already_is_told_as_by_every_other_statement(engine: Engine) -> None:
    with writing(engine) as connection:
        sightings.add(connection, "town", MARKS)
        with pytest.raises(IntegrityError):
            sightings.add(connection, "town", MARKS)
        connection.rollback()
    with reading(engine) as connection:
        assert not sightings.fingerprints(connection, "town")
