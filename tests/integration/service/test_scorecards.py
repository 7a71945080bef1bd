"""A scorecard from a real store: in bulk and one by one it is the same, whatever stands in the rows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, text

from mash_monitor.contacts import ContactStore, NotInBulk, StoreSettings, open_store, packed
from mash_monitor.counting import visits
from mash_monitor.counting.period import Counting
from mash_monitor.domain.figures import Whole
from mash_monitor.domain.period import Period
from mash_monitor.service.hub import StoreAccess
from mash_monitor.service.scorecards import Count, store_scorecard
from mash_monitor.state.database import connect, locate
from mash_monitor.state.migrate import upgrade
from tests.integration.service.town import Council, Town
from tests.unit.counting.plain import scorecard
from tests.unit.domain.hubs import LONDON, at

Q4 = Period(date(2019, 10, 1), date(2019, 12, 31), "2019-20-Q3")
NOW = at("2019-12-30 12:00")
COLUMNS = ("received_at", "decided_at", "person_id", "source_code", "source_desc", "risk", "team", "outcome")


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A hub whose contacts are in a database of either kind; its records are on SQLite."""
    state = connect(locate(f"sqlite:///{tmp_path}/state.db", tmp_path))
    upgrade(state)
    theirs = f"sqlite:///{tmp_path}/theirs.db"
    council = Council(theirs if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield Town(state, council, tmp_path)
    state.dispose()


def messy(chance: Random, number: int, *, texts: bool) -> list[dict[str, Any]]:
    """Rows of contacts around the period, most of them plain, and every oddity among them."""
    rows: list[dict[str, Any]] = []
    for index in range(number):
        received = datetime(2018, 9, 20) + timedelta(seconds=chance.randrange(480 * 86_400))  # noqa: DTZ001
        if chance.random() < 0.7:
            received = datetime(2019, 9, 28) + timedelta(seconds=chance.randrange(97 * 86_400))  # noqa: DTZ001
        decided = received + timedelta(seconds=chance.randrange(-3600, 6 * 86_400))
        row: dict[str, Any] = {
            "received_at": received.isoformat(chance.choice(" T")),
            "decided_at": None if chance.random() < 0.1 else decided.isoformat(),
            "person_id": chance.choice([f"p{chance.randrange(number)}", "p1", "-1", None]),
            "source_code": chance.choice(["6", "2A", "nobody"]), "source_desc": chance.choice(["Police", None]),
            "risk": chance.choice([None, "red", "purple"]), "team": chance.choice(["North", "South", None]),
            "outcome": chance.choice(["nfa", "referral", "cp_enquiry", None, "a word"]),
        }  # fmt: skip
        if chance.random() < 0.1:
            row["received_at"] = received.date().isoformat()
        if texts and chance.random() < 0.1:
            row["received_at"] = chance.choice([f"{received:%d/%m/%Y %H:%M}", "soon", None, f"{received}+01:00"])
        rows.append({"contact_id": f"C-{index}", **row})
        for _ in range(chance.choice([0, 0, 0, 1, 2])):
            sibling = {**rows[-1], "person_id": f"p{chance.randrange(number)}"}
            if chance.random() < 0.3:
                changed = chance.choice(COLUMNS)
                sibling[changed] = None if changed != "received_at" else (received - timedelta(days=3)).isoformat()
            rows.append(sibling)
    return rows


def fill(town: Town, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    if not town.council.sqlite:
        for row in rows:
            row |= {key: row[key] and datetime.fromisoformat(row[key]) for key in ("received_at", "decided_at")}
    statement = f"INSERT INTO contacts ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    with town.council.engine.begin() as connection:
        connection.execute(text(statement), rows)


Counted = tuple[Whole, list[tuple[Period, Whole]]]


def count(town: Town, engine: Engine | None, way: Callable[[Count], Counting]) -> Counted:
    def work(store: ContactStore) -> Counted:
        return way(Count(store, town.hub, engine, Q4, NOW, NOW)).counted()

    return town.hub.store.read(work)


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_counted_in_bulk_and_one_by_one_it_is_the_same(town: Town, seed: int, texts: bool) -> None:
    fill(town, messy(Random(seed), 300, texts=texts and town.council.sqlite))
    bulk = count(town, town.engine, Count._in_bulk)
    assert bulk == count(town, town.engine, Count._one_by_one)
    assert (bulk[0].contacts or 0) > 100
    assert bulk[0].repeats
    assert bulk[0].contacts == sum(month.contacts or 0 for _, month in bulk[1])
    assert bulk[0].repeats == sum(month.repeats or 0 for _, month in bulk[1])


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_scorecard_is_a_plain_count_of_all_contacts(
    town: Town, seed: int, texts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the rows are cut into parts: siblings stand in several of them here."""
    monkeypatch.setattr(packed, "_AT_ONCE", 40)
    monkeypatch.setattr(packed, "_IN_CACHE", 7)
    monkeypatch.setattr(visits, "_AT_ONCE", 50)
    fill(town, messy(Random(seed), 300, texts=texts and town.council.sqlite))
    policy = town.hub.rules.policy
    start, end = at("2018-07-01 00:00"), at("2020-01-01 00:00")
    all_of_them = town.hub.store.read(lambda store: list(store.contacts_received(start, end, NOW)))
    contacts = town.hub.store.read(lambda store: store.contacts([f"C-{number}" for number in range(300)], NOW))
    card = store_scorecard(town.hub, town.engine, Q4, NOW)
    plain = scorecard(all_of_them, Q4, policy.timescales, policy.calendar, NOW)
    assert card == replace(plain, without_time=sum(one.received is None for one in contacts.values()))
    assert card.total.repeats
    assert card.previous.repeats


def in_bulk(town: Town) -> Whole:
    """The period's count, and a failure where its rows were read one by one."""
    return count(town, None, Count._in_bulk)[0]


def test_words_may_hold_what_separates_them(town: Town) -> None:
    for number, team in enumerate(("a],[b", "c], [d", 'quote"comma,', "line\nend", "tab\t", "],[")):
        town.council.add(f"C-{number}", f"2019-11-0{number + 1} 10:00:00", team=team)
    town.council.add("C-9", "2019-11-09 10:00:00", team="North")
    whole = in_bulk(town)
    assert whole.contacts == 7
    assert len(whole.teams) == 7
    assert whole == count(town, None, Count._one_by_one)[0]


def test_a_store_may_lack_the_columns_that_no_rating_needs(town: Town) -> None:
    with town.council.engine.begin() as connection:
        for name in ("person_id", "team", "risk"):
            connection.execute(text(f"ALTER TABLE contacts DROP COLUMN {name}"))
        row = {"id": "C-1", "at": "2019-11-05 10:00:00", "source": "6"}
        moment = ":at" if town.council.sqlite else "CAST(:at AS timestamp)"
        connection.execute(
            text(f"INSERT INTO contacts (contact_id, received_at, source_code) VALUES (:id, {moment}, :source)"), row
        )
    total = store_scorecard(town.hub, None, Q4, NOW).total
    assert (total.contacts, total.repeats) == (1, None)
    assert in_bulk(town) == total


def test_siblings_are_found_where_ids_are_drawn_by_lot(town: Town) -> None:
    """The ids of the window then lie between those of all others."""
    chance = Random(7)
    for number in range(60):
        day = date(2019, 3, 1) + timedelta(days=number * 5)
        key = f"{chance.getrandbits(64):016x}"
        for child in range(1 + number % 2):
            town.council.add(key, f"{day} 10:00:00", f"p{number}-{child}", decided_at=f"{day} 12:00:00")
    whole = in_bulk(town)
    assert (whole.contacts, whole.children) == (17, 26)


@pytest.mark.parametrize("value", ["x'4e6f727468'", "9e999"])
@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_what_json_cannot_hold_is_read_one_by_one(town: Town, value: str) -> None:
    town.council.add("C-1", "2019-11-05 10:00:00", decided_at="2019-11-05 12:00:00")
    with town.council.engine.begin() as connection:
        connection.execute(text(f"UPDATE contacts SET team = {value}, person_id = {value}"))
    assert store_scorecard(town.hub, None, Q4, NOW).total.contacts == 1


def test_a_day_of_too_many_rows_is_not_packed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_MOST", 3)
    for number in range(5):
        town.council.add(f"C-{number}", f"2019-11-05 1{number}:00:00", f"p{number}")
        town.council.add(f"B-{number}", f"2019-02-05 1{number}:00:00", f"p{number}")
    total = store_scorecard(town.hub, None, Q4, NOW).total
    assert (total.contacts, total.repeats) == (5, 5)


def test_an_id_spelled_in_two_ways_is_one_contact(town: Town) -> None:
    town.council.add("C-1", "2019-11-05 10:00", decided_at="2019-11-05 12:00")
    town.council.add(" C-1", "2019-11-05 10:00", "p2", decided_at="2019-11-05 13:00")
    with pytest.raises(NotInBulk):
        count(town, None, Count._in_bulk)
    total = store_scorecard(town.hub, None, Q4, NOW).total
    assert (total.contacts, total.children) == (1, 2)


UNTIMELY: list[tuple[str | None, bool]] = [
    (None, True), ("1900-01-01 00:00:00", True), ("2180-01-01 00:00:00", True), ("2020-01-02 10:00:00", True),
    ("2019-12-30 11:59:00", False), ("1990-01-02 10:00:00", False),
]  # fmt: skip
WORDS = [("########", True), ("", True), ("soon", True), ("31/12/2018", False), ("01/02/2019 10:00", False)]


def test_contacts_of_which_nobody_can_tell_when_they_were_received_are_counted_beside_every_period(town: Town) -> None:
    times = [*UNTIMELY, *(WORDS if town.council.sqlite else [("infinity", True), ("0044-03-15 12:00:00 BC", True)])]
    moment = ":at" if town.council.sqlite else "CAST(:at AS timestamp)"
    with town.council.engine.begin() as connection:
        for number, (received, _) in enumerate(times):
            row = {"id": f"C-{number}", "at": received}
            connection.execute(text(f"INSERT INTO contacts (contact_id, received_at) VALUES (:id, {moment})"), row)
    town.council.add(" C-0", None, "p2")
    town.council.add("C-with-a-sibling", None)
    town.council.add("C-with-a-sibling", "2019-11-05 10:00:00", "p2")
    wanted = sum(dark for _, dark in times)
    assert store_scorecard(town.hub, None, Q4, NOW).without_time == wanted
    for number in range(5):  # whatever lies before
        town.council.add(f"B-{number}", f"2017-02-0{number + 1} 10:00:00", decided_at="2017-02-10 10:00:00")
    assert store_scorecard(town.hub, None, Q4.previous(), NOW).without_time == wanted
    settings = StoreSettings(town.council.url, query="SELECT contact_id, received_at, decided_at FROM contacts")
    queried = replace(town.hub, store=StoreAccess(lambda: open_store(settings, LONDON, town.folder), town.patience))
    assert store_scorecard(queried, None, Q4, NOW).without_time == wanted


def test_a_time_that_lay_ahead_when_it_was_first_seen_stays_unreadable(town: Town) -> None:
    town.council.add("C-1", "2019-12-30 18:00:00")
    town.report("2019-12-30 12:00")
    later = at("2019-12-31 12:00")
    card = store_scorecard(town.hub, town.engine, Q4, later)
    assert (card.total.contacts, card.without_time) == (0, 1)
    assert store_scorecard(town.hub, town.engine, Q4, later, at=at("2019-12-30 11:00")).without_time == 0
