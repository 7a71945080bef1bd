"""One raw row to one row of the domain; in doubt it is watched."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash_monitor.contacts import SetAside, StoreMisconfigured, StoreSettings
from mash_monitor.contacts.presets import PRESETS, preset_named
from mash_monitor.contacts.rows import RowParser, contact_id, fingerprints
from mash_monitor.contacts.vocabulary import Vocabulary
from mash_monitor.domain.contact import Mark, Outcome, Precision, Row, Span

LONDON = ZoneInfo("Europe/London")
NOW = int(datetime(2026, 3, 6, 12, 0, tzinfo=UTC).timestamp())
HOUR = 3600
FINGERPRINT = 3294221544667534456


def parser(preset: str = "native", **settings: Any) -> RowParser:
    words = Vocabulary(StoreSettings("sqlite:///x.db"), PRESETS[preset])
    return RowParser("the store", LONDON, words, **settings)


def raw(**values: object) -> tuple[object, ...]:
    names = (
        "contact_id",
        "person_id",
        "received_at",
        "decided_at",
        "source_code",
        "source_desc",
        "risk",
        "team",
        "outcome",
    )
    return tuple(
        ({"contact_id": "C1", "received_at": "2026-03-06 10:00", "source_code": "6"} | values).get(name)
        for name in names
    )


def parsed(how: RowParser | None = None, **values: object) -> Row:
    row = (how or parser()).parse(raw(**values), NOW)
    assert isinstance(row, Row)
    return row


def test_a_plain_row_has_no_marks() -> None:
    row = parsed(person_id="P1", risk="Red", decided_at="2026-03-06 11:00", outcome="nfa")
    assert row.marks == frozenset()
    assert (row.received, row.decided) == (NOW - 2 * HOUR, Span(NOW - HOUR, NOW - HOUR))
    assert (row.risk, row.source_group, row.outcome) == ("red", "Police", Outcome.NFA)


@pytest.mark.parametrize("value", [None, "", "  ", "\x00", b" "], ids=repr)
def test_only_a_row_without_an_id_is_set_aside(value: object) -> None:
    found = parser().parse(raw(contact_id=value), NOW)
    assert isinstance(found, SetAside)
    assert (found.column, found.reason) == ("contact_id", "no contact id")


@pytest.mark.parametrize("value", [None, "", "soon", "1900-01-01", "2026-03-06 12:06", "31/31/2026"])
def test_a_received_time_that_is_missing_unreadable_or_to_come_is_watched(value: object) -> None:
    row = parsed(received_at=value)
    assert (row.received, row.precision, row.decided) == (None, Precision.UNREADABLE, None)
    assert Mark.TIME_UNREADABLE in row.marks


def test_five_minutes_of_two_clocks_apart_are_borne() -> None:
    assert parsed(received_at="2026-03-06 12:05").received == NOW + 300


def test_a_time_after_the_import_that_brought_it_is_wrong_for_good() -> None:
    row = parser(embedded=True).parse((*raw(), NOW - 3 * HOUR, None, None, 0), NOW)
    assert isinstance(row, Row)
    assert row.received is None


def test_a_date_counts_from_its_first_minute() -> None:
    row = parsed(received_at="06/03/2026")
    assert (row.received, row.precision, row.marks) == (NOW - 12 * HOUR, Precision.DATE, frozenset({Mark.DATE_ONLY}))


def test_a_decision_known_by_its_date_is_an_interval_clipped_at_receipt() -> None:
    row = parsed(decided_at="2026-03-06")
    assert row.decided == Span(NOW - 2 * HOUR, NOW)  # it can be read, so it has been made by now


def test_a_decision_in_the_repeated_hour_is_an_interval() -> None:
    row = parsed(received_at="2025-10-25 10:00", decided_at="2025-10-26 01:30")
    assert row.decided is not None
    assert row.decided.latest - row.decided.earliest == HOUR


def test_a_decision_before_receipt_is_a_decision_whose_time_is_not_trusted() -> None:
    row = parsed(decided_at="2026-03-06 09:00")
    assert row.decided == Span(NOW - 2 * HOUR, NOW - 2 * HOUR)
    assert row.marks == {Mark.DECIDED_BEFORE_RECEIVED}


@pytest.mark.parametrize("value", ["yes", "31/02/2026", "1900-01-01 00:00"])
def test_a_decision_that_cannot_be_read_leaves_the_row_open(value: str) -> None:
    row = parsed(decided_at=value, outcome="nfa")
    assert (row.decided, row.marks) == (None, frozenset({Mark.DECISION_UNREADABLE}))


def test_an_outcome_without_a_time_is_open_where_the_store_has_times() -> None:
    assert parsed(outcome="nfa").decided is None


def test_an_outcome_without_a_time_is_a_decision_since_receipt_where_the_store_has_none() -> None:
    how = parser("ssd", observed=True)
    assert parsed(how, outcome='{"NFA_FLAG": "Y"}').decided == Span(NOW - 2 * HOUR, NOW)
    assert parsed(how, outcome='{"NFA_FLAG": "N"}').decided is None
    unclear = parsed(how, outcome='{"NFA')
    assert (unclear.decided, unclear.marks) == (None, frozenset({Mark.DECISION_UNREADABLE}))


def test_sightings_of_imports_bound_a_decision() -> None:
    row = parser(embedded=True).parse((*raw(decided_at="2026-03-06 11:30"), NOW, NOW - HOUR, NOW - HOUR // 2, 0), NOW)
    assert isinstance(row, Row)
    assert row.decided == Span(NOW - HOUR, NOW - HOUR // 2)


def test_a_volume_only_row_is_never_open() -> None:
    row = parser(embedded=True).parse((*raw(received_at="rubbish"), NOW, None, None, 1), NOW)
    assert isinstance(row, Row)
    assert row.decided is not None
    assert Mark.VOLUME_ONLY in row.marks


@pytest.mark.parametrize(
    ("value", "risk"), [("AMBER", "amber"), ("", "unrated"), (None, "unrated"), ("purple", "unmapped")]
)
def test_a_risk_is_one_of_ours_unrated_or_unmapped(value: object, risk: str) -> None:
    row = parsed(risk=value)
    assert row.risk == risk
    assert (Mark.UNKNOWN_RISK in row.marks) == (risk == "unmapped")


def test_a_cleaned_row_is_marked() -> None:
    assert Mark.CLEANED in parsed(team="a\x00b").marks


@pytest.mark.parametrize(
    ("key", "mapping"), [("outcomes", {"x": "won"}), ("sources", {"x": "Venus"}), ("risks", {"x": "purple"})]
)
def test_a_word_mapped_to_nowhere_is_refused_with_what_is_possible(key: str, mapping: dict[str, str]) -> None:
    with pytest.raises(StoreMisconfigured, match=rf"store.{key}: .*expected one of .*Remedy"):
        Vocabulary(StoreSettings("sqlite:///x.db", **{key: mapping}), PRESETS["native"])  # type: ignore[arg-type]


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(StoreMisconfigured, match="did you mean 'liquidlogic'"):
        preset_named("liquidlogik")


def test_a_fingerprint_is_signed_and_stable_between_processes() -> None:
    same, other = fingerprints([("C1", None, 1), ("C1", None, 2)])
    assert (same, other == same) == (FINGERPRINT, False)


anything: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.text(max_size=300), st.binary(max_size=20), st.integers(), st.floats(), st.decimals(), st.booleans(),
    st.datetimes(), st.dates(), st.uuids(), st.sampled_from(["2026-03-06", "06/03/2026 10:00", "6", "nfa", "-1", "{"]),
)  # fmt: skip


@settings(max_examples=7_500, deadline=None)
@given(st.tuples(*[anything] * 9), st.sampled_from(sorted(PRESETS)), st.booleans())
def test_every_row_is_read_or_set_aside_whatever_it_holds(row: tuple[Any, ...], preset: str, observed: bool) -> None:
    found = PARSERS[preset, observed].parse(row, NOW)
    assert isinstance(found, SetAside) == (contact_id(row) is None)
    if isinstance(found, Row):
        assert found.contact_id == contact_id(row)
        assert (found.received is None) == (found.precision is Precision.UNREADABLE)
        assert found.decided is None or found.decided.earliest <= found.decided.latest
        assert -(2**63) <= fingerprints([row])[0] < 2**63
        found.contact_id.encode()


PARSERS = {(preset, observed): parser(preset, observed=observed) for preset in PRESETS for observed in (True, False)}
