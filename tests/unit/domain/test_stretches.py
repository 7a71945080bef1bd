"""The day ahead, in stretches with somebody there and with nobody."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.position import watch
from mash_monitor.domain.stretches import day_ahead
from tests.unit.views import sample
from tests.unit.views.sample import CALENDAR, FRIDAY, HOUR, POLICY

EMPTY = sample.position([])


def test_a_friday_afternoon_has_an_hour_left_and_a_night() -> None:
    closing = FRIDAY + 45 * 60
    contacts = [
        sample.subject("C-1", closing - DAY),  # due when the hub shuts
        sample.subject("C-2", closing - DAY + 1),
        sample.subject("C-3", FRIDAY - DAY - 1),  # overdue
        sample.subject("C-4", FRIDAY),  # due at the end of it all
        sample.subject("C-5", None),
        sample.subject("C-6", FRIDAY + 1),  # due a second later than that
    ]
    staffed, night = day_ahead(sample.position(contacts))
    assert (staffed.start, staffed.end, staffed.staffed) == (FRIDAY, closing, True)
    assert (night.start, night.end, night.staffed) == (closing, FRIDAY + DAY, False)
    assert [item.subject.contact_id for item in staffed.due] == ["C-1"]
    assert [item.subject.contact_id for item in night.due] == ["C-2", "C-4"]


@given(st.integers(FRIDAY - 400 * DAY, FRIDAY + 400 * DAY), st.lists(st.integers(-HOUR, 26 * HOUR), max_size=5))
def test_stretches_follow_on_each_other_and_hold_each_deadline_once(now: int, lefts: list[int]) -> None:
    contacts = [sample.subject(f"C-{index}", now + left - DAY) for index, left in enumerate(lefts)]
    stretches = day_ahead(replace(EMPTY, now=now, watched=watch(contacts, now, POLICY)))
    assert [stretches[0].start, *(stretch.end for stretch in stretches)] == [
        *(stretch.start for stretch in stretches), now + DAY,
    ]  # fmt: skip
    found = sorted(item.subject.contact_id for stretch in stretches for item in stretch.due)
    assert found == sorted(f"C-{index}" for index, left in enumerate(lefts) if 0 <= left <= DAY)
    for stretch in stretches:
        length = stretch.end - stretch.start
        assert CALENDAR.staffed(stretch.start, stretch.end) == (length if stretch.staffed else 0)
