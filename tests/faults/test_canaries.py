"""Nothing about a child leaves: canaries in every field that we are given, looked for in all that we keep or send."""

import sqlite3
from contextlib import closing

import pytest

from tests.faults.conftest import KINDS, Stages
from tests.faults.stage import BOSS, DUTY, Stage

NEVER = ("CANARYCHILD", "CANARYMOTHER", "2015-04-01", "04/01/2015", "+447911123456", "CANARYNOTE", "CANARYETHNIC")
"""Names, dates of birth, telephone numbers and comments: nowhere at all."""
OWN_SCREENS = ("CANARYDESC", "CANARYWORKER")
"""Source descriptions and workers: in the council's store and on our own screens."""
ADDRESSES = (DUTY, BOSS, "duty@example.org", "leads@example.org")
"""In config.toml and on their way only."""

_PERSONAL = "CANARYCHILD,CANARYMOTHER,2015-04-01 04/01/2015,+447911123456,CANARYETHNIC,CANARYNOTE"
_FILE = f"""\
contact_id,person_id,received_at,source_code,source_desc,worker,team,forename,surname,born,phone,ethnicity,comments
C-1,P1,2026-03-03 09:00,6,CANARYDESC,CANARYWORKER,Triage,{_PERSONAL}
C-2,P2,CANARYCHILD,6,CANARYDESC,CANARYWORKER,Triage,{_PERSONAL}
,P3,2026-03-04 09:00,6,CANARYDESC,CANARYWORKER,Triage,{_PERSONAL}
CANARYCHILD MOTHER,P4,2026-03-04 13:30,6,CANARYDESC,CANARYWORKER,Triage,{_PERSONAL}
"""
_NAMED_BY_ITS_STORE = "CANARYCHILD MOTHER"
"""A council that makes references of names: we cannot do without the reference, but nobody is sent it."""
_SCREENS = (("contacts", "--json"), ("summary", "--json"), ("explain", "C-1", "--json"), ("outbox", "--json"))


def _life(stage: Stage) -> None:
    (stage.folder / "given.csv").write_text(_FILE, encoding="utf-8")
    stage.command("import", "given.csv")
    stage.accounted_for("2026-03-04 12:30")
    stage.start()
    [reference] = [body.rpartition(" ")[2] for body in stage.bodies(DUTY)]
    for body in (f"ack {reference} CANARYCHILD is with CANARYMOTHER", "who is CANARYCHILD?"):
        stage.twilio.receive(DUTY, body)
    stage.twilio.receive("+447911123456", f"ACK {reference} CANARYNOTE")
    stage.move_to(stage.now + 60)
    stage.twilio.receive(DUTY, "STOP CANARYCHILD")
    stage.twilio.receive(DUTY, "stop")
    stage.move_to(stage.now + 60)
    with closing(sqlite3.connect(stage.folder / "contacts.db")) as theirs:
        theirs.execute("ALTER TABLE contacts RENAME TO CANARYCHILD")
        theirs.commit()
        stage.at("2026-03-05 16:31")
        theirs.execute("ALTER TABLE CANARYCHILD RENAME TO contacts")
        theirs.commit()
    stage.at("2026-03-06 08:31")
    stage.rest()
    stage.terminate()


def _everywhere(stage: Stage) -> dict[str, str]:
    """What we keep, say and send, by place; but for the council's store and what we were given."""
    tables = [name for (name,) in stage.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table'" if stage.url.startswith("sqlite") else
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )]  # fmt: skip
    places = {name: str(stage.rows(f"SELECT * FROM {name}")).replace(_NAMED_BY_ITS_STORE, "") for name in tables}
    assert "deliveries" in places
    for name in ("out.log", "err.log"):
        places[name] = (stage.folder / name).read_text(encoding="utf-8")
    places["texts"] = str([message.form["Body"] for message in stage.twilio.sent])
    places["mails"] = "".join(
        part.get_content() for mail in stage.mail.mails for part in mail.message.walk() if not part.is_multipart()
    ) + str([mail.message["Subject"] for mail in stage.mail.mails])
    return places


@pytest.mark.parametrize("kind", KINDS)
def test_no_canary_comes_further_than_it_may(kind: str, stages: Stages) -> None:
    with stages.open(kind, "2026-03-05 12:31") as stage:
        (stage.folder / "contacts.db").unlink()  # the import makes it
        _life(stage)
        places = _everywhere(stage)
        for canary in (*NEVER, *OWN_SCREENS, *ADDRESSES):
            assert [place for place, text in places.items() if canary in text] == [], canary
        assert places["texts"].count("not understood") == 1
        assert not any(canary.encode() in (stage.folder / "contacts.db").read_bytes() for canary in NEVER[1:])
        (stage.folder / "out.log").unlink()
        for screen in _SCREENS:
            stage.command(*screen)
        shown = (stage.folder / "out.log").read_text(encoding="utf-8").replace(_NAMED_BY_ITS_STORE, "")
        assert '"contacts"' in shown
        assert [canary for canary in (*NEVER, *ADDRESSES) if canary in shown] == []
