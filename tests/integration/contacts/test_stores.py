"""Contact stores in real databases, SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.dialects import registry

from mash_monitor.contacts import ContactStore, StoreMisconfigured, StoreSettings, StoreUnavailable, open_store
from mash_monitor.domain.contact import Mark, Outcome, Span

LONDON = ZoneInfo("Europe/London")
NOW = int(datetime(2026, 3, 6, 12, 0, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400
FILLER = datetime(1900, 1, 1)  # noqa: DTZ001 - as a database keeps it
NATIVE = (
    "CREATE TABLE contacts (contact_id varchar(48), person_id varchar(48), received_at {time}, decided_at {time}, "
    "source_code varchar(48), source_desc varchar(255), risk varchar(10), team varchar(40), worker varchar(40), "
    "outcome varchar(40))"
)
SSD = (
    "CREATE TABLE ssd_contacts (cont_contact_id varchar(48), cont_person_id varchar(48), cont_contact_date {time}, "
    "cont_contact_source_code varchar(48), cont_contact_source_desc varchar(255), "
    "cont_contact_outcome_json varchar(4000))"
)
Open = Callable[..., ContactStore]


class Database:
    """A council's database: made by somebody else, read by us."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.is_sqlite = url.startswith("sqlite")
        self._engine = create_engine(url, poolclass=NullPool)

    def run(self, statement: str, *rows: Mapping[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                text(statement.format(time="text" if self.is_sqlite else "timestamp")), list(rows) or None
            )

    def fill(self, table: str, *rows: Mapping[str, Any]) -> None:
        for row in rows:
            names = ", ".join(row)
            self.run(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in row)})", row)

    def time(self, hours: float) -> Any:
        """A local time so many hours before now, as this database keeps it."""
        moment = datetime.fromtimestamp(NOW - int(hours * HOUR), LONDON).replace(tzinfo=None)
        return moment.isoformat(" ") if self.is_sqlite else moment

    def open(self, **settings: Any) -> ContactStore:
        return open_store(StoreSettings(self.url, **settings), LONDON, self.folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path}/theirs.db", tmp_path)
    return Database(request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
def native(database: Database) -> Database:
    at = database.time
    database.run(NATIVE)
    database.fill(
        "contacts",
        {"contact_id": "open", "person_id": "1", "received_at": at(3), "source_code": "6", "worker": "W. Orker"},
        {"contact_id": "siblings", "person_id": "1", "received_at": at(5), "decided_at": at(4), "outcome": "nfa"},
        {"contact_id": "siblings", "person_id": "2", "received_at": at(6), "risk": "red", "source_code": "6"},
        {"contact_id": "decided", "person_id": "1", "received_at": at(5), "decided_at": at(1), "outcome": "referral"},
        {"contact_id": "to come", "person_id": "1", "received_at": at(5), "decided_at": at(-2), "outcome": "nfa"},
        {"contact_id": "undated", "person_id": "-1", "received_at": None},
        {"contact_id": " padded ", "person_id": "1", "received_at": at(2)},
        {"contact_id": "old", "person_id": "1", "received_at": at(24 * 200)},
        {
            "contact_id": "long ago",
            "person_id": "1",
            "received_at": at(24 * 90),
            "decided_at": at(24 * 89),
            "outcome": "nfa",
        },
        {"contact_id": None, "person_id": "9", "received_at": at(1)},
        {
            "contact_id": "filler",
            "person_id": "1",
            "received_at": at(7),
            "decided_at": str(FILLER) if database.is_sqlite else FILLER,
        },
    )
    return database


def test_all_that_is_open_is_found_with_its_siblings_and_workers(native: Database) -> None:
    contacts = {contact.contact_id: contact for contact in native.open().contacts_open(NOW)}
    assert sorted(contacts) == ["filler", "open", "padded", "siblings", "to come", "undated"]
    siblings = contacts["siblings"]
    assert (siblings.received, siblings.children, siblings.risk) == (NOW - 6 * HOUR, 2, "red")
    assert contacts["open"].worker == "W. Orker"
    assert contacts["undated"].children == 0
    assert Mark.TIME_UNREADABLE in contacts["undated"].marks
    assert Mark.DECISION_UNREADABLE in contacts["filler"].marks


def test_a_longer_look_back_finds_what_is_older(native: Database) -> None:
    assert "old" in {contact.contact_id for contact in native.open(lookback=300 * DAY).contacts_open(NOW)}


def test_a_pass_reads_what_may_be_open_and_not_the_history(native: Database) -> None:
    store = native.open()
    with store.look(NOW) as look:
        raws = [raw for chunk in look.open_rows() for raw in chunk]
        ids = [look.contact_id(raw) for raw in raws]
        assert None in ids
        assert {"long ago", "old"}.isdisjoint(ids)
        assert {"open", "siblings", "to come", "undated", "padded", "filler"} <= set(ids)
        assert all(len(raw) == 9 and "W. Orker" not in raw for raw in raws)
        parsed = [look.parse(raw) for raw in raws]
        assert look.set_aside_total == len(look.set_aside) == 1
        assert len(parsed) == len(raws)
        assert list(look.observed_rows(0)) == []


def test_rows_are_found_by_key_whatever_their_age_and_with_blanks_around(native: Database) -> None:
    store = native.open()
    with store.look(NOW) as look:
        found = sorted(look.contact_id(raw) or "" for raw, _ in look.rows_of(["siblings", "old", "padded", "nobody"]))
        assert found == ["old", "padded", "siblings", "siblings"]
    assert sorted(store.contacts(["open", "padded", "nobody"], NOW)) == ["open", "padded"]


def test_a_window_holds_contacts_by_their_earliest_receipt(native: Database) -> None:
    store = native.open()
    found = {contact.contact_id: contact for contact in store.contacts_received(NOW - 5 * HOUR, NOW - HOUR, NOW)}
    assert sorted(found) == ["decided", "open", "padded", "to come"]
    assert found["decided"].decided == Span(NOW - HOUR, NOW - HOUR)
    assert found["decided"].converted
    assert [c.contact_id for c in store.contacts_received(NOW - 91 * DAY, NOW - 89 * DAY, NOW)] == ["long ago"]


def test_a_position_of_before_is_made_of_the_rows_as_they_are_now(native: Database) -> None:
    then = {contact.contact_id for contact in native.open().contacts_open(NOW, at=NOW - 4 * HOUR)}
    assert then == {"siblings", "decided", "to come", "undated", "filler"}


def test_two_looks_at_unchanged_rows_give_the_same_fingerprints(native: Database) -> None:
    def prints() -> list[int]:
        with native.open().look(NOW) as look:
            return sorted(mark for _, mark in look.rows_of(["filler", "open", "padded", "siblings"]))

    before = prints()
    assert before == prints()
    native.run("UPDATE contacts SET risk = 'amber' WHERE contact_id = 'open'")
    assert len(set(before) ^ set(prints())) == 2


def test_one_look_sees_one_position(native: Database) -> None:
    if native.is_sqlite:
        native.run("PRAGMA journal_mode = WAL")
    store = native.open()
    with store.look(NOW) as look:
        before = sum(len(chunk) for chunk in look.open_rows())
        native.fill("contacts", {"contact_id": "new", "received_at": native.time(0)})
        assert sum(len(chunk) for chunk in look.open_rows()) == before
    with store.look(NOW) as look:
        assert sum(len(chunk) for chunk in look.open_rows()) == before + 1


def test_the_standard_data_set_is_observed(database: Database) -> None:
    at, table = database.time, "ssd_contacts"
    database.run(SSD)
    no_flag = '{"NEW_REFERRAL_FLAG": "N", "COMMENTS": "Y"}'
    for key, outcome in {
        "decided": '{"NEW_REFERRAL_FLAG": "Y", "NFA_FLAG": "N"}', "compact": '{"NFA_FLAG":"Y"}', "none": None,
        "flagless": no_flag,
        "missing": '{"MISSING_FLAG": "Y"}', "broken": '{"NEW_REF',
    }.items():  # fmt: skip
        database.fill(
            table,
            {
                "cont_contact_id": key,
                "cont_contact_date": at(5),
                "cont_contact_outcome_json": outcome,
                "cont_contact_source_desc": "Police",
            },
        )
    store = database.open(preset="ssd")
    assert store.observed
    assert {c.contact_id for c in store.contacts_open(NOW)} == {"none", "flagless", "missing", "broken"}
    with store.look(NOW) as look:
        observed = [look.parse(raw) for chunk in look.observed_rows(NOW - DAY) for raw in chunk]
    spans = {row.contact_id: row.decided for row in observed if not hasattr(row, "shape") and row.decided}
    assert spans == {"decided": Span(NOW - 5 * HOUR, NOW), "compact": Span(NOW - 5 * HOUR, NOW)}
    contact = store.contacts(["decided"], NOW)["decided"]
    assert (contact.outcome, contact.source_group) == (Outcome.REFERRAL, "Police")


def test_liquidlogic_is_read_by_its_flags(database: Database) -> None:
    database.run(
        "CREATE TABLE fact_contacts (FACT_CONTACT_ID integer, DIM_PERSON_ID integer, CONTACT_DTTM {time}, "
        "DIM_LOOKUP_CONT_SORC_ID integer, "
        "DIM_LOOKUP_CONT_SORC_ID_DESC varchar(99), OUTCOME_NEW_REFERRAL_FLAG char(1), OUTCOME_NFA_FLAG char(1), "
        "OUTCOME_MISSING_FLAG char(1))"
    )
    for key, referral, nfa, missing in (
        (1, "Y", "N", "N"),
        (2, "N", None, None),
        (3, "N", "N", "Y"),
        (4, "N", "Y", "Y"),
    ):
        database.fill(
            "fact_contacts",
            {"FACT_CONTACT_ID": key, "DIM_PERSON_ID": -1, "CONTACT_DTTM": database.time(4),
             "DIM_LOOKUP_CONT_SORC_ID": 6,
             "DIM_LOOKUP_CONT_SORC_ID_DESC": "Schools", "OUTCOME_NEW_REFERRAL_FLAG": referral, "OUTCOME_NFA_FLAG": nfa,
             "OUTCOME_MISSING_FLAG": missing},
        )  # fmt: skip
    store = database.open(preset="liquidlogic", table="fact_contacts")
    contacts = {c.contact_id: c for c in store.contacts_open(NOW)}
    assert sorted(contacts) == ["2", "3", "4"]
    assert Mark.DECISION_UNREADABLE in contacts["4"].marks
    assert (contacts["2"].children, contacts["2"].source_group) == (0, "Schools")
    assert store.contacts(["1", "x", "99999999999999999999"], NOW)["1"].outcome is Outcome.REFERRAL


def test_mosaic_is_read_by_its_steps_and_a_reopened_one_is_open(database: Database) -> None:
    database.run(
        "CREATE TABLE dm_workflow_steps (WORKFLOW_STEP_ID integer, PERSON_ID integer, STARTED_ON {time}, "
        "STEP_STATUS varchar(20), "
        "NEXT_ACTIONS varchar(99), COMPLETED_ON {time}, SOURCE_DESC varchar(99))"
    )
    for key, person, status, actions in (
        (1, 1, "INCOMING", None), (2, 1, "STARTED", None), (3, 1, "REOPENED", "NFA"),
        (4, 1, "COMPLETED", "Early Help, New Referral"),
        (4, 2, "COMPLETED", "NFA"), (5, 1, "COMPLETED", None),
    ):  # fmt: skip
        database.fill(
            "dm_workflow_steps",
            {"WORKFLOW_STEP_ID": key, "PERSON_ID": person, "STARTED_ON": database.time(4), "STEP_STATUS": status,
             "NEXT_ACTIONS": actions, "COMPLETED_ON": database.time(2) if key > 2 else None, "SOURCE_DESC": "Police"},
        )  # fmt: skip
    observed = database.open(preset="mosaic")
    timed = database.open(preset="mosaic", columns={"decided_at": "COMPLETED_ON"})
    assert observed.observed
    assert not timed.observed
    for store in (observed, timed):
        assert [c.contact_id for c in store.contacts_open(NOW)] == ["1", "2", "3"]
        contact = store.contacts(["4"], NOW)["4"]
        assert (contact.children, contact.outcome, contact.source_group) == (2, Outcome.REFERRAL, "Police")
    assert timed.contacts(["4"], NOW)["4"].decided == Span(NOW - 2 * HOUR, NOW - 2 * HOUR)
    assert Mark.UNKNOWN_OUTCOME in observed.contacts(["5"], NOW)["5"].marks


def test_a_query_of_the_councils_own_takes_the_place_of_the_table(native: Database) -> None:
    columns = "contact_id, person_id, received_at, decided_at, outcome, worker"
    query = f"SELECT {columns} FROM contacts WHERE received_at >= :since"
    store = native.open(query=query)
    assert {c.contact_id for c in store.contacts_open(NOW)} == {"open", "siblings", "to come", "padded", "filler"}
    assert sorted(store.contacts(["old", "open"], NOW)) == ["old", "open"]
    assert {c.contact_id for c in store.contacts_received(NOW - 3 * HOUR, NOW, NOW)} == {"open", "padded"}
    with pytest.raises(StoreMisconfigured, match="no column decided_at in its result"):
        list(native.open(query="SELECT contact_id, received_at FROM contacts").contacts_open(NOW))
    assert native.open(query="SELECT * FROM nowhere").check(NOW)[0].severity == "error"


def test_nothing_can_be_written_through_a_store(native: Database) -> None:
    names = "AS contact_id, '2026-03-05' AS received_at, NULL AS decided_at"
    if native.is_sqlite:
        with pytest.raises(StoreUnavailable, match="readonly"):
            list(native.open(query="DELETE FROM contacts RETURNING *").contacts_open(NOW))
    else:
        query = f"SELECT current_setting('transaction_read_only') {names}"
        assert [c.contact_id for c in native.open(query=query).contacts_open(NOW)] == ["on"]


def test_a_check_says_what_should_be_known(native: Database) -> None:
    findings = {finding.found: finding for finding in native.open().check(NOW)}
    assert sum("no index begins with" in found for found in findings) == 3
    assert any("received time unreadable" in found for found in findings)
    assert any("may write" in found for found in findings) == (not native.is_sqlite)
    native.run("DELETE FROM contacts")
    assert any("is empty" in finding.found for finding in native.open().check(NOW))


def test_a_store_like_eclipse_is_not_reported_as_a_healthy_zero(database: Database) -> None:
    database.run(SSD)
    midnight = datetime(2026, 3, 5)  # noqa: DTZ001
    row = {
        "cont_contact_id": "1",
        "cont_contact_date": "2026-03-05" if database.is_sqlite else midnight,
        "cont_contact_outcome_json": '{"NFA_FLAG": "Y"}',
    }
    database.fill("ssd_contacts", row)
    said = " ".join(finding.found for finding in database.open(preset="ssd").check(NOW))
    assert "only a date" in said
    assert "no open contact is to be seen" in said
    assert "no decision times" in said


def test_a_wrong_table_or_column_is_named_with_its_remedy(native: Database) -> None:
    with pytest.raises(StoreMisconfigured, match=r"no table kontakte.*Remedy: set store\.table"):
        list(native.open(table="kontakte").contacts_open(NOW))
    with pytest.raises(StoreMisconfigured, match=r"no column 'recieved_at'.*nearest is 'received_at'"):
        list(native.open(columns={"received_at": "recieved_at"}).contacts_open(NOW))


def test_typed_days_uuids_and_offsets_of_postgresql_are_read(postgres_url: str, tmp_path: Path) -> None:
    database = Database(postgres_url, tmp_path)
    database.run("CREATE SCHEMA social")
    database.run(
        "CREATE TABLE social.contacts (contact_id uuid, received_at timestamptz, decided_at date, outcome jsonb)"
    )
    key = "0b9f6f0e-5a0e-4f0e-9f7e-2f6f1d3c4b5a"
    database.run(f"INSERT INTO social.contacts VALUES ('{key}', '2026-03-05T10:00:00+00', NULL, NULL)")
    store = database.open(table="social.contacts")
    assert [c.received for c in store.contacts_open(NOW)] == [NOW - 26 * HOUR]
    assert list(store.contacts([key, "no uuid"], NOW)) == [key]


def test_a_statement_that_takes_too_long_makes_the_store_unavailable(postgres_url: str, tmp_path: Path) -> None:
    query = "SELECT pg_sleep(30)::text AS contact_id, NULL AS received_at, NULL AS decided_at"
    with pytest.raises(StoreUnavailable, match="statement timeout"):
        list(Database(postgres_url, tmp_path).open(query=query, timeout=1).contacts_open(NOW))


def test_a_server_lost_in_the_middle_of_a_stream_makes_the_store_unavailable(postgres_url: str, tmp_path: Path) -> None:
    database = Database(postgres_url, tmp_path)
    database.run(NATIVE)
    database.run(
        "INSERT INTO contacts (contact_id, received_at) SELECT i::text, '2026-03-05' FROM generate_series(1, 60000) i"
    )
    with database.open().look(NOW) as look, pytest.raises(StoreUnavailable):  # noqa: PT012 - the loss comes between chunks
        chunks = look.open_rows()
        next(chunks)
        database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        list(chunks)


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        (
            "postgresql+psycopg://someone:s3cret@127.0.0.1:1/db",
            StoreUnavailable,
            r"someone:\*\*\*@127.*refused.*Remedy: see",
        ),
        ("oracle+oracledb://u:s3cret@h/db", StoreMisconfigured, r"pip install oracledb \(it is the extra mash"),
        ("mssql://u:s3cret@h/db", StoreMisconfigured, r"pip install pymssql .*begin with mssql\+pymssql://"),
        ("mysql://u:s3cret@h/db", StoreMisconfigured, "install its SQLAlchemy driver"),
        ("bogus://u:s3cret@h/db", StoreMisconfigured, "no database called 'bogus'"),
        ("s3cret without any slashes", StoreMisconfigured, "not a database URL"),
        ("sqlite://", StoreMisconfigured, "no path"),
        ("sqlite:///missing.db", StoreMisconfigured, r"missing\.db: no such file.*mash-monitor import"),
        ("csv:///missing", StoreMisconfigured, "missing: no such folder"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why_and_never_its_password(
    url: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message) as caught:
        list(open_store(StoreSettings(url, timeout=2), LONDON, tmp_path).contacts_open(NOW))
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(StoreSettings(url))
    assert not (tmp_path / "missing.db").exists()


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("not a database at all, but long enough to be looked at" * 20)
    finding = open_store(StoreSettings("sqlite:///x.db"), LONDON, tmp_path).check(NOW)[0]
    assert (finding.severity, "not a database" in finding.found) == ("error", True)
    assert finding.remedy == "correct store.url, or restore the file from a copy"


def test_a_value_that_cannot_be_decoded_is_not_repeated(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/theirs.db", tmp_path)
    database.run(NATIVE)
    database.run("INSERT INTO contacts (contact_id, received_at, source_desc) "
                 "VALUES ('1', '2026-03-06', CAST(x'43616e61727920ff' AS TEXT))")  # fmt: skip
    with pytest.raises(StoreMisconfigured, match="OperationalError: a value does not suit its column") as caught:
        list(database.open().contacts_open(NOW))
    assert "Canary" not in str(caught.value)


def test_an_index_on_the_decision_serves_a_pass_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/theirs.db", tmp_path)
    database.run(NATIVE)
    for name in ("contact_id", "received_at", "decided_at"):
        database.run(f"CREATE INDEX ix_{name} ON contacts ({name})")
    store = database.open()
    assert not any("no index" in finding.found for finding in store.check(NOW))
    layout = store._layout
    assert layout is not None
    wanted = layout.may_be_open(NOW) & layout.received_since(NOW - 180 * DAY)
    statement = select(*layout.row(worker=False)).where(wanted)
    compiled = statement.compile(dialect=registry.load("sqlite")(), compile_kwargs={"literal_binds": True})
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as connection:
        plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {compiled}")]
    assert sum("USING INDEX ix_decided_at" in step for step in plan) == 3
    assert not any(step.startswith("SCAN") for step in plan)


def test_contacts_open_since_before_the_look_back_are_told_by_check(native: Database) -> None:
    found = {finding.found for finding in native.open().check(NOW)}
    assert "1 contact without a decision came before the look-back begins: not watched" in found
    assert not any("look-back" in finding.found for finding in native.open(lookback=300 * 24 * HOUR).check(NOW))
