"""A published table is checked against itself and against the rows: each figure that does not follow is named."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from mash_monitor.domain.published import Checked, check, table_of
from mash_monitor.domain.scorecard import Scorecard
from tests.unit.counting.plain import scorecard
from tests.unit.domain.hubs import DAY_LONG, at, office
from tests.unit.domain.test_measures import ONE_DAY, contact
from tests.unit.domain.test_suppression import QUARTER

PUBLISHED = Path(__file__).parents[2] / "data" / "herefordshire-2019-20-q4.toml"


def card(number: int = 0) -> Scorecard:
    contacts = (contact("2026-02-02 09:00", "2026-02-02 10:00", source_group="Police") for _ in range(number))
    return scorecard(contacts, QUARTER, [DAY_LONG, ONE_DAY], office(), at("2026-04-10 00:00"))


def checked(text: str, found: Scorecard) -> dict[str, Checked]:
    return {one.place: one for one in check(table_of(tomllib.loads(text, parse_float=Decimal)), found)}


def test_three_figures_of_the_published_quarter_do_not_follow_from_its_own_parts() -> None:
    found = checked(PUBLISHED.read_text(encoding="utf-8"), card())
    wrong = {place: (str(one.printed), one.why) for place, one in found.items() if one.follows is False}
    assert wrong == {
        "period.conversion_to_referral_pct": ("16.39", "no whole number of 2,017 gives it: 330 is 16.36, 331 is 16.41"),
        "period.police_share_pct": ("54.43", "its own parts give 54.44"),
        "period.police_conversion_pct": ("5.90", "its own parts give 7.83"),
    }
    assert found["period.contacts"].parts == 2017
    assert found["period.one_day_year_to_date_pct"].follows is None


def test_figures_are_checked_against_the_rows() -> None:
    found = checked(
        "[period]\ncontacts = 8\nwithin_24_hours_pct = 100.0\nwithin_24_working_hours_pct = 3.1\nhorses = 3\n"
        "police_contacts = 7\nconversion_to_referral_pct = 12.5\n[[month]]\nmonth = '2026-02'\npolice_contacts = 7\n",
        card(7),
    )
    assert {place: one.follows for place, one in found.items()} == {
        "period.contacts": False, "period.within_24_hours_pct": True, "period.within_24_working_hours_pct": False,
        "period.horses": None, "period.police_contacts": True, "period.conversion_to_referral_pct": False,
        "2026-02.police_contacts": True,
    }  # fmt: skip
    assert found["period.contacts"].why == "the rows give 7"
    assert found["period.conversion_to_referral_pct"].why == "the rows give 0.0"
    assert found["period.within_24_working_hours_pct"].why == "no whole number of 8 gives it: 0 is 0.0, 1 is 12.5"


def test_a_share_that_no_whole_number_of_contacts_makes_is_named() -> None:
    found = checked("[period]\npolice_contacts = 3\npolice_share_pct = 66.0\n", card())
    assert found["period.police_share_pct"].why == "3 are this share of no whole number of contacts"


@pytest.mark.parametrize(("text", "said"), [("", "neither"), ("[quarter]\n[[month]]\npolice_contacts = 1\n", "month")])
def test_what_is_no_table_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table_of(tomllib.loads(text))
