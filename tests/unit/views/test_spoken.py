"""The views in sentences: nothing drawn, nothing coloured, nothing lost."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain

import pytest

from mash_monitor.domain.changes import Changes
from mash_monitor.domain.position import Position, Quality, StoreSeen
from mash_monitor.domain.published import Answer, Checked
from mash_monitor.domain.published_rows import Bounds
from mash_monitor.domain.rating import Rating
from mash_monitor.views.figures import FIGURES
from mash_monitor.views.glossary import percentage, share, share_in_numbers
from mash_monitor.views.spoken.explain import explain
from mash_monitor.views.spoken.figures import figures
from mash_monitor.views.spoken.outbox import outbox
from mash_monitor.views.spoken.position import contacts
from mash_monitor.views.spoken.scorecard import comparison, scorecard
from mash_monitor.views.spoken.summary import summary
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR, LONDON

NOON = FRIDAY - 4 * HOUR
VIEWS: list[Callable[[Position], Iterator[str]]] = [summary, contacts]


def test_nothing_is_drawn_and_nothing_is_coloured() -> None:
    account = sample.account()
    lines = chain(
        summary(sample.position()), contacts(sample.position()), explain(account, LONDON),
        outbox(account.deliveries, FRIDAY, LONDON), figures(), scorecard(sample.card(), "MASH", LONDON),
    )  # fmt: skip
    drawn = set("".join(lines)) - {"—"}
    assert "".join(sorted(drawn)).isascii()
    assert "\x1b" not in drawn


def test_the_position_comes_first_with_whatever_must_be_known_before() -> None:
    position = sample.position(store=StoreSeen(NOON, "connection refused"), reconstructed=True)
    for view in VIEWS:
        lines = list(view(position))
        assert lines[0].startswith("Warning: CONTACT STORE NOT SEEN since 12:30 (connection refused).")
        assert lines[1].startswith("Herefordshire MASH, Fri 6 Mar 2026 16:30.")
        assert lines[2].startswith("38 open: ")
        assert "breach before" in lines[3]


def test_the_summary_says_each_part_by_its_name() -> None:
    changes = Changes(NOON, FRIDAY, red=3, reopened=1)
    worked = [sample.subject("C-1", worker="W07"), sample.subject("C-2", FRIDAY - 30 * HOUR)]
    lines = list(summary(sample.position(worked, changes=changes, quality=Quality(1, set_aside_examples=("line 7",)))))
    for line in (
        "Since 12:30: 3 new RED, 1 reopened.",
        "17:15 to Sat 16:30, NOBODY HERE, 1 deadline: 20:30 RED C-1.",
        "OVERDUE C-2, due 10:30, Police: overdue by 6 h; MASH 1.",
        "W07: 1 open, 1 red.",
        "8 to 24 h: 1 open, 1 red.",
        "target: 24 hours 95%; one working day 95%.",
        "set aside: line 7",
    ):
        assert line in lines
    said = "\n".join(lines)
    for title in ("Decided in time", "Week by week", "Sources", "Waiting since receipt", "Teams", "Workers"):
        assert f"\n\n{title}" in said
    assert re.search(r"\nall: [\d,]+ contacts in 13 weeks, [\d.]+% converted\.\n", said)


def test_nothing_open_needs_no_empty_parts() -> None:
    lines = list(summary(sample.position([], performance=None, intake=None, quality=Quality())))
    assert lines[1] == "No contact is open."
    assert "Not known: the contact store could not be read." in lines
    assert lines[-1] == "nothing doubtful"
    assert "Teams" not in lines


def test_a_stretch_with_many_deadlines_names_the_first_and_counts_the_rest() -> None:
    lines = list(summary(sample.position([sample.subject(f"C-{number}") for number in range(30)])))
    assert any("30 deadlines: " in line and line.endswith("; and 20 more.") for line in lines)


def test_a_list_of_the_most_urgent_says_how_many_more_there_are_and_where() -> None:
    late = [sample.subject(f"C-{number}", FRIDAY - 30 * HOUR) for number in range(8)]
    waiting = [sample.subject(f"C-{number}") for number in range(8, 15)]
    lines = list(summary(sample.position([*late, *waiting], quality=Quality(9, set_aside_examples=("line 7",)))))
    for title, more in (("Next to breach", 1), ("Overdue, the longest first", 2)):
        assert lines[lines.index(title) + 7] == f"and {more} more: mash-monitor contacts --plain"
    assert lines[-1] == "and 8 more set aside"
    assert "contacts --plain" not in "".join(summary(sample.position([*late[:6], *waiting[:6]])))


def test_contacts_of_other_ratings_are_counted() -> None:
    position = sample.position(now=NOON)
    lines = list(contacts(position, Rating.RED))
    hidden = position.counts.amber + position.counts.green
    assert lines[-1] == f"{hidden} open contacts of other ratings not shown."


@pytest.mark.parametrize("view", VIEWS)
def test_text_from_a_store_is_spelled_out(view: Callable[[Position], Iterator[str]]) -> None:
    hostile = sample.subject("C-1\x1b[2J", teams=("T\x07",), worker="\u202eW", source_group="P\u202eolice")
    said = "\n".join(view(sample.position([hostile], title="MASH\x1b")))
    assert "C-1\\x1b[2J" in said
    assert not any(char in said for char in "\x1b\x07\u202e")


def test_messages_tell_their_state_and_what_comes_next() -> None:
    waiting = sample.sent(2, state="unknown", evidence="", next_action_at=FRIDAY + HOUR, short_ref=None)
    assert list(outbox([sample.sent(evidence="to the handset 15:31"), waiting], FRIDAY, LONDON)) == [
        "1 delivered, 1 unknown",
        "15:30, to duty by twilio, alert on 4 contacts, worst red, reference 7KQ2: delivered, to the handset 15:31.",
        "15:30, to duty by twilio, alert on 4 contacts, worst red: unknown, next 17:30.",
    ]
    assert list(outbox([], FRIDAY, LONDON)) == ["no message"]
    assert (
        next(outbox([sample.sent()], FRIDAY, LONDON, older=1_012)) == "the last 1: 1 delivered; 1,012 older not shown"
    )


def test_an_account_is_told_step_by_step() -> None:
    said = "\n".join(explain(sample.account(), LONDON))
    for words in ("RED: ", "24 hours, elapsed, rates", "worker: W07", "amber to red", "reference 7KQ2"):
        assert words in said


def test_every_figure_is_explained() -> None:
    assert [line.split(":")[0] for line in figures()] == list(FIGURES)


def test_each_row_of_a_scorecard_names_its_figures() -> None:
    card = sample.card()
    lines = list(scorecard(card, "Herefordshire MASH", LONDON))
    assert lines[0] == "Herefordshire MASH, 1 October to 31 December 2025"
    for title in ("At a glance", "Decided in time", "Month by month", "Where they came from", "What became of them"):
        assert lines[lines.index(title) - 1] == ""
    (contacts_line,) = (line for line in lines if line.startswith("Contacts. "))
    assert f"This period: {card.total.contacts:,}; " in contacts_line
    clocks = lines[lines.index("Decided in time") + 2 :][:2]
    assert clocks[0].startswith("24 hours. Target: 95%; This period: ")
    assert "BELOW; 1 July to 30 September 2025: " in clocks[0]
    police = card.total.groups["Police"]
    (police_line,) = (line for line in lines if line.startswith("Police. "))
    assert f"No further action: {percentage(police.nfa_pct)}, {police.nfa:,} of {police.contacts:,}; " in police_line
    for tally in police.tallies:
        assert tally is not None
        assert f"{share(tally)}, {share_in_numbers(tally)}" in police_line


def test_a_comparison_says_first_how_many_figures_do_not_follow() -> None:
    checked = [
        Checked("period.contacts", Decimal(7), None, Bounds(Decimal(7), Decimal(7)), Answer.FOLLOWS),
        Checked("period.share", Decimal("5.9"), Decimal("7.8"), None, Answer.DOES_NOT_FOLLOW, "its own parts give 7.8"),
        Checked("period.opne", Decimal(3), None, None, Answer.UNKNOWN, "the nearest known name is open"),
    ]
    assert list(comparison(checked)) == [
        "1 figure of 3 does not follow. 1 unknown figure, perhaps mistyped.",
        "period.contacts = 7, follows.",
        "period.share = 5.9, DOES NOT FOLLOW: its own parts give 7.8.",
        "period.opne = 3, unknown figure: the nearest known name is open.",
    ]
