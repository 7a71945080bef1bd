"""Shares in time, windows, periods and the scorecard: counted by hand first."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.contact import UNMAPPED, Contact, Mark, Precision, Row, Span, merge
from mash_monitor.domain.measures import (
    Due,
    Tally,
    Verdict,
    due,
    percent,
    verdict,
)
from mash_monitor.domain.timescale import Clock, Deadline, Timescale
from tests.unit.domain.hubs import DAY_LONG, HOUR, SHUT, at, office

ONE_DAY = Timescale("one working day", Clock.WORKING_DAYS, days=1, rates=False, target_pct=95)
HUB = office()
IN_TIME, LATE, NOT_YET_DUE, UNCERTAIN = Verdict.IN_TIME, Verdict.LATE, Verdict.NOT_YET_DUE, Verdict.UNCERTAIN


def contact(received: str, decided: str | tuple[str, str] | None = None, **facts: object) -> Contact:
    """One contact; `decided` as bounds where it is a pair."""
    bounds = (decided, decided) if isinstance(decided, str) else decided
    span = None if bounds is None else Span(at(bounds[0]), at(bounds[1]))
    return replace(merge([Row("C-1", "p1", at(received), decided=span)]), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, None),
        (0, 7, 0.0),
        (7, 7, 100.0),
        (10, 61, 16.39),
        (1, 3, 33.33),
        (2, 3, 66.67),
        (1, 800, 0.13),  # 0.125: half up, where rounding to even says 0.12
        (3, 800, 0.38),
        (201, 800, 25.13),  # 25.125
        (1099, 2017, 54.49),
        (888, 2017, 44.03),
    ],
)
def test_percentages_are_rounded_half_up_to_two_decimals(part: int, whole: int, said: float | None) -> None:
    assert percent(part, whole) == said


@given(st.integers(1, 10**7).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_percentages_agree_with_exact_arithmetic(shares: tuple[int, int]) -> None:
    part, whole = shares
    exact = Fraction(part * 100, whole)
    hundredths = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert percent(part, whole) == float(hundredths)


def test_a_share_has_bounds_and_is_null_where_anything_is_uncertain() -> None:
    tally = Tally()
    assert (tally.pct, tally.pct_low, tally.pct_high) == (None, None, None)
    for found in (IN_TIME, IN_TIME, LATE, NOT_YET_DUE):
        tally.add(found)
    assert (tally.received, tally.in_time, tally.late, tally.not_yet_due) == (4, 2, 1, 1)
    assert (tally.pct, tally.pct_low, tally.pct_high) == (66.67, 66.67, 66.67)
    tally.add(UNCERTAIN)
    assert (tally.pct, tally.pct_low, tally.pct_high) == (None, 50.0, 75.0)


@given(st.lists(st.sampled_from(Verdict)))
def test_what_is_certain_lies_between_the_bounds(verdicts: list[Verdict]) -> None:
    tally = Tally()
    for found in verdicts:
        tally.add(found)
    assert tally.received == tally.in_time + tally.late + tally.not_yet_due + tally.uncertain == len(verdicts)
    if tally.pct_low is None or tally.pct_high is None:
        assert tally.pct_low is tally.pct_high is tally.pct is None
    else:
        assert 0 <= tally.pct_low <= tally.pct_high <= 100
        assert tally.pct is None if tally.uncertain else tally.pct == tally.pct_low == tally.pct_high


# one contact against one timescale: due at 14:05 on Friday the 6th

DUE = Deadline(at("2026-03-06 14:05"))


@pytest.mark.parametrize(
    ("decided", "now", "found"),
    [
        (None, "2026-03-06 14:05", NOT_YET_DUE),
        (None, "2026-03-06 14:05:01", LATE),  # open past the deadline counts as late
        ("2026-03-06 14:05", "2026-03-09 09:00", IN_TIME),  # exactly at the deadline is in time
        ("2026-03-06 14:05:01", "2026-03-09 09:00", LATE),
        ("2026-03-06 14:05:01", "2026-03-06 14:00", NOT_YET_DUE),  # as it stood before it was decided
        ("2026-03-06 16:00", "2026-03-06 15:00", LATE),
        # an observed or date-only decision
        (("2026-03-06 08:30", "2026-03-06 12:30"), "2026-03-09 09:00", IN_TIME),
        (("2026-03-06 12:30", "2026-03-06 16:30"), "2026-03-09 09:00", UNCERTAIN),
        (("2026-03-06 14:05:01", "2026-03-06 16:30"), "2026-03-09 09:00", LATE),
        (("2026-03-06 00:00", "2026-03-06 23:59:59"), "2026-03-06 12:00", UNCERTAIN),
        (
            ("2026-03-06 00:00", "2026-03-06 23:59:59"),
            "2026-03-06 15:00",
            UNCERTAIN,
        ),  # not late: it is decided
        (("2026-03-05 00:00", "2026-03-05 23:59:59"), "2026-03-05 15:00", IN_TIME),
        (("2026-03-09 00:00", "2026-03-09 23:59:59"), "2026-03-09 15:00", LATE),
        (("2026-03-09 00:00", "2026-03-09 23:59:59"), "2026-03-06 12:00", NOT_YET_DUE),
    ],
)
def test_how_a_contact_stands(decided: str | tuple[str, str] | None, now: str, found: Verdict) -> None:
    assert verdict(contact("2026-03-05 14:05", decided), Due(DUE, DUE), at(now)) is found


@pytest.mark.parametrize(
    ("now", "decided", "found"),
    [
        ("2026-03-06 00:00", None, NOT_YET_DUE),
        ("2026-03-06 00:00:01", None, UNCERTAIN),  # late if it came in the first minute
        ("2026-03-06 23:59:59", None, UNCERTAIN),
        ("2026-03-07 00:00:00", None, LATE),
        ("2026-03-09 12:00", "2026-03-06 00:00", IN_TIME),
        ("2026-03-09 12:00", "2026-03-06 12:00", UNCERTAIN),
        ("2026-03-09 12:00", "2026-03-07 00:00", LATE),
    ],
)
def test_a_date_without_a_time_has_two_deadlines(now: str, decided: str | None, found: Verdict) -> None:
    dated = contact("2026-03-05 00:00", decided, precision=Precision.DATE)
    bounds = due(dated, DAY_LONG, HUB)
    assert bounds == Due(Deadline(at("2026-03-06 00:00")), Deadline(at("2026-03-06 23:59:59")))
    assert verdict(dated, bounds, at(now)) is found


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-05", 24)])
def test_a_date_lasts_as_long_as_it_really_does(day: str, hours: int) -> None:
    bounds = due(contact(day, precision=Precision.DATE), DAY_LONG, HUB)
    assert bounds is not None
    assert bounds.latest.at - bounds.earliest.at == hours * HOUR - 1


def test_a_decision_before_receipt_is_decided_but_counts_as_uncertain() -> None:
    doubtful = contact("2026-03-05 14:05", "2026-03-05 14:05", marks=frozenset({Mark.DECIDED_BEFORE_RECEIVED}))
    assert verdict(doubtful, Due(DUE, DUE), at("2026-03-09 09:00")) is UNCERTAIN


def test_some_contacts_are_not_measured() -> None:
    reds = replace(DAY_LONG, risks=frozenset({"red"}))
    none = Timescale("none", Clock.ELAPSED)
    seen = contact("2026-03-05 14:05")
    assert due(seen, DAY_LONG, HUB) == Due(DUE, DUE)
    assert due(seen, reds, HUB) is None
    assert due(seen, none, HUB) is None
    assert due(replace(seen, received=None, precision=Precision.UNREADABLE), DAY_LONG, HUB) is None
    assert due(replace(seen, marks=frozenset({Mark.VOLUME_ONLY})), DAY_LONG, HUB) is None
    assert due(replace(seen, risk=UNMAPPED), reds, HUB) == Due(DUE, DUE)


def test_no_timescale_needs_opening_hours_to_be_measured_in_elapsed_time() -> None:
    assert due(contact("2026-03-05 14:05"), DAY_LONG, office((SHUT,) * 7)) == Due(DUE, DUE)
