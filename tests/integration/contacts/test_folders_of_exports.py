"""A csv:// folder as a contact store."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from mash_monitor.contacts import ContactStore, StoreMisconfigured, StoreSettings, StoreUnavailable, open_store
from mash_monitor.domain.contact import Mark, Span

LONDON = ZoneInfo("Europe/London")
NOW = int(datetime(2026, 3, 6, 12, 0, tzinfo=UTC).timestamp())
HOUR = 3600
HEADER = "contact_id,person_id,received_at,decided_at,source_code,outcome\n"
SSD = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_outcome_json\n"


class Exports:
    """A folder into which a council's system writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "exports"
        self.folder.mkdir()

    def write(self, name: str, text: str, *, age: int = HOUR) -> None:
        file = self.folder / name
        file.write_text(text)
        os.utime(file, (NOW - age, NOW - age))

    def store(self, **settings: Any) -> ContactStore:
        return open_store(StoreSettings("csv:///exports", **settings), LONDON, self.folder.parent)

    def open(self) -> list[str]:
        return sorted(contact.contact_id for contact in self.store().contacts_open(NOW))

    def notes(self) -> list[str]:
        with self.store().look(NOW) as look:
            return look.notes


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def row(key: str, decided: str = "") -> str:
    return f"{key},1,2026-03-06 09:00,{decided},6,\n"


def test_the_newest_file_of_each_name_is_read(exports: Exports) -> None:
    exports.write("contacts_2026-03-05_0800.csv", HEADER + row("old") + row("both"), age=2 * HOUR)
    exports.write("contacts_2026-03-06_0800.csv", HEADER + row("new") + row("both"))
    exports.write("edt 20260306T0800.csv", HEADER + row("night"))
    exports.write("readme.md", "not an export")
    assert exports.open() == ["both", "new", "night"]
    assert exports.notes() == []


@pytest.mark.parametrize(
    "name", ["contacts.csv.part", "contacts.tmp", ".contacts.csv", "~$contacts.xlsx", "contacts.csv.filepart"]
)
def test_temporary_names_are_passed_over(exports: Exports, name: str) -> None:
    exports.write("contacts.csv", HEADER + row("A"))
    exports.write(name, HEADER + row("B"), age=0)
    assert exports.open() == ["A"]


@pytest.mark.parametrize(
    ("text", "age", "sign"),
    [
        (HEADER + row("new") + "half,1,2026-0", HOUR, "is incomplete: its last record is too short"),
        (HEADER + row("new") + 'half,1,"2026-0', HOUR, "cannot be read whole: a quotation mark that is never closed"),
        (HEADER + row("new").rstrip("\n"), 5, "is incomplete: its last record has no end"),
        ("contact_id,pers", 5, "has no header that is known"),
        ("", HOUR, "cannot be read whole: it is empty"),
    ],
)
def test_a_half_written_file_is_left_and_the_one_before_it_is_read(
    exports: Exports, text: str, age: int, sign: str
) -> None:
    exports.write("contacts_1.csv", HEADER + row("old"), age=2 * HOUR)
    exports.write("contacts_2.csv", text, age=age)
    assert exports.open() == ["old"]
    (note,) = exports.notes()
    assert note == (
        f"newest complete export is of Fri 6 Mar 2026 10:00 (contacts_1.csv); a newer one, contacts_2.csv, {sign}"
    )
    (exports.folder / "contacts_1.csv").unlink()
    with pytest.raises(StoreUnavailable, match=f"no complete export; contacts_2.csv, {sign}; .*Remedy: wait"):
        exports.open()


def test_an_export_that_stopped_coming_is_told(exports: Exports) -> None:
    exports.write("contacts_1.csv", HEADER + row("A"), age=26 * HOUR)
    exports.write("edt.csv", HEADER + row("B"), age=HOUR)
    told = "newest complete export is of Thu 5 Mar 2026 10:00 (contacts_1.csv): none came for more than a day"
    assert exports.notes() == [told]
    assert any(told == finding.found for finding in exports.store().check(NOW))


