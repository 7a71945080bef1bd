"""The audit chain: whoever changes or removes an event is found out."""

from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy import event as database_event

from mash_monitor.state import audit
from mash_monitor.state.audit import Broken
from mash_monitor.state.database import reading, trying, writing
from mash_monitor.state.schema import audit as table
from tests.integration.state.side_by_side import at_once


def record(engine: Engine, number: int) -> None:
    with writing(engine) as connection:
        audit.record(connection, 1000 + number, "hub", "attempt", delivery=number, result="accepted")


def verify(engine: Engine) -> tuple[int, Broken | None]:
    with reading(engine) as connection:
        return audit.verify(connection)


@pytest.fixture
def chain(engine: Engine) -> Engine:
    for number in range(5):
        record(engine, number)
    return engine


def test_an_empty_chain_and_an_untouched_one_hold(engine: Engine) -> None:
    assert verify(engine) == (0, None)
    record(engine, 1)
    assert verify(engine) == (1, None)


@pytest.mark.parametrize(
    "change", [{"at": 999}, {"hub": "other"}, {"event": "alert"}, {"detail": {"delivery": 3, "result": "failed"}}]
)
def test_a_changed_event_is_found(chain: Engine, change: dict[str, object]) -> None:
    with writing(chain) as connection:
        connection.execute(update(table).where(table.c.seq == 3).values(**change))
    assert verify(chain) == (2, Broken(3, "event 3 was changed, or the one before it"))


def test_an_event_removed_in_the_middle_is_missed(chain: Engine) -> None:
    with writing(chain) as connection:
        connection.execute(delete(table).where(table.c.seq == 3))
    assert verify(chain) == (2, Broken(3, "event 3 is missing"))


def test_events_removed_at_the_end_are_missed(chain: Engine) -> None:
    with writing(chain) as connection:
        connection.execute(delete(table).where(table.c.seq >= 4))
    assert verify(chain) == (3, Broken(4, "2 events are missing at the end"))


def test_an_event_renumbered_over_a_gap_breaks_the_chain(chain: Engine) -> None:
    with writing(chain) as connection:
        connection.execute(delete(table).where(table.c.seq == 3))
        for seq in (4, 5):
            connection.execute(update(table).where(table.c.seq == seq).values(seq=seq - 1))
    assert verify(chain)[0] == 2


def test_events_written_at_once_are_links_of_one_chain(engine: Engine) -> None:
    def write(number: int) -> None:
        for each in range(4):
            record(engine, 10 * number + each)

    at_once(write)
    assert verify(engine) == (20, None)


def test_an_event_of_a_transaction_that_fails_leaves_no_gap(chain: Engine) -> None:
    with trying(chain) as connection:
        audit.record(connection, 2000, "hub", "alert", ref="7KQ2")
    record(chain, 9)
    assert verify(chain) == (6, None)
    with reading(chain) as connection:
        assert list(connection.execute(select(table.c.seq).order_by(table.c.seq)).scalars()) == [1, 2, 3, 4, 5, 6]


def test_reports_are_found_by_an_index_however_long_the_trail_is(engine: Engine) -> None:
    for at, hub, event in ((10, "hub", "report"), (20, "other", "report"), (30, "hub", "watch"), (40, "hub", "report")):
        with writing(engine) as connection:
            audit.record(connection, at, hub, event)
    asked: list[tuple[str, Any]] = []
    database_event.listen(
        engine, "before_cursor_execute", lambda _c, _k, said, values, *_: asked.append((said, values))
    )
    with reading(engine) as connection:
        assert audit.reports(connection, "hub", 40, 2) == [40, 10]
        assert audit.reports(connection, "hub", 39, 2) == [10]
        if engine.dialect.name == "sqlite":
            statement, values = asked[-1]
            (step,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            assert "ix_audit_reports" in step[3]
