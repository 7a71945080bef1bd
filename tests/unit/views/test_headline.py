"""The position in three lines, and what stands above it."""

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.changes import Changes
from mash_monitor.domain.position import StoreSeen
from mash_monitor.views.headline import banner, breaching, headline, open_position, outlook, since_reports, while_shut
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR


def test_three_lines_say_where_and_when_how_much_and_what_comes() -> None:
    contacts = [
        sample.subject("C-1", FRIDAY - DAY - HOUR),
        sample.subject("C-2", FRIDAY - DAY + HOUR // 2),  # due at 17:00, while somebody is there
        sample.subject("C-3", FRIDAY - DAY + 6 * HOUR),  # due at 22:30
    ]
    assert headline(sample.position(contacts)) == (
        "Herefordshire MASH, Fri 6 Mar 2026 16:30. Next report Sat 08:30.",
        "3 open: 1 OVERDUE, 2 RED. The oldest came 25 h ago.",
        "2 breach before Sat 08:30; 1 while nobody is here.",
    )


def test_contacts_without_any_staffed_time_left_are_counted_apart() -> None:
    saturday = FRIDAY + 18 * HOUR
    position = sample.position([sample.subject("C-1", saturday - HOUR)], now=saturday)
    assert outlook(position) == "None breach before 12:30; 1 while nobody is here; 1 has no staffed time left."


def test_the_three_lines_of_a_busy_hub_fit_a_narrow_terminal() -> None:
    for hour in range(0, 72, 3):
        assert all(len(line) <= 80 for line in headline(sample.position(sample.subjects(99), now=FRIDAY - hour * HOUR)))


def test_changes_are_told_since_the_last_report_and_of_that_report() -> None:
    assert since_reports(sample.position()) == []
    noon, morning = FRIDAY - 4 * HOUR, FRIDAY - 8 * HOUR
    position = sample.position(changes=Changes(noon, FRIDAY, red=3, decided=2, reopened=1),
                               reported=Changes(morning, noon))  # fmt: skip
    assert since_reports(position) == [
        ("since 12:30", "3 new RED, 2 decided, 1 reopened"),
        ("12:30 report", "nothing changed (since 08:30)"),
    ]


def test_a_deadline_at_closing_time_is_not_one_while_nobody_is_there() -> None:
    closing = FRIDAY + 45 * 60
    position = sample.position([sample.subject("C-1", closing - DAY), sample.subject("C-2", closing - DAY + 1)])
    assert [item.subject.contact_id for item in while_shut(position)] == ["C-2"]


def test_those_named_are_those_counted() -> None:
    for hour in range(0, 72, 5):
        position = sample.position(now=FRIDAY - hour * HOUR)
        assert len(breaching(position)) == position.due_before_next_report
        alone = {item.subject.contact_id for item in position.watched if not item.overdue and item.staffed_left == 0}
        assert alone <= {item.subject.contact_id for item in while_shut(position)}


def test_nothing_open_is_good_news_only_where_the_store_was_seen() -> None:
    assert open_position(sample.position([])) == "No contact is open."
    unseen = sample.position([], store=StoreSeen(None, "connection refused"))
    assert "no all-clear" in open_position(unseen)


def test_the_banner_names_the_cause_only_on_our_own_screens() -> None:
    position = sample.position(
        store=StoreSeen(FRIDAY - 8 * HOUR, "no route to db7"), notices=("The 12:30 report was missed",)
    )
    assert banner(position, with_cause=True) == [
        "CONTACT STORE NOT SEEN since 08:30 (no route to db7). Contacts are shown as they were last seen.",
        "The 12:30 report was missed",
    ]
    assert "db7" not in "".join(banner(position, with_cause=False))
    assert banner(sample.position(), with_cause=True) == []
    never = sample.position([], store=StoreSeen(None, "connection refused"))
    assert banner(never, with_cause=False) == ["CONTACT STORE NOT SEEN YET."]
