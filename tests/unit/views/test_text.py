"""The report as plain text, which leaves the machine."""

import re
from dataclasses import replace

from mash_monitor.domain.changes import Changes
from mash_monitor.domain.position import Position, Quality, StoreSeen
from mash_monitor.domain.stretches import day_ahead
from mash_monitor.views.glossary import HERE, percentage, share
from mash_monitor.views.html import report_html
from mash_monitor.views.text import report_text
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR

NOON = FRIDAY - 4 * HOUR


def titles(text: str) -> list[str]:
    return re.findall(r"\n\n(.+)\n-+\n", text)


def said(text: str) -> str:
    """The text as its sentences, whatever its lines."""
    return re.sub(r"\n *", " ", text)


def test_the_parts_of_the_text_are_those_of_the_page() -> None:
    position = sample.position(now=NOON)
    for shown in (position, sample.position([]), sample.position(performance=None, intake=None)):
        assert titles(report_text(shown)) == re.findall(r"<h2[^>]*>(.+)</h2>", report_html(shown))
    assert titles(report_text(position))[:2] == ["The next 24 hours", "Every open contact"]


def test_the_position_stands_first_then_the_day_ahead_and_every_open_contact_in_order() -> None:
    position = sample.position(now=NOON, notices=("The 08:30 report was late",))
    text = report_text(position)
    lines = text.splitlines()
    assert lines[0] == "Warning: The 08:30 report was late"
    assert lines[1] == "Herefordshire MASH, Fri 6 Mar 2026 12:30. Next report 16:30."
    for stretch in day_ahead(position):
        assert f", {HERE[stretch.staffed]}, {len(stretch.due)} deadline" in text
    listed = said(text[text.index("Every open contact") : text.index("Decided in time")])
    assert re.findall(r"(?:OVERDUE|RED|amber|green) (C-\d+)", listed) == [
        item.subject.contact_id for item in position.watched
    ]
    assert all(item.reason in listed for item in position.watched)


def test_weeks_stand_against_the_target_by_both_clocks_and_sources_with_what_came_of_them() -> None:
    position = sample.position(now=NOON)
    text = said(report_text(position))
    assert "target: 24 hours 95%; one working day 95%." in text
    assert position.performance is not None
    assert position.intake is not None
    elapsed, working = position.performance
    for monday, tally in elapsed.weeks.items():
        shares = f"24 hours {share(tally)}; one working day {share(working.weeks[monday])}."
        assert re.search(rf"from {monday.day} {monday:%b}(, not over)?: {re.escape(shares)}", text)
    for group, flow in position.intake.groups.items():
        came, converted = percentage(position.intake.share_pct(group)), percentage(flow.conversion_pct)
        assert re.search(rf"{group}: [^;]+; {came} of contacts, {converted} converted", text)


def test_a_pack_without_a_target_is_not_told_a_dash() -> None:
    rows = [replace(row, timescale=replace(row.timescale, target_pct=None)) for row in sample.measured(NOON)]
    position = sample.position(now=NOON, performance=tuple(rows))
    assert "target" not in report_text(position)
    assert "target" not in report_html(position)
    assert "24 hours:\n  today " in report_text(position)


def test_lines_are_short_and_break_between_what_belongs_together() -> None:
    text = report_text(sample.position([sample.subject(f"C-{number}") for number in range(30)]))
    assert max(map(len, text.splitlines())) <= 78
    assert re.findall(r"(?:RED|[0-9]) *\n +C-", text) == []
    assert "  20:30 RED C-0; 20:30 RED C-1; 20:30 RED C-10;" in text


def test_the_report_says_what_changed_since_the_one_before() -> None:
    changes = Changes(NOON, FRIDAY, red=3, decided=2)
    told = Changes(NOON - 4 * HOUR, NOON, came=9)
    lines = report_text(sample.position([], changes=changes, reported=told)).splitlines()
    assert lines[3:6] == ["Since 12:30: 3 new RED, 2 decided.", "12:30 report: 9 came in (since 08:30).", ""]


def hostile() -> Position:
    """A position in which everything that must not leave says so."""
    canary = sample.subject("Jones Mary", source_desc="CANARY description", worker="CANARY worker")
    return sample.position(
        [canary, sample.subject("C-2", source_group="Po\nlice\u202e", teams=("\x1b[2JNorth",))],
        store=StoreSeen(NOON, "CANARY cause"), quality=Quality(set_aside=1, set_aside_examples=("CANARY example",)),
    )  # fmt: skip


def test_what_is_for_our_own_screens_stays_there() -> None:
    text = report_text(hostile())
    assert text.startswith("Warning: CONTACT STORE NOT SEEN since 12:30. ")
    assert "Jones" not in text
    assert "RED #" in text
    assert "CANARY" not in text
    assert "Workers" not in text
    assert "1 row set aside, it has no id" in text


def test_no_text_of_a_store_makes_a_line_of_its_own() -> None:
    text = report_text(hostile())
    assert "Po\\nlice\\u202e" in text
    assert "\\x1b[2JNorth: 1 open" in text
    assert all(line.isprintable() for line in text.splitlines())


def test_an_empty_position_is_a_short_report() -> None:
    empty = sample.position([], performance=None, intake=None, quality=Quality(), reconstructed=True)
    lines = report_text(empty).splitlines()
    assert lines[1] == "No contact is open."
    assert lines[-1] == "nothing doubtful"
    assert len(lines) < 15
