"""Files into the embedded store, and out of it again."""

import csv
import io
import json
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from mash_monitor.contacts import (
    ContactsFileError,
    ContactStore,
    StoreMisconfigured,
    StoreSettings,
    open_store,
)  # fmt: skip
from mash_monitor.contacts.importing import ImportResult, import_file
from mash_monitor.domain.contact import Mark, Outcome, Precision, Span

LONDON = ZoneInfo("Europe/London")
NOW = int(datetime(2026, 3, 6, 12, 0, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400
SETTINGS = StoreSettings("sqlite:///var/contacts.db")
HEADER = "contact_id,person_id,received_at,decided_at,source_code,source_desc,risk,team,worker,outcome\n"


class Hub:
    """A folder with an embedded store and files to import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "var" / "contacts.db"

    def take(self, content: str | bytes, *, name: str = "contacts.csv", now: int = NOW, **options: Any) -> ImportResult:
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = import_file(file, SETTINGS, LONDON, self.folder, now, **options)
        assert result.rows == result.imported + result.updated + result.unchanged + len(result.rejected)
        return result

    def counts(self, content: str | bytes, **options: Any) -> tuple[int, int, int, int]:
        result = self.take(content, **options)
        return result.imported, result.updated, result.unchanged, len(result.rejected)

    @property
    def store(self) -> ContactStore:
        return open_store(SETTINGS, LONDON, self.folder)

    def everything(self) -> str:
        """Every byte of the store, as text."""
        with sqlite3.connect(self.database) as connection:
            return "\n".join(connection.iterdump())


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


def test_an_import_twice_changes_nothing(hub: Hub) -> None:
    text = HEADER + "C1,1,05/03/2026 10:00,,6,,red,North,W,\nC1,2,05/03/2026 11:00,06/03/2026 09:00,,Police,,,,nfa\n"
    assert hub.counts(text) == (2, 0, 0, 0)
    before = hub.everything()
    assert hub.counts(text, now=NOW + DAY) == (0, 0, 2, 0)
    assert hub.everything() == before
    assert hub.counts(text.replace("red", "amber"), now=NOW + DAY) == (0, 1, 1, 0)


def test_what_was_imported_is_read_back_as_contacts(hub: Hub) -> None:
    hub.take(
        HEADER
        + "C1,1,05/03/2026 10:00,,6,a neighbour,red,North,W. Orker,\nC1,2,2026-03-05,2026-03-06,,,,South,,referral\n"
    )
    (contact,) = hub.store.contacts_open(NOW)
    assert (contact.children, contact.teams, contact.worker, contact.risk) == (2, ("North", "South"), "W. Orker", "red")
    assert (contact.received, contact.precision) == (NOW - 36 * HOUR, Precision.DATE)
    assert contact.converted
    assert contact.source_desc == "a neighbour"
    assert hub.store.contacts(["C1"], NOW)["C1"] == contact


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_separators_are_found_out(hub: Hub, encoding: str, separator: str) -> None:
    lines = [
        "Contact ID,Received At,team,source_desc",
        'C1,05/03/2026 10:00,Zoë,"one\ntwo, three"',
        "C2,05/03/2026 10:00,Łódź,",
    ]
    text = "\r\n".join(lines[: 3 if encoding.startswith("utf") else 2]) + "\r\n"
    quoted = io.StringIO()
    csv.writer(quoted, delimiter=separator).writerows(csv.reader(io.StringIO(text, newline="")))
    hub.take(quoted.getvalue().encode(encoding))
    contacts = hub.store.contacts(["C1", "C2"], NOW)
    assert contacts["C1"].team == "Zoë"
    assert contacts["C1"].source_desc == "one two, three"
    assert len(contacts) == (2 if encoding.startswith("utf") else 1)


def test_the_standard_data_set_is_taken_and_its_decisions_are_bounded_by_imports(hub: Hub) -> None:
    head = (
        "CONT_CONTACT_ID,cont_person_id,cont_contact_date,cont_contact_source_code,cont_contact_source_desc,"
        "cont_contact_outcome_json\n"
    )
    flags = json.dumps({"NEW_REFERRAL_FLAG": "Y", "COMMENTS": "Jane Canary"}).replace('"', '""')
    still = "S1,1,2026-03-06 08:00:00,,Police,\nS2,1,2026-03-06 08:00:00,6,Our own six,\n"
    hub.take(head + still, now=NOW)
    assert {c.contact_id for c in hub.store.contacts_open(NOW)} == {"S1", "S2"}
    decided = (
        head
        + still.replace(",Police,", f',Police,"{flags}"')
        + f'S3,1,2026-03-05 08:00:00,,,"{flags}"\nS4,1,2026-03-05 08:00:00,,,"{{""NFA"\n'
    )
    assert hub.counts(decided, now=NOW + HOUR) == (2, 1, 1, 0)
    assert hub.counts(decided, now=NOW + 2 * HOUR) == (0, 0, 4, 0)
    contacts = hub.store.contacts(["S1", "S2", "S3", "S4"], NOW + 3 * HOUR)
    assert contacts["S1"].decided == Span(NOW, NOW + HOUR)
    assert contacts["S1"].outcome is Outcome.REFERRAL
    assert contacts["S3"].decided == Span(NOW - 28 * HOUR, NOW + HOUR)
    assert (contacts["S4"].decided, Mark.DECISION_UNREADABLE in contacts["S4"].marks) == (None, True)
    assert contacts["S2"].source_group == "Unknown"
    assert "Canary" not in hub.everything()
    with hub.store.look(NOW + 30 * DAY) as look:
        assert {look.contact_id(raw) for chunk in look.open_rows() for raw in chunk} == {"S2", "S4"}
    hub.take(head + still, now=NOW + 4 * HOUR)
    assert hub.store.contacts(["S1"], NOW + 5 * HOUR)["S1"].decided is None


def test_a_known_decision_is_not_lost_to_a_file_without_times(hub: Hub) -> None:
    hub.take(HEADER + "C1,1,2026-03-05 10:00,2026-03-05 11:00,6,,red,,,nfa\n")
    assert hub.counts("contact_id,person_id,received_at,outcome\nC1,1,2026-03-05 10:00,nfa\n", now=NOW + HOUR) == (
        0,
        0,
        1,
        0,
    )
    contact = hub.store.contacts(["C1"], NOW)["C1"]
    assert contact.risk == "red"
    assert contact.decided == Span(NOW - 25 * HOUR, NOW - 25 * HOUR)


def test_annex_a_serves_volumes_only_and_its_personal_columns_are_dropped(hub: Hub) -> None:
    text = (
        "Child Unique ID,Gender,Ethnicity,Date of Birth,Age of Child (Years),Date of Contact,Contact Source\n"
        "77,a) Female,WBRI,03/04/2011,14,05/03/2026,q) 6: Police\n78,Canary,Canary,Canary,Canary,04/03/2026,"
        "Canary Street\n"
        ",,,,,05/03/2026,q) 6: Police\n"
    )
    result = hub.take(text)
    assert (result.imported, len(result.rejected)) == (2, 1)
    assert [(notice.line, notice.column) for notice in result.marked] == [(3, "source_code")]
    assert hub.counts(text, now=NOW + DAY) == (0, 0, 2, 1)
    assert list(hub.store.contacts_open(NOW)) == []
    with hub.store.look(NOW) as look:
        assert list(look.open_rows()) == []
    received = {c.persons: c for c in hub.store.contacts_received(NOW - 3 * DAY, NOW, NOW)}
    assert received[("77",)].source_group == "Police"
    assert Mark.VOLUME_ONLY in received[("77",)].marks
    assert "WBRI" not in hub.everything()
    assert "03/04/2011" not in hub.everything()
    assert any("Annex A" in finding.found for finding in hub.store.check(NOW))


def test_an_xlsx_workbook_is_taken_with_its_typed_cells(hub: Hub) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Contact_ID", "received_at", "decided_at", "source_code", None])
    sheet.append([10234, datetime(2026, 3, 5, 10, 0), None, 6, None])  # noqa: DTZ001
    sheet.append([10235.0, "05/03/2026 11:00", datetime(2026, 3, 5, 12, 0), "3A", None])  # noqa: DTZ001
    sheet.append([None, None, None, None, None])
    sheet.append([None, "05/03/2026 11:00", None, None, "beyond the header"])
    sheet.append([10236, "05/03/2026 11:00"])
    file = hub.folder / "contacts.xlsx"
    book.save(file)
    result = import_file(file, SETTINGS, LONDON, hub.folder, NOW)
    assert (result.rows, result.imported) == (4, 3)
    assert result.rejected[0].line == 5
    assert [(mark.line, mark.column) for mark in result.marked] == [(6, "source_code")], "not for its missing cells"
    contacts = hub.store.contacts(["10234", "10235"], NOW)
    assert (contacts["10234"].received, contacts["10234"].source_group) == (NOW - 26 * HOUR, "Police")
    assert contacts["10235"].decided == Span(NOW - 24 * HOUR, NOW - 24 * HOUR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (("FACT_CONTACT_ID,DIM_PERSON_ID,CONTACT_DTTM,DIM_LOOKUP_CONT_SORC_ID_DESC,OUTCOME_NFA_FLAG,OUTCOME_COMMENTS\n"
         "1,-1,2026-03-05 10:00,Police,N,Canary\n2,5,2026-03-05 10:00,Police,Y,Canary\n"), Outcome.NFA),
        (("WORKFLOW_STEP_ID,STARTED_ON,STEP_STATUS,NEXT_ACTIONS\n1,2026-03-05 10:00,STARTED,\n"
          "2,2026-03-05 10:00,COMPLETED,Early help\n"),
         Outcome.EARLY_HELP),
    ],
    ids=["liquidlogic", "mosaic"],
)  # fmt: skip
def test_exports_of_other_systems_are_known_by_their_headers(hub: Hub, text: str, expected: Outcome) -> None:
    hub.take(text)
    assert [c.contact_id for c in hub.store.contacts_open(NOW)] == ["1"]
    contact = hub.store.contacts(["2"], NOW)["2"]
    assert (contact.outcome, contact.decided) == (expected, Span(NOW - 26 * HOUR, NOW))
    assert "Canary" not in hub.everything()


def test_doubtful_records_are_taken_and_told_by_line_and_shape_alone(hub: Hub) -> None:
    text = (
        HEADER
        + "C1,1,Jane Canary,,6,,,,,\n"
        + 'C2,1,2026-03-05 10:00,,6,"two\nlines",,,,\n'
        + "C3,1,2026-03-05 10:00,Canary,99Z,,Canary,,,Canary\n"
        ",1,2026-03-05 10:00,,,,,,,\nC4,1,2026-03-05 10:00,,6,,,,,,,too,many\n"
        "C5,1,2026-03-05\nC6\x00,1,2026-03-05 09:00,,6,,,,,\n"
    )
    result = hub.take(text)
    document = result.as_json("contacts.csv")
    assert list(document) == ["file", "rows", "imported", "updated", "unchanged", "marked", "rejected"]
    assert document["rejected"] == [{"line": 6, "column": "contact_id", "shape": "empty", "reason": "no contact id"}]
    marked = [(notice.line, notice.column) for notice in result.marked]
    assert marked == [
        (2, "received_at"), (3, "contact_id"), (5, "decided_at"), (5, "outcome"), (5, "risk"), (5, "source_code"),
        (7, ""), (8, ""), (8, "received_at"), (8, "source_code"), (9, "contact_id"),
    ]  # fmt: skip
    assert result.marked[0].shape == "Aaaa Aaaaaa"
    assert "Canary" not in json.dumps(document)
    assert "Canary" not in hub.everything()
    assert {c.contact_id for c in hub.store.contacts_open(NOW)} == {"C1", "C2", "C3", "C4", "C5", "C6"}


def nameless(*decisions: str, person: str = "", key: str = "C1") -> str:
    return HEADER + "".join(f"{key},{person},2026-03-05 10:00,{decided},6,,,,,\n" for decided in decisions)


@pytest.mark.parametrize(("person", "children"), [("", 2), ("7", 1)], ids=["siblings", "one child twice"])
@pytest.mark.parametrize("decisions", [("", "2026-03-05 11:00"), ("2026-03-05 11:00", "")])
def test_every_row_of_a_contact_and_person_is_kept_so_that_an_open_one_stays_open(
    hub: Hub, decisions: tuple[str, str], person: str, children: int
) -> None:
    text = nameless(*decisions, person=person)
    assert hub.counts(text) == (2, 0, 0, 0)
    before = hub.everything()
    assert hub.counts(text, now=NOW + DAY) == (0, 0, 2, 0)
    assert hub.everything() == before
    (contact,) = hub.store.contacts_open(NOW)
    assert contact.children == children


def test_rows_of_a_contact_and_person_that_a_later_file_has_no_more_are_removed_and_told(hub: Hub) -> None:
    late = "2026-03-06 09:00"
    hub.take(nameless("", "", "", late) + nameless("", "", key="C2").removeprefix(HEADER))
    result = hub.take(nameless(late, late), now=NOW + DAY)
    assert (result.updated, result.unchanged) == (2, 0)
    assert [(mark.line, mark.column, mark.reason) for mark in result.marked] == [
        (3, "person_id", "2 rows without a child fewer than were imported before: removed")
    ]
    assert hub.store.contacts(["C1"], NOW + DAY)["C1"].decided == Span(NOW - 3 * HOUR, NOW - 3 * HOUR)
    assert hub.store.contacts(["C2"], NOW + DAY)["C2"].children == 2


def test_a_child_whom_a_later_file_does_not_name_stays(hub: Hub) -> None:
    hub.take(nameless("") + nameless("", "", person="7").removeprefix(HEADER))
    assert hub.take(nameless("2026-03-06 09:00", person="8")).marked == ()
    (contact,) = hub.store.contacts_open(NOW)
    assert (contact.persons, contact.children) == (("7", "8"), 3)


def test_siblings_beyond_one_batch_keep_their_order(hub: Hub) -> None:
    text = nameless(*["2026-03-05 11:00"] * 1_200, "")
    assert hub.counts(text) == (1_201, 0, 0, 0)
    assert hub.counts(text) == (0, 0, 1_201, 0)
    (contact,) = hub.store.contacts_open(NOW)
    assert contact.children == 1_201


def test_a_store_of_an_older_version_is_refused_with_the_remedy(hub: Hub) -> None:
    hub.take(nameless(""))
    with closing(sqlite3.connect(hub.database)) as connection:
        connection.executescript(
            "CREATE TABLE older AS SELECT * FROM contacts; ALTER TABLE older DROP COLUMN occurrence;"
            "DROP TABLE contacts; ALTER TABLE older RENAME TO contacts"
        )
    with pytest.raises(
        StoreMisconfigured, match=r"older version.*Remedy: import all files again into a new store\.url"
    ):
        hub.take(nameless(""))


def test_an_open_contact_of_before_the_look_back_is_taken_and_marked(hub: Hub) -> None:
    text = HEADER + (
        "C1,1,2025-03-05 10:00,,6,,,,,\nC2,1,2025-03-05 10:00,2025-03-05 11:00,6,,,,,\nC3,1,2026-03-05 10:00,,6,,,,,\n"
    )
    result = hub.take(text)
    assert result.imported == 3
    assert [(mark.line, mark.column, mark.shape, mark.reason) for mark in result.marked] == [
        (2, "received_at", "9999-99-99 99:99",
         "received before the look-back of 180 d begins: not watched while it stands open")
    ]  # fmt: skip
    assert [contact.contact_id for contact in hub.store.contacts_open(NOW)] == ["C3"]
    without_decisions = "contact_id,person_id,received_at\nC1,1,2025-03-05 10:00\nC2,1,2025-03-05 10:00\n"
    assert [mark.line for mark in hub.take(without_decisions).marked if mark.column == "received_at"] == [2]


def test_a_time_still_to_come_at_the_import_stays_unreadable(hub: Hub) -> None:
    text = HEADER + "C1,1,2026-03-06 13:00,,6,,red,,,\n"
    hub.take(text)
    hub.take(text, now=NOW + DAY)
    contact = hub.store.contacts(["C1"], NOW + DAY)["C1"]
    assert (contact.received, contact.precision) == (None, Precision.UNREADABLE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        ("name,date\nJane,1\n", "line 1: no header that is known; expected contact_id and received_at"),
        ("contact_id,Contact ID,received_at\n1,2,3\n", "line 1: two columns for contact_id"),
        ("contact_id,decided_at\n1,2\n", "no header that is known"),
        (HEADER + "C1,1,2026-03-05\nC2,1,\"never closed\nC3,1,\n", "line 3: a quotation mark that is never closed"),
        (HEADER + "C1,1,2026-03-05\nC2,1,\"" + "x" * 200_000 + "\"\n", "line 3: a field that is too long"),
        (HEADER.encode() + b"C1,\x81\xff\n", "line 2: bytes that are text in no known encoding"),
        (b"\x00\x01name" * 20, "binary data"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "an old Excel workbook"),
        (b"PK\x03\x04 but no archive", "a damaged workbook"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_writes_nothing_and_says_why(hub: Hub, content: str | bytes, message: str) -> None:
    with pytest.raises(ContactsFileError, match=message) as caught:
        hub.take(content)
    assert "Remedy: " in str(caught.value)
    assert "Jane" not in str(caught.value)
    assert not hub.database.exists()
    hub.take(HEADER + "C1,1,2026-03-05 10:00,,6,,red,,,\n")
    before = hub.everything()
    with pytest.raises(ContactsFileError):
        hub.take(content)
    assert hub.everything() == before


def test_a_wrong_target_is_refused(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(HEADER)
    with pytest.raises(StoreMisconfigured, match="only read"):
        import_file(file, StoreSettings("postgresql+psycopg://h/db"), LONDON, tmp_path, NOW)
    with pytest.raises(StoreMisconfigured, match="--preset: 'eclipse'; expected one of native, ssd"):
        import_file(file, SETTINGS, LONDON, tmp_path, NOW, preset="eclipse")
    with pytest.raises(ContactsFileError, match="No such file"):
        import_file(tmp_path / "none.csv", SETTINGS, LONDON, tmp_path, NOW)
    with sqlite3.connect(tmp_path / "theirs.db") as connection:
        connection.execute("CREATE TABLE contacts (contact_id text)")
    with pytest.raises(StoreMisconfigured, match="a table contacts that no import made"):
        import_file(file, StoreSettings("sqlite:///theirs.db"), LONDON, tmp_path, NOW)


def test_the_store_is_private_indexed_and_readable_while_it_is_written(hub: Hub) -> None:
    hub.take(HEADER + "C1,1,2026-03-05 10:00,,6,,red,,,\n")
    assert stat.S_IMODE(hub.database.stat().st_mode) == 0o600
    assert not any(finding.severity == "warning" for finding in hub.store.check(NOW))
    with sqlite3.connect(hub.database) as writer:
        writer.execute("DELETE FROM contacts")
        assert [c.contact_id for c in hub.store.contacts_open(NOW)] == ["C1"]


def test_a_long_file_tells_how_far_it_is(hub: Hub) -> None:
    told: list[tuple[int, int]] = []
    rows = "".join(f"C{number},1,2026-03-05 10:00,,6,,red,,,\n" for number in range(5_000))
    hub.take(HEADER + rows, progress=lambda done, total: told.append((done, total)))
    assert len(told) >= 4
    assert told == sorted(told)
    assert all(0 < done <= total for done, total in told)


field = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(
        [
            "C1",
            "C2",
            " C1 ",
            "-1",
            "2026-03-05",
            "05/03/2026 10:00",
            "25/10/2025 01:30",
            "6",
            "q) 6: Police",
            "nfa",
            '"',
            "red",
        ]
    ),
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    return Hub(tmp_path_factory.mktemp("fuzzed"))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(field, min_size=1, max_size=12), min_size=1, max_size=20), st.sampled_from([",", ";", "\t"]))
def test_every_record_of_a_generated_file_is_taken_or_rejected(
    fuzzed: Hub, records: Sequence[list[str]], separator: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(HEADER.strip().split(","))
    writer.writerows(records)
    result = fuzzed.take(text.getvalue())
    assert result.rows == sum(any(record) for record in records)
    list(fuzzed.store.contacts_open(NOW))


@settings(max_examples=250, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_make_an_import_fall(fuzzed: Hub, content: bytes, headed: bool) -> None:
    try:
        fuzzed.take(HEADER.encode() * headed + content)
    except ContactsFileError as error:
        said = str(error)
    else:
        return
    assert "Remedy: " in said


def test_the_preset_of_the_imported_files_is_refused_for_the_store_they_are_in(hub: Hub) -> None:
    hub.take(HEADER)
    store = open_store(StoreSettings(SETTINGS.url, preset="ssd"), LONDON, hub.folder)
    with pytest.raises(StoreMisconfigured, match='preset = "native", whatever was imported'):
        list(store.contacts_open(NOW))


def test_a_preset_and_a_hubs_own_names_decide_where_a_header_alone_does_not(hub: Hub) -> None:
    file = hub.folder / "own.csv"
    file.write_text(
        "Ref,Came in,Done,cont_contact_id,cont_contact_date\nC1,05/03/2026 10:00,05/03/2026 11:00,S1,05/03/2026 09:00\n"
    )
    own = StoreSettings(SETTINGS.url, columns={"contact_id": "ref", "received_at": "came_in", "decided_at": "Done"})
    import_file(file, own, LONDON, hub.folder, NOW)
    import_file(file, SETTINGS, LONDON, hub.folder, NOW, preset="ssd")
    found = hub.store.contacts(["C1", "S1"], NOW)
    assert found["C1"].decided == Span(NOW - 25 * HOUR, NOW - 25 * HOUR)
    assert found["S1"].decided is None
