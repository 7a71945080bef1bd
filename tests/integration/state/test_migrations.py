"""Migrations: which database may be worked on, and what becomes of one that is behind."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from mash_monitor.state import migrate
from mash_monitor.state.database import StateError, connect, locate, reading, writing
from mash_monitor.state.indexes import metadata
from mash_monitor.state.migrate import Level, require, revisions, status, upgrade
from mash_monitor.state.schema import services
from tests.integration.state.side_by_side import at_once

SECOND = '''"""A second revision"""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("services") as batch:
        batch.add_column(sa.Column("place", sa.String(20)))
    {more}
'''


@pytest.fixture
def a_later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This program as it may be one revision on; the folder of its revisions."""
    later = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", later)
    (later / "versions" / "0002_a_second.py").write_text(SECOND.format(more=""), encoding="utf-8")
    monkeypatch.setattr(migrate, "_HERE", later)
    return later / "versions"


def columns(engine: Engine, table: str) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns(table)}


def test_migrations_and_tables_of_this_version_are_the_same(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_have_the_names_by_which_a_later_migration_finds_them(engine: Engine) -> None:
    inspector = inspect(engine)
    for table in metadata.tables.values():
        assert inspector.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"
        assert {key["name"] for key in inspector.get_foreign_keys(table.name)} == {
            f"fk_{table.name}_{key.parent.name}" for key in table.foreign_keys
        }


def test_tables_that_a_comparison_does_not_see_are_as_laid_out(engine: Engine) -> None:
    query = (
        "SELECT sql FROM sqlite_master"
        if engine.dialect.name == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    with reading(engine) as connection:
        made = [" ".join(sql.split()) for sql in connection.execute(text(query)).scalars() if sql]
    partial = {sql.split(" ON ")[0].split()[-1] for sql in made if "INDEX" in sql and " WHERE " in sql}
    assert partial == {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert "uq_alerts_open" in partial
    if engine.dialect.name == "sqlite":
        (table,) = [sql for sql in made if sql.startswith("CREATE TABLE sightings")]
        assert table.endswith("WITHOUT ROWID")


def test_a_sqlite_file_that_is_not_there_is_absent_and_is_not_made_by_asking(tmp_path: Path) -> None:
    engine = connect(locate("sqlite:///var/state.db", tmp_path))
    assert status(engine).level is Level.ABSENT
    with pytest.raises(StateError, match="has no tables yet; run: mash-monitor db upgrade"):
        require(engine)
    assert list(tmp_path.iterdir()) == []
    assert upgrade(engine).level is Level.ABSENT
    require(engine)
    assert status(engine).level is Level.CURRENT
    assert upgrade(engine, tmp_path / "copy.db").level is Level.CURRENT
    assert not (tmp_path / "copy.db").exists()
    engine.dispose()


def test_an_empty_postgresql_is_refused_with_the_command_that_helps(postgres_url: str) -> None:
    engine = connect(locate(postgres_url, Path()))
    assert status(engine).level is Level.ABSENT
    with pytest.raises(StateError, match="has no tables yet; run: mash-monitor db upgrade"):
        require(engine)
    assert {before.level for before in at_once(lambda _: upgrade(engine), times=2)} <= {Level.ABSENT, Level.CURRENT}
    require(engine)
    engine.dispose()


def test_a_database_that_is_behind_is_refused_with_the_command_that_helps(
    a_later_version: Path, engine: Engine
) -> None:
    assert revisions() == ["0001", "0002"]
    assert status(engine).level is Level.BEHIND
    with pytest.raises(StateError, match="is at revision 0001, 0002 is needed; run: mash-monitor db upgrade"):
        require(engine)


def test_a_newer_database_is_refused_and_left_alone(engine: Engine, tmp_path: Path) -> None:
    try:
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for refused in (require, upgrade):
            with pytest.raises(StateError, match=r"made by a newer version \(revision 9999, this one knows 0001\)"):
                refused(engine)
    finally:
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))


@pytest.fixture
def sqlite_at_0001(tmp_path: Path) -> Engine:
    """A file of this version with a row in it."""
    made = connect(locate("sqlite:///state.db", tmp_path))
    upgrade(made)
    with writing(made) as connection:
        values = {"instance": "us", "started_at": 1, "tick_seconds": 30, "last_tick_at": 2}
        connection.execute(services.insert().values(**values))
    return made


def test_a_sqlite_that_is_behind_is_upgraded_after_a_copy(
    sqlite_at_0001: Engine, a_later_version: Path, tmp_path: Path
) -> None:
    assert upgrade(sqlite_at_0001, tmp_path / "copy.db").level is Level.BEHIND
    assert status(sqlite_at_0001).level is Level.CURRENT
    assert "place" in columns(sqlite_at_0001, "services")
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT instance FROM services").fetchall() == [("us",)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    copy.close()
    sqlite_at_0001.dispose()


def test_a_migration_that_fails_half_way_changes_nothing(
    sqlite_at_0001: Engine, a_later_version: Path, tmp_path: Path
) -> None:
    broken = SECOND.format(more='op.execute("UPDATE no_such_table SET a = 1")')
    (a_later_version / "0002_a_second.py").write_text(broken, encoding="utf-8")
    with pytest.raises(StateError, match="no such table"):
        upgrade(sqlite_at_0001, tmp_path / "copy.db")
    assert status(sqlite_at_0001).level is Level.BEHIND
    assert "place" not in columns(sqlite_at_0001, "services")
    sqlite_at_0001.dispose()


def test_the_copy_holds_what_is_still_in_the_write_ahead_log(
    sqlite_at_0001: Engine, a_later_version: Path, tmp_path: Path
) -> None:
    assert (tmp_path / "state.db-wal").stat().st_size > 0
    upgrade(sqlite_at_0001, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM services").fetchone() == (1,)
    copy.close()
    sqlite_at_0001.dispose()
