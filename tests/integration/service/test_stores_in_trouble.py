"""Contacts that vanish, stores that cannot be read, and decisions that are only observed. Nothing is silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from mash_monitor.domain.contact import Span
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import Position
from mash_monitor.domain.transition import State
from mash_monitor.service.hub import StoreAccess
from mash_monitor.service.parking import NotWatched, park
from mash_monitor.service.passes import PassResult
from mash_monitor.service.positions import as_of_now
from mash_monitor.service.scorecards import store_scorecard
from tests.integration.service.town import SSD, Council, Town
from tests.unit.domain.hubs import at

THURSDAY, FRIDAY, NOON, LATE = "2026-03-05 16:30", "2026-03-06 08:30", "2026-03-06 12:30", "2026-03-06 16:30"
DUE_FRIDAY = "2026-03-05 14:05"


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that accepts and never answers, at this port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    taken.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in taken:
            connection.close()


# one contact that vanishes


def test_a_vanished_contact_stays_watched_and_alerted_until_it_returns(town: Town) -> None:
    for number in range(8):
        town.council.add(f"C-{number}", "2026-03-06 08:00")
    town.council.add("C-20", DUE_FRIDAY)
    town.report(FRIDAY)
    town.council.remove("C-20")
    town.report(NOON)
    entry = town.entry("C-20")
    assert (entry.state, entry.missing_since) == (State.MISSING, at(FRIDAY))
    reason = "not in the store since 08:30: passes its deadline before the 16:30 report"
    assert town.history("C-20")[-1] == ("vanished", "missing", reason)
    assert town.open_alerts() == {"C-20": "red"}
    assert "C-20 due 14:05, as last seen 08:30" in town.messages("alert")[-1].body
    assert town.alarms() == []
    result = town.overdue("2026-03-06 14:06")
    assert town.open_alerts() == {"C-20": "overdue"}
    assert result is not None
    assert "not in the store since 08:30" in result.position.watched[0].reason
    town.council.add("C-20", DUE_FRIDAY)
    town.report(LATE)
    assert town.history("C-20")[-1][:2] == ("returned", "overdue")
    assert town.entry("C-20").missing_since is None
    (later,) = town.messages("alert", since="2026-03-06 14:10")
    assert "C-20" not in town.named(later)  # its return is nothing new to tell


def test_a_contact_that_returns_decided_was_decided_after_it_was_last_seen(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, Council(f"sqlite:///{tmp_path}/theirs.db", SSD), tmp_path, preset="ssd")
    row = {"cont_contact_id": "C-1", "cont_person_id": "p1", "cont_contact_date": "2026-03-05 16:00"}
    other = row | {"cont_contact_id": "C-2"}
    add = (
        "INSERT INTO ssd_contacts (cont_contact_id, cont_person_id, cont_contact_date) "
        "VALUES (:cont_contact_id, :cont_person_id, :cont_contact_date)"
    )
    town.council.run(add, **row)
    town.council.run(add, **other)
    town.report(THURSDAY)
    town.council.run("DELETE FROM ssd_contacts WHERE cont_contact_id = 'C-1'")
    town.report(FRIDAY)
    town.council.run(add, **row)
    town.council.run("""UPDATE ssd_contacts SET cont_contact_outcome_json = '{"NFA_FLAG": "Y"}'""")
    town.report(NOON)
    assert town.entry("C-1").decided == Span(at(THURSDAY), at(NOON))
    assert town.entry("C-2").decided == Span(at(FRIDAY), at(NOON))


def test_many_contacts_that_vanish_at_once_are_an_alarm_about_the_store(town: Town) -> None:
    for number in range(12):
        town.council.add(f"C-{number}", "2026-03-06 08:00")
    town.report(FRIDAY)
    town.council.remove(*(f"C-{number}" for number in range(6)))
    town.report(NOON)
    assert town.alarms() == ["many_vanished"]
    assert town.told_ops() == ["6 open contacts vanished from the store at once; they stay watched"]
    town.report(LATE)
    assert len(town.told_ops()) == 1
    for number in range(6):
        town.council.add(f"C-{number}", "2026-03-06 08:00")
    town.report("2026-03-06 16:40")
    assert town.alarms() == []
    assert town.told_ops()[1:] == ["the contacts that had vanished are accounted for"]


# parking


def test_a_parked_contact_has_no_alert_until_its_parking_ends(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.council.add("C-2", "2026-03-06 08:00")
    town.report(NOON)
    park(town.hub, town.engine, "C-1", at("2026-03-06 12:35"), reason="duplicate", until=at("2026-03-06 15:00"))
    assert town.open_alerts() == {}
    assert town.overdue("2026-03-06 14:06") is not None
    town.report("2026-03-06 14:10")
    assert town.open_alerts() == {}
    assert [(item.subject.contact_id, item.level) for item in town.report("2026-03-06 14:20").position.watched] == [
        ("C-2", "amber"),
        ("C-1", "overdue"),
    ]
    result = town.overdue("2026-03-06 15:00")  # the tick does not wait for the next report
    assert result is not None
    assert result.messages == 2
    assert town.open_alerts() == {"C-1": "overdue"}
    assert town.history("C-1")[-1] == ("unparked", "overdue", "parked no longer: overdue by 55 min")
    assert town.overdue("2026-03-06 15:01") is None


def test_a_contact_that_changes_in_the_pass_that_ends_its_parking_is_raised_once(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    park(town.hub, town.engine, "C-1", at("2026-03-06 12:35"), reason="duplicate", until=at("2026-03-06 16:00"))
    town.council.change("C-1", risk="red")
    town.report(LATE)
    assert [kind for kind, _, _ in town.history("C-1")] == ["appeared", "corrected", "unparked"]
    assert town.open_alerts() == {"C-1": "overdue"}
    assert town.alerted(since=LATE) == [("duty", "overdue", 1), ("manager", "overdue", 1)]
    assert town.report("2026-03-06 16:40").changes == {}


def test_a_contact_that_returns_or_is_reopened_is_no_longer_parked(town: Town) -> None:
    for contact in ("C-20", "C-30"):
        town.council.add(contact, DUE_FRIDAY)
    town.council.add("C-2", "2026-03-06 08:00")
    town.report(NOON)
    town.council.remove("C-20")
    town.report("2026-03-06 12:40")
    for contact in ("C-20", "C-30"):
        park(town.hub, town.engine, contact, at("2026-03-06 12:45"), reason="duplicate", until=at("2026-03-20 12:00"))
    town.council.decide("C-30", "2026-03-06 12:50")
    town.report("2026-03-06 13:00")
    assert town.open_alerts() == {}
    town.council.add("C-20", DUE_FRIDAY)
    town.council.decide("C-30", None)
    town.report("2026-03-06 13:10")
    assert town.open_alerts() == {"C-20": "red", "C-30": "red"}


def test_only_a_watched_contact_can_be_parked(town: Town) -> None:
    with pytest.raises(NotWatched):
        park(town.hub, town.engine, "C-9", at(NOON), reason="duplicate", until=at(LATE))


# a store that cannot be read


def test_a_store_that_answers_with_nothing_is_in_trouble_and_nobody_is_missing(town: Town) -> None:
    for number in range(3):
        town.council.add(f"C-{number}", DUE_FRIDAY)
    town.report(FRIDAY)
    town.council.remove("C-0", "C-1", "C-2")
    result = town.report(NOON)
    said = "the contact store answers, but has none of the 3 contacts that stood open"
    assert result.trouble == said
    assert town.told_ops() == [f"contact store not seen since 08:30: {said}"]
    assert {town.entry(f"C-{number}").state for number in range(3)} == {State.OPEN}
    assert town.open_alerts() == dict.fromkeys(["C-0", "C-1", "C-2"], "red")
    body = town.messages("alert")[-1].body
    assert "as last seen 08:30" in body
    assert result.position.store.trouble == said
    assert result.position.performance is None
    assert "CONTACT STORE NOT SEEN since 08:30" in town.messages("summary")[-1].long_text
    assert town.overdue("2026-03-06 14:06") is not None  # its keyed look finds nothing either: nobody is missing
    assert {town.entry(f"C-{number}").state for number in range(3)} == {State.OPEN}
    assert town.open_alerts() == dict.fromkeys(["C-0", "C-1", "C-2"], "overdue")
    town.council.add("C-0", DUE_FRIDAY)
    town.report(LATE)
    assert town.alarms() == []
    assert town.told_ops()[1:] == ["the contact store is read again"]
    assert [town.entry(f"C-{number}").state for number in range(3)] == [State.OPEN, State.MISSING, State.MISSING]


def test_a_keyed_look_into_an_emptied_store_does_not_lose_a_contact_from_sight(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.council.add("C-2", "2026-03-06 08:00")
    town.report(FRIDAY)
    town.council.remove("C-1")
    town.overdue("2026-03-06 14:06")
    assert town.entry("C-1").state is State.OPEN
    town.report(LATE)
    assert town.entry("C-1").state is State.MISSING


def test_a_store_that_is_not_there_is_told_once_and_the_last_known_contacts_go_on(town: Town, tmp_path: Path) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(FRIDAY)
    away = town.under(url=f"sqlite:///{tmp_path}/gone.db")
    result = away.report(NOON)
    assert (result.trouble or "").startswith(f"{tmp_path}/gone.db: no such file; expected a contact store. Remedy:")
    assert town.open_alerts() == {"C-1": "red"}
    assert away.overdue("2026-03-06 14:06") is not None
    assert town.open_alerts() == {"C-1": "overdue"}
    assert "as last seen 08:30" in town.messages("alert")[-1].body
    away.report(LATE)
    assert len(town.told_ops()) == 1
    shown = as_of_now(away.hub, town.engine, at("2026-03-06 16:35"))
    assert shown.store.last_seen_at == at(FRIDAY)
    assert shown.watched[0].reason == "overdue by 2 h 30 min; as last seen 08:30"
    town.report("2026-03-06 16:40")
    assert town.told_ops()[1:] == ["the contact store is read again"]


def test_a_store_that_hangs_is_given_up_and_is_not_asked_again_while_it_hangs(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(FRIDAY)
    with silent_server() as port:
        url = f"postgresql+psycopg://reader@127.0.0.1:{port}/contacts"
        hanging = town.under(url=url)
        hanging.hub.store.seconds = 0.2
        result = hanging.report(NOON)
        assert (result.trouble or "").startswith("the contact store does not answer: no answer within ")
        assert town.open_alerts() == {"C-1": "red"}
        again = hanging.overdue("2026-03-06 14:06")
        assert again is not None
        assert again.trouble == "the contact store does not answer: an earlier look at it still hangs"
        assert town.open_alerts() == {"C-1": "overdue"}
    assert len(town.told_ops()) == 1


def test_a_locked_table_is_a_store_that_does_not_answer(engine: Engine, tmp_path: Path, postgres_url: str) -> None:
    town = Town(engine, Council(postgres_url), tmp_path)
    town.council.add("C-1", DUE_FRIDAY)
    town.report(FRIDAY)
    impatient = town.under(patience=1)
    with town.council.engine.begin() as connection:
        connection.execute(text("LOCK TABLE contacts"))
        assert impatient.report(NOON).trouble is not None
    assert town.open_alerts() == {"C-1": "red"}
    town.report("2026-03-06 12:40")
    assert town.alarms() == []


def test_a_mended_store_is_found_without_a_new_start(town: Town, tmp_path: Path) -> None:
    access: StoreAccess = town.under(url=f"sqlite:///{tmp_path}/late.db").hub.store
    late = town.under(url=f"sqlite:///{tmp_path}/late.db")
    assert late.report(FRIDAY).trouble is not None
    assert access.seconds == town.patience
    Council(f"sqlite:///{tmp_path}/late.db").add("C-1", DUE_FRIDAY)
    assert late.report(NOON).trouble is None
    assert town.open_alerts() == {"C-1": "red"}
    assert "first look" in town.messages("alert")[-1].body


# decisions that are only observed


def ssd_town(engine: Engine, folder: Path) -> Town:
    return Town(engine, Council(f"sqlite:///{folder}/theirs.db", SSD), folder, preset="ssd")


def add_ssd(town: Town, contact_id: str, received: str, outcome: str | None = None) -> None:
    town.council.run(
        "INSERT INTO ssd_contacts VALUES (:id, 'p1', :received, '6', 'Police', :outcome)",
        id=contact_id, received=received, outcome=outcome,
    )  # fmt: skip


def outcome_ssd(town: Town, contact_id: str) -> None:
    done = '{"NEW_REFERRAL_FLAG": "Y", "COMMENTS": "Jane Canary"}'
    town.council.run(
        "UPDATE ssd_contacts SET cont_contact_outcome_json = :done WHERE cont_contact_id = :id",
        id=contact_id,
        done=done,
    )


def shares(town: Town, position: Position) -> tuple[float | None, float | None, float | None]:
    assert position.performance is not None
    tally = position.performance[0].tallies["month"]
    return tally.pct, tally.pct_low, tally.pct_high


def test_an_observed_decision_lies_between_two_looks_and_shares_have_bounds(engine: Engine, tmp_path: Path) -> None:
    town = ssd_town(engine, tmp_path)
    add_ssd(town, "C-1", "2026-03-05 16:00")
    add_ssd(town, "C-2", DUE_FRIDAY)
    town.report(FRIDAY)
    outcome_ssd(town, "C-1")
    town.report(NOON)
    outcome_ssd(town, "C-2")
    result: PassResult = town.report("2026-03-06 17:00")
    assert town.entry("C-1").decided == Span(at(FRIDAY), at(NOON))
    assert town.entry("C-2").decided == Span(at(NOON), at("2026-03-06 17:00"))
    assert town.history("C-2")[-1][2] == "decided between 12:30 and 17:00, in time or late"
    assert shares(town, result.position) == (None, 50.0, 100.0)
    march = Period(date(2026, 3, 1), date(2026, 3, 31), "2026-03")
    tally = store_scorecard(town.hub, town.engine, march, at("2026-03-06 18:00")).total.tallies[0]
    assert tally is not None
    assert (tally.pct, tally.pct_low, tally.pct_high, tally.uncertain) == (None, 50.0, 100.0, 1)


def test_a_contact_decided_before_anybody_saw_it_open_is_noted_with_what_is_known(
    engine: Engine, tmp_path: Path
) -> None:
    town = ssd_town(engine, tmp_path)
    add_ssd(town, "C-1", "2026-03-05 16:00")
    town.report(FRIDAY)
    add_ssd(town, "C-2", "2026-03-06 09:00", '{"NFA_FLAG": "Y"}')
    town.report(NOON)
    entry = town.entry("C-2")
    assert (entry.state, entry.decided) == (State.DECIDED, Span(at("2026-03-06 09:00"), at(NOON)))
    assert town.history("C-2") == []
    town.report(LATE)
    assert town.entry("C-2").decided == entry.decided
    assert "Canary" not in str(town.everything())