def test_a_header_that_will_not_become_a_better_one_stops_the_look(exports: Exports) -> None:
    exports.write("contacts_1.csv", HEADER + row("A"), age=2 * HOUR)
    exports.write("contacts_2.csv", "Ref,Child\n1,2\n")
    with pytest.raises(StoreMisconfigured, match=r"contacts_2\.csv: no header that is known"):
        exports.open()


def test_rows_without_an_id_are_set_aside_with_their_file_and_line(exports: Exports) -> None:
    exports.write("contacts.csv", HEADER + row("A") + row("") + "B,1,2026-03-06 09:00,,6,,too,many\n")
    exports.write("edt.csv", HEADER + row("C") + row(" "), age=2 * HOUR)
    with exports.store().look(NOW) as look:
        assert [(row.where, row.column) for row in look.set_aside] == [
            ("edt.csv, line 3", "contact_id"), ("contacts.csv, line 3", "contact_id"),
        ]  # fmt: skip
        assert look.set_aside_total == 2
        (note,) = look.notes
    assert note.startswith("contacts.csv: 1 row with more or fewer fields than the header, the first on line 4: ")
    found = {finding.found for finding in exports.store().check(NOW)}
    assert "2 rows without a contact id, which nobody can watch" in found


def test_siblings_without_a_person_id_are_all_read(exports: Exports) -> None:
    still, done = "A,,2026-03-06 09:00,,6,\n", "A,,2026-03-06 09:00,2026-03-06 10:00,6,nfa\n"
    exports.write("contacts.csv", HEADER + still + done + done)
    (contact,) = exports.store().contacts_open(NOW)
    assert contact.children == 3


def test_a_workbook_whose_last_record_has_empty_cells_is_whole(exports: Exports) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(HEADER.strip().split(","))
    book.active.append(["A", "1", "2026-03-06 09:00"])
    book.save(exports.folder / "contacts.xlsx")
    os.utime(exports.folder / "contacts.xlsx", (NOW - HOUR, NOW - HOUR))
    assert exports.open() == ["A"]
    assert exports.notes() == []


def test_a_settled_file_without_a_last_newline_is_whole(exports: Exports) -> None:
    exports.write("contacts.csv", HEADER + row("A").rstrip("\n"))
    assert exports.open() == ["A"]


def test_a_folder_without_an_export_is_no_quiet_day(exports: Exports) -> None:
    with pytest.raises(StoreUnavailable, match="no complete export"):
        exports.open()
    assert exports.store().check(NOW)[0].severity == "error"


def test_files_of_another_preset_are_refused_with_the_remedy(exports: Exports) -> None:
    exports.write("ssd.csv", SSD + "S1,1,2026-03-06 09:00,\n")
    with pytest.raises(StoreMisconfigured, match=r'set store\.preset = "ssd"'):
        exports.open()


def test_exports_without_decision_times_are_observed(exports: Exports) -> None:
    exports.write(
        "s.csv",
        SSD + 'S1,1,2026-03-06 09:00,\nS2,1,2026-03-06 09:00,"{""NFA_FLAG"": ""Y""}"\nS3,1,2026-03-06 09:00,"{""N"\n',
    )
    store = exports.store(preset="ssd")
    assert store.observed
    contacts = {contact.contact_id: contact for contact in store.contacts_open(NOW)}
    assert sorted(contacts) == ["S1", "S3"]
    assert Mark.DECISION_UNREADABLE in contacts["S3"].marks
    with store.look(NOW) as look:
        rows = [look.parse(raw) for chunk in look.observed_rows(NOW - 24 * HOUR) for raw in chunk]
    assert [getattr(row, "decided", None) for row in rows if getattr(row, "decided", None)] == [
        Span(NOW - 3 * HOUR, NOW)
    ]


def test_unchanged_exports_give_unchanged_fingerprints_at_the_next_look(exports: Exports) -> None:
    exports.write("contacts.csv", HEADER + row("A") + row("B"))
    store = exports.store()

    def prints(now: int) -> list[int]:
        with store.look(now) as look:
            return sorted(mark for _, mark in look.rows_of(["A", "B"]))

    assert prints(NOW) == prints(NOW + 4 * HOUR)


def test_a_query_over_a_folder_is_refused(exports: Exports) -> None:
    with pytest.raises(StoreMisconfigured, match=r"remove store\.query"):
        exports.store(query="SELECT 1")
