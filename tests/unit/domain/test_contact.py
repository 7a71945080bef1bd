"""One contact of its rows, one per child; and a received time that lies in the future."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.contact import (
    FUTURE_TOLERANCE,
    NO_PERSON,
    RISKS,
    UNKNOWN_GROUP,
    UNMAPPED,
    UNRATED,
    Mark,
    Outcome,
    Precision,
    Row,
    Span,
    distrust_future,
    merge,
    strictest,
)
from tests.unit.domain.hubs import HOUR, at

MORNING, NOON, EVENING = at("2026-03-05 09:00"), at("2026-03-05 12:00"), at("2026-03-05 18:00")
CHILD = Row("C-1", person_id="p1", received=NOON, source_code="6", source_group="Police", team="North")


def exactly(instant: int) -> Span:
    return Span(instant, instant)


def test_one_row_is_one_contact_with_one_child() -> None:
    contact = merge([replace(CHILD, worker="w1", outcome=Outcome.REFERRAL, decided=exactly(EVENING))])
    assert (contact.contact_id, contact.children, contact.persons) == ("C-1", 1, ("p1",))
    assert (contact.received, contact.decided) == (NOON, exactly(EVENING))
    assert (contact.team, contact.worker, contact.outcome, contact.converted) == (
        "North",
        "w1",
        Outcome.REFERRAL,
        True,
    )


@pytest.mark.parametrize(
    ("persons", "children", "known"),
    [
        (["p1", "p2"], 2, ("p1", "p2")),
        (["p1", "p1"], 1, ("p1",)),  # the same child twice
        (["p1", NO_PERSON], 1, ("p1",)),
        ([NO_PERSON, NO_PERSON], 0, ()),
        ([NO_PERSON], 0, ()),
        ([None, None, "p1"], 3, ("p1",)),  # without an id each row is a child of its own
        ([None], 1, ()),
        (["", "p1"], 2, ("p1",)),
        ([""], 1, ()),
    ],
)
def test_children_are_counted_by_person(persons: list[str | None], children: int, known: tuple[str, ...]) -> None:
    contact = merge([replace(CHILD, person_id=person) for person in persons])
    assert (contact.children, contact.persons) == (children, known)


def test_siblings_make_one_contact_received_when_the_first_was() -> None:
    contact = merge([CHILD, replace(CHILD, person_id="p2", received=MORNING)])
    assert (contact.received, contact.children) == (MORNING, 2)


@pytest.mark.parametrize(
    ("decisions", "decided"),
    [
        ([exactly(NOON), None], None),  # open while any child is
        ([None, None], None),
        ([exactly(NOON), exactly(EVENING)], exactly(EVENING)),
        ([exactly(EVENING), exactly(NOON)], exactly(EVENING)),
        ([Span(MORNING, NOON), exactly(EVENING)], exactly(EVENING)),
        ([Span(MORNING, EVENING), exactly(NOON)], Span(NOON, EVENING)),
    ],
)
def test_a_contact_is_decided_when_all_its_rows_are_at_the_latest(
    decisions: list[Span | None], decided: Span | None
) -> None:
    assert merge([replace(CHILD, decided=decision) for decision in decisions]).decided == decided


@pytest.mark.parametrize(
    ("risks", "strict"),
    [
        (["green", "red", UNRATED], "red"),
        ([UNRATED, "green"], UNRATED),
        ([UNRATED, "amber"], "amber"),
        (["blue", "green"], "green"),
        ([UNMAPPED, "red"], UNMAPPED),
        (["purple", "red"], "purple"),  # nobody knows what it means: in doubt the strictest
    ],
)
def test_the_strictest_risk_counts(risks: list[str], strict: str) -> None:
    assert merge([replace(CHILD, risk=risk) for risk in risks]).risk == strictest(risks) == strict


@pytest.mark.parametrize(
    ("outcomes", "outcome", "converted"),
    [
        ([Outcome.NFA, Outcome.REFERRAL], Outcome.REFERRAL, True),
        ([Outcome.CP_ENQUIRY, Outcome.REFERRAL], Outcome.CP_ENQUIRY, True),
        ([Outcome.NFA, Outcome.ADVICE], Outcome.ADVICE, False),
        ([None, Outcome.NFA], Outcome.NFA, False),
        ([None, None], None, False),
        ([Outcome.EXISTING_REFERRAL, Outcome.NFA], Outcome.EXISTING_REFERRAL, False),
    ],
)
def test_a_contact_is_converted_if_any_row_converts(
    outcomes: list[Outcome | None], outcome: Outcome | None, *, converted: bool
) -> None:
    contact = merge([replace(CHILD, outcome=found) for found in outcomes])
    assert (contact.outcome, contact.converted) == (outcome, converted)


def test_every_team_is_kept_once_and_no_team_is_none() -> None:
    teams = ["North", None, "South", "North"]
    assert merge([replace(CHILD, team=team) for team in teams]).team == "North, South"
    assert merge([replace(CHILD, team=None), replace(CHILD, team=None)]).team is None
    assert merge([replace(CHILD, team=None)]).teams == ()


def test_a_bad_sibling_row_marks_the_contact_and_never_removes_it() -> None:
    bad = Row("C-1", "p2", None, Precision.UNREADABLE, marks=frozenset({Mark.TIME_UNREADABLE, Mark.CLEANED}))
    contact = merge([bad, CHILD])
    assert (contact.received, contact.precision) == (NOON, Precision.MINUTE)
    assert contact.marks == {Mark.BAD_SIBLING, Mark.CLEANED}
    assert contact.children == 2


def test_a_contact_none_of_whose_rows_can_be_read_is_unreadable() -> None:
    bad = Row("C-1", "p1", None, Precision.UNREADABLE, marks=frozenset({Mark.TIME_UNREADABLE}))
    contact = merge([bad, replace(bad, person_id="p2")])
    assert (contact.received, contact.precision) == (None, Precision.UNREADABLE)
    assert contact.marks == {Mark.TIME_UNREADABLE}


@pytest.mark.parametrize(
    ("day", "precision", "marks"),
    [
        (at("2026-03-05"), Precision.DATE, {Mark.DATE_ONLY}),  # the date alone may be the earlier one
        (at("2026-03-06"), Precision.MINUTE, set()),
    ],
)
def test_a_date_without_a_time_counts_from_its_first_minute(day: int, precision: Precision, marks: set[Mark]) -> None:
    dated = Row("C-1", "p2", day, Precision.DATE, marks=frozenset({Mark.DATE_ONLY}))
    contact = merge([CHILD, dated])
    assert (contact.received, contact.precision) == (min(day, NOON), precision)
    assert contact.marks == marks


def test_of_a_date_and_a_time_at_the_same_instant_the_doubtful_one_counts() -> None:
    midnight = at("2026-03-05")
    dated = Row("C-1", "p2", midnight, Precision.DATE, marks=frozenset({Mark.DATE_ONLY}))
    for rows in ([replace(CHILD, received=midnight), dated], [dated, replace(CHILD, received=midnight)]):
        assert merge(rows).precision is Precision.DATE


def test_a_known_source_of_any_row_is_the_source_of_the_contact() -> None:
    unknown = Row("C-1", "p2", MORNING, source_code="99", marks=frozenset({Mark.UNKNOWN_SOURCE}))
    contact = merge([unknown, CHILD])
    assert (contact.source_code, contact.source_group, contact.marks) == ("6", "Police", frozenset())
    contact = merge([unknown, replace(unknown, person_id="p3")])
    assert (contact.source_code, contact.source_group) == ("99", UNKNOWN_GROUP)
    assert contact.marks == {Mark.UNKNOWN_SOURCE}


@pytest.mark.parametrize(
    ("decided", "is_open"),
    [
        (None, True),
        (exactly(NOON), False),
        (exactly(NOON + 1), True),
        (Span(MORNING, NOON), False),
        (Span(MORNING, EVENING), True),  # in doubt it is open, so that it stays watched
    ],
)
def test_a_contact_is_open_until_it_is_surely_decided(decided: Span | None, *, is_open: bool) -> None:
    assert merge([replace(CHILD, decided=decided)]).is_open(NOON) is is_open


@pytest.mark.parametrize("ahead", [-HOUR, 0, FUTURE_TOLERANCE])
def test_a_clock_that_runs_a_little_fast_is_trusted(ahead: int) -> None:
    contact = merge([CHILD])
    assert distrust_future(contact, NOON - ahead) is contact


def test_a_received_time_in_the_future_is_unreadable_for_good() -> None:
    contact = merge([replace(CHILD, precision=Precision.DATE, marks=frozenset({Mark.DATE_ONLY}))])
    distrusted = distrust_future(contact, NOON - FUTURE_TOLERANCE - 1)
    assert (distrusted.received, distrusted.precision) == (None, Precision.UNREADABLE)
    assert distrusted.marks == {Mark.TIME_UNREADABLE}
    assert distrust_future(distrusted, EVENING) is distrusted


readable_rows = st.builds(
    Row,
    contact_id=st.just("C-1"),
    person_id=st.sampled_from(["p1", "p2", "p3", NO_PERSON]),
    received=st.integers(MORNING, EVENING),
    decided=st.none() | st.integers(MORNING, EVENING).map(exactly),
    risk=st.sampled_from(RISKS),
    team=st.none() | st.sampled_from(["North", "South"]),
    outcome=st.none() | st.sampled_from(Outcome),
)


@given(readable_rows)
def test_a_row_given_twice_says_no_more_than_once(row: Row) -> None:
    assert merge([row, row]) == merge([row])


@given(
    st.lists(readable_rows, min_size=1, max_size=5).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(rows))
    )
)
def test_the_order_of_rows_changes_nothing_that_matters(rows: tuple[list[Row], list[Row]]) -> None:
    one, other = merge(rows[0]), merge(rows[1])
    assert (one.received, one.decided, one.risk, one.outcome, one.converted, one.children) == (
        other.received,
        other.decided,
        other.risk,
        other.outcome,
        other.converted,
        other.children,
    )
    assert set(one.teams) == set(other.teams)
    assert set(one.persons) == set(other.persons)
