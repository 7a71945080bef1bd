"""Hand-over: the last report before closing tells the night, and the morning's report says what became of it."""

import pytest
from sqlalchemy import select

from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.service.acknowledge import by_reference
from mash_monitor.service.hub import Directory, Recipients
from mash_monitor.state import slots
from mash_monitor.state.database import reading, writing
from mash_monitor.state.schema import audit
from tests.integration.service.post import Post
from tests.integration.service.town import PEOPLE, Town
from tests.unit.domain.hubs import LONDON, at

NOON, EVENING, MORNING, MIDDAY = "2026-03-06 12:30", "2026-03-06 16:30", "2026-03-09 08:30", "2026-03-09 12:30"
SATURDAY = "2026-03-07 14:06"
DUTY = (Step(Level.RED, ("duty",), ("sms",)), Step(Level.OVERDUE, ("duty",), ("sms",)))


class Night(Town):
    """A hub that hands over to the emergency duty team."""

    def slot(self, when: str) -> None:
        """The report of this slot, as the daemon runs it."""
        with writing(self.engine) as connection:
            if slots.latest(connection, self.name) is None:
                slots.begin(connection, self.name, at(when) - 1)
            slots.arrive(connection, self.name, [at(when)])
            claim = slots.claim(connection, self.name, "us", at(when), 90)
        assert claim is not None
        self.report(when, claim)

    def handovers(self) -> list[tuple[str, str]]:
        return [(row.person, row.body) for row in self.messages("handover")]


@pytest.fixture
def night(town: Town) -> Night:
    made = Night(town.engine, town.council, town.folder, ladder=DUTY)
    object.__setattr__(made.hub, "handover", Recipients(("edt",), ("sms",)))
    return made


@pytest.fixture
def weekend(night: Night) -> Night:
    """On Friday evening: three contacts due on Saturday, when nobody is in."""
    night.council.add("C-1", "2026-03-06 14:05")
    night.council.add("C-2", "2026-03-06 16:00")
    night.council.add("C-3", "2026-03-06 16:20")
    night.slot(EVENING)
    return night


def test_the_night_is_told_what_passes_its_deadline_before_the_hub_opens(weekend: Night) -> None:
    (message,) = weekend.messages("handover")
    assert message.person == "edt"
    assert message.body == (
        "Hereford MASH hand-over, shut 17:15 to Mon 08:45, 3 contacts to decide before: C-1 due Sat 14:05. "
        f"C-2 due Sat 16:00. C-3 due Sat 16:20. Reply ACK {message.short_ref}"
    )
    assert (message.level, message.valid_until) == ("red", at("2026-03-09 08:45"))
    assert weekend.named(message) == {"C-1", "C-2", "C-3"}


def test_one_whose_time_cannot_be_read_is_handed_over_too_and_back(night: Night) -> None:
    night.council.add("C-1", None)
    night.slot(EVENING)
    (message,) = night.messages("handover")
    assert message.body == (
        "Hereford MASH hand-over, shut 17:15 to Mon 08:45, 1 contact to decide before: C-1 RED, time unreadable. "
        f"Reply ACK {message.short_ref}"
    )
    night.slot(MORNING)
    (told,) = night.messages("handover", since=MORNING)
    assert told.long_text.splitlines()[2:] == ["C-1, time unreadable: left, nobody has acknowledged it"]


def test_a_night_without_a_deadline_is_told_so(night: Night) -> None:
    night.slot(EVENING)
    assert night.handovers() == [
        ("edt", "Hereford MASH hand-over, shut 17:15 to Mon 08:45, nothing passes its deadline before.")
    ]
    assert night.messages("handover")[0].short_ref is None


def test_no_other_report_hands_over_and_a_pass_by_hand_does_not(night: Night) -> None:
    night.council.add("C-1", "2026-03-06 09:05")
    night.slot(NOON)
    night.report(EVENING)
    assert night.handovers() == []


def test_the_hub_hands_over_to_who_is_on_when_it_shuts(night: Night) -> None:
    asked: list[int] = []

    class Rota(Directory):
        def people(self, to, teams, on):  # type: ignore[no-untyped-def]
            asked.append(on)
            return super().people(to, teams, on)

    people = dict(PEOPLE)
    object.__setattr__(night.hub, "directory", Rota(lambda alias, way: people.get((alias, way)), zone=LONDON))
    night.slot(EVENING)
    assert at("2026-03-06 17:15") in asked


def test_what_the_night_acknowledges_stops_the_ladder_and_the_morning_says_what_became_of_it(weekend: Night) -> None:
    post = Post(weekend)
    post.courier.deliver()
    (message,) = weekend.messages("handover")
    done = by_reference({weekend.name: weekend.hub}, weekend.engine, message.short_ref, "edt", at("2026-03-06 20:00"))
    assert done.contacts == ("C-1", "C-2", "C-3")
    weekend.council.decide("C-2", "2026-03-07 10:00")
    weekend.overdue(SATURDAY)
    assert weekend.alerted(since="2026-03-06 20:00") == [("duty", "overdue", 1)]
    weekend.slot(MORNING)
    (told,) = weekend.messages("handover", since=MORNING)
    assert told.person == "leads"
    assert told.body == ("Hereford MASH hand-over, shut Fri 17:15 to 08:45: 1 decided, 2 acknowledged. Next 12:30.")
    reference = message.short_ref
    assert told.long_text.splitlines()[2:] == [
        f"C-1, due Sat 14:05: acknowledged by edt ({reference})",
        "C-2, due Sat 16:00: decided",
        f"C-3, due Sat 16:20: acknowledged by edt ({reference})",
    ]


def test_the_morning_names_what_was_left(weekend: Night) -> None:
    weekend.overdue(SATURDAY)
    weekend.slot(MORNING)
    (told,) = weekend.messages("handover", since=MORNING)
    assert told.body.startswith(
        "Hereford MASH hand-over, shut Fri 17:15 to 08:45: 3 left. C-1 OVERDUE since Sat 14:05. C-2 OVERDUE since Sat"
    )
    assert told.long_text.splitlines()[2] == "C-1, due Sat 14:05: left, nobody has acknowledged it"
    weekend.slot(MIDDAY)
    assert len(weekend.messages("handover", since=MORNING)) == 1


def test_a_morning_after_a_quiet_night_says_nothing(night: Night) -> None:
    night.slot(EVENING)
    night.slot(MORNING)
    assert len(night.handovers()) == 1


def test_a_hand_over_that_could_not_be_sent_by_the_morning_is_cancelled_on_record(weekend: Night) -> None:
    post = Post(weekend)
    post.clock.now = at("2026-03-09 08:45")
    post.courier.deliver()
    (message,) = weekend.messages("handover")
    assert (message.state, message.code) == ("cancelled", "out of date")
    assert {"delivery": message.id, "why": "out of date"} in post.events("cancelled")


def test_handing_over_is_on_record(weekend: Night) -> None:
    weekend.slot(MORNING)
    with reading(weekend.engine) as connection:
        found = {row.event: row.detail for row in connection.execute(select(audit))}
    assert found["handed_over"] == {"contacts": 3, "people": ["edt"]}
    assert found["handed_back"] == {"decided": 0, "left": 3}
