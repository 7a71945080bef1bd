"""A csv:// folder as a contact store."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

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
        (HEADER + row("new") + "half,1,2026-0", HOUR, "incomplete"),
        (HEADER + row("new") + 'half,1,"2026-0', HOUR, "never closed"),
        (HEADER + row("new").rstrip("\n"), 5, "no end"),
        ("contact_id,pers", 5, "no header"),
        ("", HOUR, "empty"),
    ],
)
def test_a_half_written_file_is_left_and_the_one_before_it_is_read(
    exports: Exports, text: str, age: int, sign: str
) -> None:
    exports.write("contacts_1.csv", HEADER + row("old"), age=2 * HOUR)
    exports.write("contacts_2.csv", text, age=age)
    assert exports.open() == ["old"]
    (note,) = exports.notes()
    assert "contacts_2.csv is half-written" in note
    assert sign in note
    (exports.folder / "contacts_1.csv").unlink()
    with pytest.raises(StoreUnavailable, match="no complete export"):
        exports.open()


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
            return sorted(look.fingerprint(raw) for chunk in look.open_rows() for raw in chunk)

    assert prints(NOW) == prints(NOW + 4 * HOUR)


def test_a_query_over_a_folder_is_refused(exports: Exports) -> None:
    with pytest.raises(StoreMisconfigured, match=r"remove store\.query"):
        exports.store(query="SELECT 1")
