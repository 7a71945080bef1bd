"""The position that every view shows: levels, reasons, groups and order."""

from dataclasses import replace

import pytest

from mash_monitor.domain.ageing import AGES, age
from mash_monitor.domain.contact import Precision
from mash_monitor.domain.message import Counts
from mash_monitor.domain.position import Position, Quality, StoreSeen, Subject, Watched, watch
from mash_monitor.domain.rating import Level, timeline
from mash_monitor.domain.transition import State
from tests.unit.domain.hubs import HOUR, LONDON, at, policy

RULES = policy()
NOW = at("2026-03-06 12:30")


def subject(contact_id: str, received: str | None) -> Subject:
    instant = None if received is None else at(received)
    return Subject(
        contact_id,
        children=1,
        received=instant,
        precision=Precision.MINUTE,
        source_code="6",
        source_group="Police",
        risk="unrated",
        teams=("North",),
        marks=frozenset(),
        future=timeline(instant, "unrated", "Police", RULES),
    )


OVERDUE = subject("C-1", "2026-03-05 12:00")
RED = subject("C-2", "2026-03-05 14:05")
AMBER = subject("C-3", "2026-03-06 12:29")  # due on Saturday
UNREADABLE = replace(subject("C-4", None), source_group="School", teams=())


def position(*subjects: Subject) -> Position:
    return Position(
        hub="hub",
        title="Hub",
        zone=LONDON,
        now=NOW,
        next_report=RULES.schedule.after(NOW),
        after_next=RULES.schedule.after(RULES.schedule.after(NOW)),
        watched=watch(subjects, NOW, RULES),
        quality=Quality(),
        store=StoreSeen(NOW),
        calendar=RULES.calendar,
    )


def test_open_contacts_are_rated_and_put_in_order() -> None:
    watched = watch([AMBER, RED, UNREADABLE, OVERDUE], NOW, RULES)
    assert [item.subject.contact_id for item in watched] == ["C-1", "C-4", "C-2", "C-3"]
    assert watched[2] == Watched(
        RED, Level.RED, "passes its deadline before the 16:30 report", HOUR + 2100, HOUR + 2100
    )
    assert (watched[0].overdue, watched[0].seconds_left, watched[0].staffed_left) == (True, -1800, 0)
    assert (watched[1].overdue, watched[1].seconds_left, watched[1].staffed_left) == (False, None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seen_at": at("2026-03-06 08:30")}, "; as last seen 08:30"),
        ({"seen_at": at("2026-03-05 16:30"), "state": State.MISSING}, "; not in the store since Thu 16:30"),
        ({"parked_until": at("2026-03-09 09:00")}, "; parked until Mon 09:00"),
        (
            {"seen_at": NOW - HOUR, "state": State.MISSING, "parked_until": at("2026-03-09 09:00")},
            "; not in the store since 11:30; parked until Mon 09:00",
        ),
        ({"parked_until": NOW}, ""),  # parking has ended
    ],
)
def test_what_is_not_certain_about_a_contact_is_said(changes: dict[str, object], said: str) -> None:
    (item,) = watch([replace(RED, **changes)], NOW, RULES)  # type: ignore[arg-type]
    assert item.reason == f"passes its deadline before the 16:30 report{said}"


def test_a_parked_contact_stands_last_until_parking_ends() -> None:
    parked = replace(OVERDUE, parked_until=NOW + 1)
    assert [item.subject.contact_id for item in watch([parked, RED], NOW, RULES)] == ["C-2", "C-1"]
    assert [item.subject.contact_id for item in watch([parked, RED], NOW + 1, RULES)] == ["C-1", "C-2"]


def test_a_position_counts_its_contacts() -> None:
    here = position(OVERDUE, RED, replace(RED, contact_id="C-5", teams=("North", "South")), AMBER, UNREADABLE)
    assert here.counts == Counts(overdue=1, red=3, amber=1)
    assert here.counts.total == 5
    assert here.due_before_next_report == 2
    assert here.oldest_seconds == 24 * HOUR + 1800
    assert here.by_group() == {"Police": Counts(1, 2, 1), "School": Counts(red=1)}
    assert list(here.by_team()) == ["North", "South", "no team"]
    assert here.by_team()["North"] == Counts(1, 2, 1)


def test_contacts_that_pass_their_deadline_while_nobody_is_there_are_counted() -> None:
    friday_evening = replace(position(), now=at("2026-03-06 17:15"))
    unstaffed = watch([subject("C-6", "2026-03-06 14:05"), RED], friday_evening.now, RULES)
    assert replace(friday_evening, watched=unstaffed).due_unstaffed == 1  # the other is overdue


def test_an_empty_hub_has_no_oldest_contact() -> None:
    assert position().oldest_seconds is None
    assert position(UNREADABLE).oldest_seconds is None
    assert position().counts.total == 0


def test_a_contact_stands_in_the_band_of_its_age_and_an_unreadable_one_in_a_band_of_its_own() -> None:
    bands = position(OVERDUE, RED, AMBER, UNREADABLE).by_age()
    assert {band: counts for band, counts in bands.items() if counts.total} == {
        AGES[0]: Counts(amber=1),
        AGES[1]: Counts(red=1),  # 22 hours and 25 minutes
        AGES[2]: Counts(overdue=1),
        None: Counts(red=1),
    }
    assert list(bands) == [*AGES, None]
    assert list(position().by_age()) == list(AGES)


@pytest.mark.parametrize(("hours", "band"), [(0, 0), (8, 1), (24, 2), (48, 3), (72, 4), (168, 5), (9_000, 5), (-1, 0)])
def test_a_band_holds_its_start_and_not_its_end(hours: int, band: int) -> None:
    assert age(NOW - hours * HOUR, NOW) == AGES[band]


def test_workers_are_told_only_where_one_is_known() -> None:
    assert position(RED, AMBER).by_worker() == {}
    found = position(replace(RED, worker="W07"), AMBER, OVERDUE).by_worker()
    assert found == {"no worker": Counts(overdue=1, amber=1), "W07": Counts(red=1)}
