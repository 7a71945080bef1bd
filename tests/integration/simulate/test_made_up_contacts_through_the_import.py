"""Made-up contacts on the ordinary way: file, import, embedded store, shipped rules, measures."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mash_monitor.contacts import ContactStore, StoreSettings, open_store
from mash_monitor.contacts.importing import import_file
from mash_monitor.domain.contact import Mark
from mash_monitor.domain.figures import share_pct
from mash_monitor.domain.period import Period
from mash_monitor.domain.rating import Policy
from mash_monitor.domain.reports import ReportDays
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.rules import load_pack
from mash_monitor.simulate.native import NativeRow, write_csv
from mash_monitor.simulate.quarter import published_quarter
from mash_monitor.simulate.synthetic import contacts
from tests.unit.counting.plain import scorecard

LONDON = ZoneInfo("Europe/London")
DAY = 86_400
RULES = Path(__file__).parents[3] / "rules" / "herefordshire.toml"
STORE = StoreSettings("sqlite:///contacts.db")
QUARTER = Period(date(2020, 1, 1), date(2020, 3, 31), "2019-20-Q4")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_pack(RULES).policy(LONDON, [8 * 3600 + 1800, 12 * 3600 + 1800, 16 * 3600 + 1800], ReportDays.ALL)


@pytest.fixture(scope="module")
def card(policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Scorecard:
    """The scorecard of the published quarter, from a store that knows it from a CSV file only."""
    folder = tmp_path_factory.mktemp("quarter")
    start, end = QUARTER.bounds(policy.calendar)
    now = end + 30 * DAY
    rows = write_csv(folder / "quarter.csv", published_quarter())
    result = import_file(folder / "quarter.csv", STORE, LONDON, folder, now)
    assert (result.rows, result.imported, result.marked, result.rejected) == (rows, rows, (), ())
    found = open_store(STORE, LONDON, folder).contacts_received(start, end, now)
    return scorecard(found, QUARTER, policy.timescales, policy.calendar, now)


def test_the_quarter_gives_its_contacts_and_conversion_back(card: Scorecard) -> None:
    assert (card.total.contacts, card.total.referrals, card.total.conversion_pct) == (2017, 331, 16.41)
    assert [figures.contacts for _, figures in card.months] == [666, 624, 727]


def test_the_quarter_gives_police_contacts_shares_and_conversions_back_by_month(card: Scorecard) -> None:
    police = [(figures.contacts, figures.groups["Police"]) for _, figures in card.months]
    assert [group.contacts for _, group in police] == [356, 324, 418]
    assert [share_pct(group.contacts, contacts) for contacts, group in police] == [53.45, 51.92, 57.5]
    assert [group.conversion_pct for _, group in police] == [8.99, 7.72, 6.94]


def test_the_quarter_stands_at_44_percent_by_one_clock_and_88_by_the_other(card: Scorecard) -> None:
    rows = zip(card.total.timescales, card.total.tallies, strict=True)
    shares = {row.name: tally and tally.pct for row, tally in rows}
    assert shares == {"24 hours": 43.98, "one working day": 88.0}


def test_a_made_up_hub_is_imported_whole_and_its_spoilt_rows_are_marked(tmp_path: Path, policy: Policy) -> None:
    now = int(datetime(2026, 6, 5, 16, 30, tzinfo=LONDON).timestamp())
    rows = list(contacts(1, now - 90 * DAY, now, now, policy.calendar))
    store = _imported(rows, tmp_path, now)
    found = {
        contact.contact_id: contact
        for contact in store.contacts(sorted({row.contact_id for row in rows}), now).values()
    }
    assert sum(contact.children for contact in found.values()) == len(rows)
    for mark, spoilt in (
        (Mark.DATE_ONLY, [row for row in rows if "/" in row.received_at]),
        (Mark.TIME_UNREADABLE, [row for row in rows if row.received_at.startswith("#")]),
        (Mark.UNKNOWN_SOURCE, [row for row in rows if row.source_code.startswith("LOC")]),
        (
            Mark.DECIDED_BEFORE_RECEIVED,
            [row for row in rows if "T" in row.received_at and "" < row.decided_at < row.received_at],
        ),
    ):
        assert {name for name, contact in found.items() if mark in contact.marks} == {row.contact_id for row in spoilt}
        assert spoilt


def test_the_open_position_of_the_store_is_that_of_the_rows_and_later_decisions_close_it(
    tmp_path: Path, policy: Policy
) -> None:
    now = int(datetime(2026, 6, 4, 16, 30, tzinfo=LONDON).timestamp())
    rows = list(contacts(1, now - 30 * DAY, now, now, policy.calendar))
    still_open = {row.contact_id for row in rows if not row.decided_at}
    store = _imported(rows, tmp_path, now)
    assert {contact.contact_id for contact in store.contacts_open(now)} == still_open
    later = now + 60 * DAY
    store = _imported(list(contacts(1, now - 30 * DAY, now, later, policy.calendar)), tmp_path, later)
    assert still_open
    assert list(store.contacts_open(later)) == []


def _imported(rows: list[NativeRow], folder: Path, now: int) -> ContactStore:
    assert write_csv(folder / "hub.csv", rows) == len(rows)
    result = import_file(folder / "hub.csv", STORE, LONDON, folder, now)
    assert (result.rows, result.rejected) == (len(rows), ())
    return open_store(STORE, LONDON, folder)
