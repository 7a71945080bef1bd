"""A published table is checked against itself and against the rows: each figure that does not follow is named."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.contact import Contact, Outcome
from mash_monitor.domain.printed import nearest, percentage, rounded
from mash_monitor.domain.published import Answer, Checked, check, table_of
from mash_monitor.domain.scorecard import Scorecard
from tests.unit.counting.plain import scorecard
from tests.unit.domain.hubs import DAY_LONG, at, office
from tests.unit.domain.test_measures import ONE_DAY, contact
from tests.unit.domain.test_suppression import QUARTER

PUBLISHED = Path(__file__).parents[2] / "data" / "herefordshire-2019-20-q4.toml"
FOLLOWS, WRONG, UNCHECKED, UNKNOWN = Answer.FOLLOWS, Answer.DOES_NOT_FOLLOW, Answer.NOT_CHECKED, Answer.UNKNOWN


def counted(contacts: Iterable[Contact], now: str = "2026-04-10 00:00") -> Scorecard:
    """A quarter of a hub whose store cannot tell how far back it reaches."""
    found = scorecard(contacts, QUARTER, [DAY_LONG, ONE_DAY], office(), at(now))
    return replace(found, reach=replace(found.reach, since=None))


def card(number: int = 0) -> Scorecard:
    return counted(
        contact("2026-02-02 09:00", "2026-02-02 10:00", source_group="Police", persons=("p1",)) for _ in range(number)
    )


def doubtful(in_time: int, uncertain: int, late: int) -> Scorecard:
    """Contacts of which it is known that so many were decided in time, and so many late, within a day."""
    decided: dict[str | tuple[str, str], int] = {
        "2026-02-02 10:00": in_time,
        ("2026-02-02 10:00", "2026-02-27 10:00"): uncertain,
        "2026-02-27 10:00": late,
    }
    return counted(
        contact("2026-02-02 09:00", when, source_group="Police") for when, number in decided.items()
        for _ in range(number)
    )  # fmt: skip


def checked(text: str, found: Scorecard) -> dict[str, Checked]:
    return {one.place: one for one in check(table_of(tomllib.loads(text, parse_float=Decimal)), found)}


def of_period(line: str, found: Scorecard) -> Checked:
    """What is found of the last figure of a period."""
    return list(checked(f"[period]\n{line}\n", found).values())[-1]


def test_three_figures_of_the_published_quarter_do_not_follow_from_its_own_parts() -> None:
    found = checked(PUBLISHED.read_text(encoding="utf-8"), card())
    wrong = {place: (str(one.printed), one.why) for place, one in found.items() if one.amiss}
    assert wrong == {
        "period.conversion_to_referral_pct": ("16.39", "no whole number of 2,017 gives it: 330 is 16.36, 331 is 16.41"),
        "period.police_share_pct": ("54.43", "its own parts give 54.44"),
        "period.police_conversion_pct": ("5.90", "its own parts give 7.83"),
    }
    assert found["period.contacts"].parts == 2017
    assert found["period.one_day_year_to_date_pct"].answer is UNCHECKED


def test_figures_of_a_month_are_checked_by_the_parts_beside_them_even_where_those_were_not_printed() -> None:
    text = PUBLISHED.read_text(encoding="utf-8")
    january = {place: one for place, one in checked(text, card()).items() if place.startswith("2020-01")}
    assert {place: (one.parts, one.answer) for place, one in january.items()} == {
        "2020-01.police_contacts": (None, UNCHECKED),
        "2020-01.police_share_pct": (Decimal("53.45"), FOLLOWS),
        "2020-01.police_conversion_pct": (Decimal("8.99"), FOLLOWS),
    }
    misprinted = checked(text.replace("53.45\n", "53.54\n", 1), card())["2020-01.police_share_pct"]
    assert (misprinted.answer, misprinted.why) == (WRONG, "its own parts give 53.45")


def test_figures_are_checked_against_the_rows() -> None:
    found = checked(
        "[period]\ncontacts = 8\nwithin_24_hours_pct = 100.0\nwithin_one_working_day_pct = 3.1\n"
        "police_contacts = 7\nconversion_to_referral_pct = 12.5\n[[month]]\nmonth = '2026-02'\npolice_contacts = 7\n",
        card(7),
    )
    assert {place: one.answer for place, one in found.items()} == {
        "period.contacts": WRONG, "period.within_24_hours_pct": FOLLOWS, "period.within_one_working_day_pct": WRONG,
        "period.police_contacts": FOLLOWS, "period.conversion_to_referral_pct": WRONG,
        "2026-02.police_contacts": FOLLOWS,
    }  # fmt: skip
    assert found["period.contacts"].why == "the rows give 7"
    assert found["period.conversion_to_referral_pct"].why == "the rows give 0.0"


def test_a_share_outside_the_bounds_that_the_rows_give_does_not_follow() -> None:
    found = doubtful(308, 2, 382)
    outside = of_period("contacts = 692\nwithin_24_hours_pct = 90.0", found)
    assert (outside.answer, str(outside.rows), outside.why) == (
        WRONG, "44.51 to 44.80", "the rows give 44.51 to 44.80",
    )  # fmt: skip
    inside = of_period("contacts = 692\nwithin_24_hours_pct = 44.65", found)
    assert (inside.answer, str(inside.rows), inside.why) == (FOLLOWS, "44.51 to 44.80", "within 44.51 to 44.80")


@pytest.mark.parametrize(
    ("printed", "answer"),
    [("44.50", WRONG), ("44.51", FOLLOWS), ("44.80", FOLLOWS), ("44.81", WRONG), ("44.5", FOLLOWS), ("44.9", WRONG),
     ("45", FOLLOWS), ("44", WRONG), ("44.509", FOLLOWS), ("44.508", WRONG)],
)  # fmt: skip
def test_bounds_are_as_precise_as_the_figure_was_printed(printed: str, answer: Answer) -> None:
    assert of_period(f"within_24_hours_pct = {printed}", doubtful(308, 2, 382)).answer is answer


def test_bounds_of_a_count_are_whole_numbers() -> None:
    found = doubtful(308, 2, 382)
    assert str(of_period("over_three_working_days = 384", found).rows) == "382 to 384"
    assert of_period("over_three_working_days = 385", found).answer is WRONG
    assert of_period("over_three_working_days_pct = 55.35", found).answer is FOLLOWS


def test_what_is_not_yet_due_is_left_out_of_a_share_in_time_as_in_the_scorecard() -> None:
    waiting = [contact("2026-03-31 18:00") for _ in range(28)]
    decided = [contact("2026-03-31 08:00", "2026-03-31 09:00") for _ in range(173)]
    late = [contact("2026-03-02 09:00", "2026-03-27 09:00") for _ in range(201)]
    found = counted([*waiting, *decided, *late], now="2026-03-31 19:00")
    assert found.total.contacts == 402
    follows = of_period("contacts = 402\nwithin_24_hours_pct = 46.26", found)
    assert (follows.answer, follows.rows and follows.rows.low) == (FOLLOWS, Decimal("46.26"))
    assert of_period("contacts = 402\nwithin_24_hours_pct = 43.03", found).why == "the rows give 46.26"


def test_without_rows_a_share_in_time_is_only_accused_where_no_number_of_contacts_that_were_due_makes_it() -> None:
    assert of_period("contacts = 402\nwithin_24_hours_pct = 46.26", card()).answer is UNCHECKED
    none = of_period("contacts = 8\nwithin_24_hours_pct = 3.1", card())
    assert (none.answer, none.why) == (WRONG, "no share of up to 8 contacts is that: the nearest is 0.0")
    assert of_period("contacts = 8\nwithin_24_hours_pct = 33.3", card()).answer is UNCHECKED
    assert of_period("within_24_hours_pct = 101.0", card()).why == "a share is from 0 to 100"


def test_a_table_may_say_itself_what_was_due() -> None:
    due = "contacts = 402\nwithin_24_hours_due = 374\n"
    assert of_period(f"{due}within_24_hours_pct = 46.26", card()).answer is UNCHECKED
    none = of_period(f"{due}within_24_hours_pct = 46.30", card())
    assert none.why == "no whole number of 374 gives it: 173 is 46.26, 174 is 46.52"
    parts = of_period(f"{due}within_24_hours_in_time = 173\nwithin_24_hours_pct = 46.52", card())
    assert parts.why == "its own parts give 46.26"


@given(st.integers(1, 40), st.integers(0, 2), st.data())
def test_a_share_is_accused_exactly_where_every_number_of_contacts_has_been_tried(
    most: int, decimals: int, data: st.DataObject
) -> None:
    share = Decimal(data.draw(st.integers(0, 100 * 10**decimals))).scaleb(-decimals)
    made = {rounded(percentage(part, whole), share) for whole in range(1, most + 1) for part in range(whole + 1)}
    closest = nearest(share, most)
    assert (closest is None) == (share in made)
    assert closest is None or closest in {Fraction(part, n) for n in range(1, most + 1) for part in range(n + 1)}


@pytest.mark.parametrize(
    ("line", "rows"),
    [("children = 980", "3"), ("repeats = 9", "2"), ("repeat_pct = 11.99", "40.00"), ("nfa = 9", "1"),
     ("nfa_pct = 21.00", "20.00"), ("open = 9", "1"), ("referrals = 9", "2"), ("conversion_pct = 41", "40"),
     ("over_three_working_days = 9", "1"), ("over_three_working_days_pct = 9.0", "20.0"), ("cp_enquiry = 9", "1"),
     ("police_referrals = 9", "2"), ("police_nfa_pct = 9.0", "33.3"), ("police_within_24_hours_pct = 9.0", "100.0"),
     ("schools_open = 9", "1")],
)  # fmt: skip
def test_whatever_the_scorecard_has_is_checked(line: str, rows: str) -> None:
    decided = {"decided": "2026-02-02 10:00", "source_group": "Police"}
    found = counted([
        contact("2026-02-02 08:00", **decided, outcome=Outcome.NFA, persons=("p1",)),
        contact("2026-02-02 09:00", **decided, outcome=Outcome.REFERRAL, converted=True, persons=("p1",)),
        contact("2026-02-02 09:30", **decided, outcome=Outcome.CP_ENQUIRY, converted=True, persons=("p1",)),
        contact("2026-02-03 09:00", "2026-02-04 08:00", source_group="Schools", persons=("p2",)),
        contact("2026-03-02 09:00", source_group="Schools", persons=("p3",)),
    ])  # fmt: skip
    one = of_period(line, found)
    assert (one.answer, str(one.rows), one.why) == (WRONG, rows, f"the rows give {rows}")
    assert of_period(f"{line.split(' =', maxsplit=1)[0]} = {rows}", found).answer is FOLLOWS


@pytest.mark.parametrize(
    ("line", "nearest_name"),
    [("contcats = 3", "contacts"), ("within_24_huors_pct = 3.0", "within_24_hours_pct"),
     ("polcie_contacts = 7", "police_contacts")],
)  # fmt: skip
def test_a_mistyped_figure_is_a_finding_and_told_what_it_may_have_been(line: str, nearest_name: str) -> None:
    one = of_period(line, card(7))
    assert (one.answer, one.amiss) == (UNKNOWN, True)
    assert one.why == f"the nearest known name is {nearest_name}"
    bogus = of_period("bogus = 3", card(7))
    assert (bogus.answer, bogus.why) == (UNKNOWN, "no known name is like it")


@given(*[st.decimals(-10, 999_999_999, places=places) for places in (0, 6, 2, 0)])
def test_no_table_of_nonsense_ends_in_an_error(
    contacts: Decimal, due: Decimal, share: Decimal, police: Decimal
) -> None:
    section = {"contacts": contacts, "within_24_hours_due": due, "police_contacts": police}
    shares = {"within_24_hours_pct": share, "police_share_pct": share, "over_three_working_days_pct": share}
    months = [{"month": f"2026-0{number}", **section, **shares} for number in (1, 2, 3)]
    for table in ({"period": {**section, **shares}}, {"period": shares, "month": months}):
        assert list(check(table_of(table), doubtful(1, 1, 1)))


def test_rows_that_do_not_reach_back_far_enough_for_a_figure_say_so_where_it_does_not_follow() -> None:
    found = card(7)
    found = replace(found, reach=replace(found.reach, since=date(2025, 11, 1)))
    assert of_period("repeats = 7", found).why == "the rows give 6 (the first of them is of 2025-11-01)"
    assert of_period("children = 7", found).why == "the rows give 1"
    found = replace(found, reach=replace(found.reach, since=date(2026, 2, 2)))
    assert of_period("children = 7", found).why == "the rows give 1 (the first of them is of 2026-02-02)"


def test_a_source_that_is_told_to_have_had_no_contact_need_not_be_in_the_rows() -> None:
    assert of_period("housing_contacts = 0", card(7)).answer is FOLLOWS


def test_months_that_are_not_all_of_the_period_say_nothing_of_its_sum() -> None:
    months = "[[month]]\nmonth = '2026-01'\npolice_contacts = 3\n"
    assert checked(f"[period]\npolice_contacts = 9\n{months}", card())["period.police_contacts"].answer is UNCHECKED
    every = "".join(months.replace("-01", f"-0{number}") for number in (1, 2, 3))
    assert checked(f"[period]\npolice_contacts = 9\n{every}", card())["period.police_contacts"].answer is FOLLOWS
    assert checked(f"[period]\nchildren = 9\n{every}", card())["period.children"].answer is UNCHECKED


def test_a_share_that_no_whole_number_of_contacts_makes_is_named() -> None:
    one = of_period("police_contacts = 3\npolice_share_pct = 66.0", card())
    assert one.why == "3 are this share of no whole number"
    assert of_period("police_contacts = 0\npolice_share_pct = 0.0", card()).answer is UNCHECKED
    assert of_period("contacts = 7.5", card()).why == "a count is a whole number"


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "neither"), ("[quarter]\n[[month]]\npolice_contacts = 1\n", "month"), ("[period]\ncontacts = nan\n", "NaN"),
     ("[period]\nrepeat_pct = 1.00000000000000000000000000001\n", "figure"), ("[period]\nopen = 1e9\n", "figure")],
)  # fmt: skip
def test_what_is_no_table_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table_of(tomllib.loads(text, parse_float=Decimal))
