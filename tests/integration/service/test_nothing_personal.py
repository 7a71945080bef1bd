"""Nothing about a child leaves: a canary in every field that a store has, looked for in everything we keep or send."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from mash_monitor.contacts import StoreSettings
from mash_monitor.contacts.importing import import_file
from mash_monitor.state.schema import alerts, deliveries, ledger, transitions
from tests.integration.service.scripted import Clock
from tests.integration.service.test_daemon import Process
from tests.integration.service.town import SSD, Council, Town
from tests.unit.domain.hubs import LONDON, at

DAY = ("2026-03-05 16:31", "2026-03-06 08:30", "2026-03-06 12:30", "2026-03-06 14:06", "2026-03-06 16:30")
NEVER_KEPT = ("PERSON-CANARY", "DESC-CANARY", "WORKER-CANARY", "OUTCOME-CANARY", "RISK-CANARY", "NAME-CANARY")


def live(town: Town) -> Process:
    """A day of the service over this town, with a change of everything in between."""
    process = Process(town, clock=Clock(at(DAY[0])))
    for when in DAY:
        process.tick(when)
        process.tick()
    return process


def everywhere(process: Process, said: str) -> dict[str, str]:
    """Each place where something may have come to rest, as text."""
    tables = {name: str(rows) for name, rows in process.town.everything().items()}
    sent = [envelope for channel in process.channels.values() for envelope in channel.sent]
    words = [str((each.subject, each.body, each.text, each.html)) for each in sent]
    assert words
    return tables | {"sent": " ".join(words), "logs": said}


def test_no_field_of_a_native_store_comes_further_than_it_may(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    fields = {
        "source_code": "CODE-CANARY", "source_desc": "DESC-CANARY", "risk": "RISK-CANARY", "team": "TEAM-CANARY",
        "worker": "WORKER-CANARY",
    }  # fmt: skip
    town.council.add("Jane Canary", "2026-03-05 14:05", "PERSON-CANARY", **fields)
    town.council.add("C-2", "2026-03-05 14:05", "PERSON-CANARY", outcome="OUTCOME-CANARY", **fields)
    town.council.add("C-3", "TIME-CANARY" if town.council.sqlite else None, **fields)
    process = live(town)
    town.council.decide("C-2", "2026-03-06 17:00", outcome="OUTCOME-CANARY")
    town.council.change("Jane Canary", team="TEAM-CANARY-2", risk="red", worker="WORKER-CANARY-2")
    town.council.remove("C-3")
    process.tick("2026-03-07 08:30")
    process.tick()
    places = everywhere(process, capsys.readouterr().out)
    for canary in (*NEVER_KEPT, "TIME-CANARY"):
        assert [place for place, text in places.items() if canary in text] == []
    assert {place for place, text in places.items() if "Jane Canary" in text} == {
        ledger.name, "sightings", alerts.name, transitions.name
    }  # fmt: skip
    assert "TEAM-CANARY" in places[ledger.name]  # so the canaries are looked for where they would be
    for canary in ("TEAM-CANARY", "CODE-CANARY"):
        assert {place for place, text in places.items() if canary in text} <= {ledger.name, deliveries.name, "sent"}
        assert canary not in str([row.body for row in town.messages("alert")])


def test_no_comment_of_an_ssd_store_comes_further_than_the_parser(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Town(engine, Council(f"sqlite:///{tmp_path}/theirs.db", SSD), tmp_path, preset="ssd")
    insert = "INSERT INTO ssd_contacts VALUES (:id, 'PERSON-CANARY', '2026-03-05 14:05', '6', 'DESC-CANARY', :outcome)"
    said = '{"%s": "Y", "COMMENTS": "NAME-CANARY fell"}'
    town.council.run(insert, id="C-1", outcome=None)
    town.council.run(insert, id="C-2", outcome=said % "SOMETHING_NEW_FLAG")
    town.council.run(insert, id="C-3", outcome="NAME-CANARY, not even JSON")
    process = live(town)
    town.council.run("UPDATE ssd_contacts SET cont_contact_outcome_json = :said", said=said % "NFA_FLAG")
    process.tick("2026-03-07 08:30")
    process.tick()
    places = everywhere(process, capsys.readouterr().out)
    for canary in NEVER_KEPT:
        assert [place for place, text in places.items() if canary in text] == []


def test_personal_columns_of_a_file_reach_neither_store_nor_records(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "contact_id,person_id,received_at,source_desc,worker,forename,date_of_birth,ethnicity,comments"
    row = "C-1,p1,2026-03-05 14:05,Police,W,NAME-CANARY,2015-04-01-CANARY,ETHNICITY-CANARY,COMMENT-CANARY"
    (tmp_path / "contacts.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    url = f"sqlite:///{tmp_path}/contacts.db"
    import_file(tmp_path / "contacts.csv", StoreSettings(url), LONDON, tmp_path, at(DAY[0]))
    town = Town(engine, Council(f"sqlite:///{tmp_path}/unused.db"), tmp_path, url=url)
    process = live(town)
    places = everywhere(process, capsys.readouterr().out)
    assert "CANARY" not in str(places)
    assert b"CANARY" not in b"".join(path.read_bytes() for path in tmp_path.glob("contacts.db*"))
