"""Sources, outcomes and texts as other systems write them."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.contacts import outcomes, sources
from mash_monitor.contacts.outcomes import OPEN, UNCLEAR, OutcomeReading, read_flags, read_json, read_words
from mash_monitor.contacts.sources import Source, find
from mash_monitor.contacts.text import ID_LIMIT, clean, clean_id, shape
from mash_monitor.domain.contact import Mark, Outcome


def test_the_table_of_the_department_is_whole() -> None:
    assert len(sources.CODES) == 22
    assert len(sources.GROUPS) == 11
    assert sources.CODES["10"][0] == "Unknown"


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("6", None, Source("6", "Police")),
        ("06", None, Source("6", "Police")),
        ("3a", "anything", Source("3A", "Health services")),
        ("q) 6: Police", None, Source("6", "Police")),
        (None, "q) 6: Police", Source("6", "Police")),
        (None, "POLICE", Source("6", "Police")),
        (None, "Health Visitor", Source("3B", "Health services")),
        (None, "Social care, for example adult social care", Source("5A", "LA services")),
        (None, "schools", Source("2A", "Schools")),
        ("10", None, Source("10", "Unknown")),
        ("4711", "Police", Source("6", "Police")),
        ("4711", None, None),
        (None, "a neighbour of Jane", None),
        (None, None, None),
        (None, "6", None),
    ],
)
def test_a_source_is_found_by_code_or_description(code: str | None, words: str | None, expected: Source | None) -> None:
    assert find(code, words, {}, trust_code=True) == expected


def test_where_codes_may_be_the_suppliers_own_the_description_is_believed() -> None:
    assert find("6", "Schools", {}, trust_code=False) == Source("2A", "Schools")
    assert find("6", "Something local", {}, trust_code=False) is None
    assert find("6", None, {}, trust_code=False) == Source("6", "Police")


def test_a_hubs_own_mapping_wins() -> None:
    local = sources.local_names({"plc-7": "6", "Front Door": "LA services"})
    assert find("PLC 7", "Schools", local, trust_code=True) == Source("6", "Police")
    assert find(None, "front door", local, trust_code=True) == Source(None, "LA services")
    with pytest.raises(ValueError, match="nowhere"):
        sources.local_names({"x": "nowhere"})


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("referral", Outcome.REFERRAL), ("NFA", Outcome.NFA), ("No Further Action", Outcome.NFA),
        ("Section 47", Outcome.CP_ENQUIRY), ("existing_referral", Outcome.EXISTING_REFERRAL),
        ("Information and Advice, New Referral", Outcome.REFERRAL), ("Early Help, NFA", Outcome.EARLY_HELP),
    ],
)  # fmt: skip
def test_obvious_words_are_outcomes_and_the_weightiest_counts(text: str, outcome: Outcome) -> None:
    assert read_words(text, {}) == OutcomeReading(outcome)


def test_an_unknown_word_is_another_outcome_and_counted() -> None:
    assert read_words("passed to panel", {}) == OutcomeReading(Outcome.OTHER, frozenset({Mark.UNKNOWN_OUTCOME}))
    assert read_words("Passed to Panel", outcomes.local_words({"passed_to_panel": "advice"})).outcome is Outcome.ADVICE


def test_flags_give_the_weightiest_outcome_and_none_is_open() -> None:
    assert read_flags({"NEW_REFERRAL_FLAG": "Y", "NFA_FLAG": "Y"}).outcome is Outcome.REFERRAL
    assert read_flags({"OUTCOME_CP_ENQUIRY_FLAG": "Y", "OUTCOME_NEW_REFERRAL_FLAG": "Y"}).outcome is Outcome.CP_ENQUIRY
    assert read_flags({"NFA_FLAG": "N", "COMMENTS": "Y"}) == OPEN
    assert read_flags({"MISSING_FLAG": "Y"}) == OPEN
    assert read_flags({"MISSING_FLAG": "Y", "NFA_FLAG": "Y"}) == UNCLEAR


def test_json_cut_off_at_4000_characters_still_gives_its_flags() -> None:
    whole = json.dumps({"NEW_REFERRAL_FLAG": "N", "NFA_FLAG": "Y", "COMMENTS": "x" * 5000})
    assert read_json(whole, {}) == read_json(whole[:4000], {}) == OutcomeReading(Outcome.NFA)


def test_comments_are_never_taken_for_flags() -> None:
    forged = '{"NFA_FLAG": "N", "COMMENTS": "he wrote "NEW_REFERRAL_FLAG": "Y" on it'
    assert read_json(forged, {}) == OPEN
    assert read_json(json.dumps({"NFA_FLAG": "N", "COMMENTS": '"NEW_REFERRAL_FLAG": "Y"'}), {}) == OPEN


@pytest.mark.parametrize("text", ["{", '{"COMMENTS": "NFA', "free words about Jane", '"', "[" * 100_000])
def test_an_outcome_that_cannot_be_read_is_open_and_marked(text: str) -> None:
    assert read_json(text, {}) == UNCLEAR


@pytest.mark.parametrize("value", ["", "{}", "[]", {}, [], "nfa"])
def test_json_may_be_empty_or_already_parsed_or_plain_words(value: object) -> None:
    reading = read_json(value, {}) if value else OPEN
    assert reading == (OutcomeReading(Outcome.NFA) if value == "nfa" else OPEN)


@given(st.text() | st.from_regex(r'\{("[A-Z_]{1,20}FLAG": ?"[YN]",? ?){0,4}.*', fullmatch=True))
def test_no_outcome_makes_a_reader_fall(text: str) -> None:
    read_json(text, {})
    read_words(text, {})


@pytest.mark.parametrize(
    ("value", "text", "cleaned"),
    [
        (" C1 ", "C1", False), (10234.0, "10234", False), (Decimal("10234.00"), "10234", False), (7, "7", False),
        (b"C1", "C1", False), (b"\xff1", "\\xff1", True), ("A\x00B\nC", "AB C", True), ("\u202e1", "1", True),
        ("   ", None, False), ("\x00", None, True), (None, None, False), (Decimal("1E+999999"), "1E+999999", False),
        ("\ud800x", "x", True),
    ],
)  # fmt: skip
def test_values_become_clean_text(value: object, text: str | None, cleaned: bool) -> None:
    assert clean(value) == (text, cleaned)


def test_an_over_long_text_is_cut_and_two_over_long_ids_stay_two() -> None:
    assert clean("x" * 300) == ("x" * 255, True)
    one, other = clean_id("x" * 300 + "1"), clean_id("x" * 300 + "2")
    assert one != other
    assert one[1]
    assert len(one[0] or "") == ID_LIMIT


def test_a_shape_says_nothing_of_a_value() -> None:
    assert shape("Jane Doe 07/03") == "Aaaa Aaa 99/99"
    assert shape("Zoë Łuk") == "Aaa Aaa"
    assert shape("") == shape(None) == "empty"
    assert len(shape("x" * 1000)) == 40
