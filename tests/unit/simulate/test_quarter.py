"""The published quarter, counted back from the rows that were made to give it."""

from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.contact import Outcome, Row, Span, merge
from mash_monitor.domain.period import Period
from mash_monitor.domain.rating import Policy
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.simulate.native import NativeRow, write_csv
from mash_monitor.simulate.quarter import published_quarter
from tests.unit.counting.plain import scorecard
from tests.unit.simulate.plain_count import LONDON, contacts_of, spoilt

ROWS = list(published_quarter())
CONTACTS = contacts_of(ROWS)


def test_it_has_as_many_contacts_as_were_published_in_total_and_by_month() -> None:
    assert len(CONTACTS) == 2017
    assert Counter(seen.received.month for seen in CONTACTS) == {1: 666, 2: 624, 3: 727}


def test_it_has_as_many_police_contacts_as_were_published_by_month() -> None:
    assert Counter(seen.received.month for seen in CONTACTS if seen.from_police) == {1: 356, 2: 324, 3: 418}


def test_it_has_as_many_police_referrals_as_follow_from_the_published_months() -> None:
    referred = [seen for seen in CONTACTS if seen.from_police and seen.converted]
    assert Counter(seen.received.month for seen in referred) == {1: 32, 2: 25, 3: 29}


def test_331_contacts_convert_which_is_the_nearest_to_the_published_share() -> None:
    converted = sum(seen.converted for seen in CONTACTS)
    assert converted == 331
    assert min(range(2018), key=lambda number: abs(number / 2017 - 0.1639)) in (330, 331)
    assert round(100 * converted / 2017, 2) == 16.41


def test_44_percent_are_decided_within_24_hours_and_88_within_one_working_day() -> None:
    assert sum(seen.within_24_hours for seen in CONTACTS) == 887
    assert sum(seen.within_one_working_day for seen in CONTACTS) == 1775
    assert (f"{887 / 20.17:.1f}", f"{1775 / 20.17:.1f}") == ("44.0", "88.0")


def test_every_contact_is_decided_after_it_came_and_in_staffed_hours(calendar: Calendar) -> None:
    for seen in CONTACTS:
        assert seen.decided is not None
        assert seen.decided > seen.received
        assert calendar.is_open(int(seen.decided.timestamp()))


def test_no_row_is_spoilt_and_siblings_share_all_but_the_child() -> None:
    assert not any(spoilt(row) for row in ROWS)
    children: dict[str, list[NativeRow]] = defaultdict(list)
    for row in ROWS:
        children[row.contact_id].append(row)
    for rows in children.values():
        assert len({row._replace(person_id="") for row in rows}) == 1
        assert len({row.person_id for row in rows}) == len(rows)
    assert max(map(len, children.values())) > 1


def test_it_comes_in_order_of_receipt_and_is_the_same_at_each_call(tmp_path: Path) -> None:
    assert [row.received_at for row in ROWS] == sorted(row.received_at for row in ROWS)
    for name in ("one.csv", "other.csv"):
        write_csv(tmp_path / name, published_quarter())
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


@pytest.fixture(scope="module")
def card(policy: Policy) -> Scorecard:
    """The quarter's scorecard, with rows handed over as a reader would."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for native in ROWS:
        decided = _instant(native.decided_at)
        rows[native.contact_id].append(
            Row(
                native.contact_id,
                native.person_id,
                _instant(native.received_at),
                decided=Span(decided, decided),
                source_code=native.source_code,
                source_group="Police" if native.source_code == "6" else "Other",
                outcome=Outcome(native.outcome),
            )
        )
    quarter = Period(date(2020, 1, 1), date(2020, 3, 31), "2019-20-Q4")
    year_later = quarter.bounds(policy.calendar)[1] + 365 * 86_400
    return scorecard(map(merge, rows.values()), quarter, policy.timescales, policy.calendar, year_later)


def test_the_scorecard_gives_the_published_figures_back(card: Scorecard) -> None:
    assert (card.total.contacts, card.total.referrals, card.total.conversion_pct) == (2017, 331, 16.41)
    assert [tally.pct for tally in card.total.tallies if tally] == [43.98, 88.0]
    assert [tally.received for tally in card.total.tallies if tally] == [2017, 2017]
    months = [figures for _, figures in card.months]
    assert [figures.contacts for figures in months] == [666, 624, 727]
    assert [figures.groups["Police"].contacts for figures in months] == [356, 324, 418]
    assert [figures.groups["Police"].conversion_pct for figures in months] == [8.99, 7.72, 6.94]


def _instant(local: str) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=LONDON).timestamp())
