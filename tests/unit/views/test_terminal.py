"""What a person sees in a terminal, at any width, with whatever a store holds."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import RenderableType

from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.message import Counts
from mash_monitor.domain.performance import Performance
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import Quality, StoreSeen, Subject
from mash_monitor.domain.rating import Rating
from mash_monitor.domain.timescale import Clock, Timescale
from mash_monitor.views.glossary import share_in_numbers
from mash_monitor.views.sheet import tables
from mash_monitor.views.terminal.bar import level_bar, part_bar, share_bar
from mash_monitor.views.terminal.canvas import ASCII, BLOCKS
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.contacts import contacts
from mash_monitor.views.terminal.explain import explain
from mash_monitor.views.terminal.findings import findings
from mash_monitor.views.terminal.outbox import outbox
from mash_monitor.views.terminal.report import report
from mash_monitor.views.terminal.scorecard import scorecard
from mash_monitor.views.terminal.summary import summary
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR, LONDON

WIDTHS = (80, 120, 200)
NOON = FRIDAY - 4 * HOUR


def seen(view: RenderableType, width: int = 120) -> str:
    """The view as printed to a pipe of this width."""
    out = io.StringIO()
    make_console(out, width).print(view)
    return out.getvalue()


def line_with(text: str, needle: str) -> str:
    return next(line for line in text.splitlines() if needle in line)


@pytest.mark.parametrize("width", [60, *WIDTHS])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    trouble = sample.position(store=StoreSeen(NOON, "connection refused"), notices=("x" * 300,), reconstructed=True)
    views = [
        summary(sample.position()),
        summary(trouble),
        contacts(sample.position(now=NOON)),
        explain(sample.account(), LONDON),
        scorecard(sample.card(), "Herefordshire MASH", LONDON),
        outbox(sample.account().deliveries, FRIDAY, LONDON),
    ]
    for view in views:
        assert max(map(cell_len, seen(view, width).splitlines())) <= width


@pytest.mark.parametrize(("width", "lines"), [(80, 76), (120, 62), (200, 48), (240, 46)])
@pytest.mark.parametrize("number", [0, 1, 38, 10_000])
def test_the_summary_keeps_its_length_however_much_is_open(width: int, lines: int, number: int) -> None:
    assert len(seen(summary(sample.position(sample.subjects(number))), width).splitlines()) <= lines


@pytest.mark.parametrize("width", WIDTHS)
def test_the_summary_answers_the_questions_of_a_manager(width: int) -> None:
    position = sample.position(now=NOON)
    shown = seen(summary(position), width)
    counts = position.counts
    for number, word in ((counts.overdue, "OVERDUE"), (counts.red, "RED"), (counts.amber, "amber")):
        assert f"{number} {word}" in shown
    assert "before 16:30; " in shown
    assert "while nobody is here" in shown
    assert "WHILE NOBODY IS HERE" in shown or "NOBODY HERE" in shown
    assert line_with(shown, "before 16:30  ").split()[2].startswith("C-")
    for heading in (
        "24 hours",
        "one working day",
        "today",
        "last 7 days",
        "this month",
        "BELOW",
        "Sources",
        "Teams",
    ):
        assert heading in shown
    assert "2 rows set aside" in shown


def test_every_open_contact_is_in_the_report_the_most_urgent_first() -> None:
    position = sample.position(now=NOON)
    for width in WIDTHS:
        lines = seen(report(position), width).splitlines()
        named = [line.split()[1] for line in lines if line.startswith(("OVERDUE ", "RED ", "amber ", "green "))]
        assert named == [item.subject.contact_id for item in position.watched]
        for item in position.watched:
            assert item.reason in seen(report(position), 200)


def test_a_contact_has_its_reason_beneath_it_where_the_terminal_is_narrow() -> None:
    position = sample.position([sample.subject()])
    narrow, wide = seen(contacts(position), 80), seen(contacts(position), 120)
    assert "passes its deadline" not in line_with(narrow, "C-10234")
    assert "         passes its deadline before the Sat 08:30 report" in narrow
    assert "passes its deadline before the Sat 08:30 report" in line_with(wide, "C-10234")


def test_the_source_goes_beneath_too_where_even_that_is_too_wide() -> None:
    shown = seen(contacts(sample.position([sample.subject("C-10234-2026")])), 50)
    assert "Police: passes its deadline before the" in shown


@pytest.mark.parametrize("width", [60, *WIDTHS])
def test_a_reference_is_never_cut(width: int) -> None:
    reference = "HFD/" + "0123456789" * 4 + "/END"
    position = sample.position([sample.subject(reference), sample.subject("C-2")])
    assert reference in "".join(seen(contacts(position), width).split("\n"))


def test_other_ratings_are_counted_where_they_are_not_shown() -> None:
    position = sample.position(now=NOON)
    shown = seen(contacts(position, Rating.RED))
    hidden = position.counts.amber + position.counts.green
    assert f"{hidden} open contacts of other ratings not shown" in shown
    only = seen(contacts(position, overdue_only=True))
    assert len([line for line in only.splitlines() if line.startswith("OVERDUE ")]) == position.counts.overdue


def hostile() -> Sequence[Subject]:
    return [
        sample.subject(
            "[red]C-1[/red]\x1b[2J",
            source_group="[blink]P\u202eolice",
            teams=("[bold]T\x07",),
            source_desc="[/]",
        )
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_text_from_a_store_is_shown_and_never_obeyed(width: int) -> None:
    position = sample.position(hostile(), notices=("[/red] bad \x1b",), title="[green]MASH\x1b")
    for view in (summary(position), contacts(position)):
        shown = seen(view, width)
        assert "[red]C-1[/red]\\x1b[2J" in shown
        assert not any(char in shown for char in "\x1b\x07\u202e")


def test_trouble_stands_at_the_very_top_in_words() -> None:
    position = sample.position(
        store=StoreSeen(FRIDAY - 8 * HOUR, "connection refused"),
        performance=None,
        notices=("2 alerts undelivered",),
    )
    for view in (summary(position), contacts(position), report(position)):
        lines = seen(view).splitlines()
        assert "!! CONTACT STORE NOT SEEN since 08:30 (connection refused)." in lines[0]
        assert "!! 2 alerts undelivered" in lines[1]
    assert "not known: the contact store could not be read" in seen(summary(position))


def test_an_empty_position_is_said_and_needs_no_tables() -> None:
    shown = seen(summary(sample.position([], quality=Quality())))
    assert "No contact is open." in shown
    assert "nothing doubtful" in shown
    assert "Most urgent" not in shown
    assert "No contact is open." in seen(contacts(sample.position([])))


def test_a_reconstructed_position_says_so() -> None:
    assert "Reconstructed from the rows as they are now" in seen(summary(sample.position(reconstructed=True)))


def test_rows_set_aside_are_shown_with_their_place() -> None:
    quality = Quality(set_aside=1, set_aside_examples=("line 7: no id",))
    assert "set aside: line 7: no id" in seen(summary(sample.position(quality=quality)))


def test_many_sources_are_counted_where_they_are_not_shown() -> None:
    groups = [sample.subject(f"C-{number}", source_group=f"Group {number}") for number in range(9)]
    assert "and 4 more" in seen(summary(sample.position(groups)))
    assert "Teams" in seen(summary(sample.position(groups)), 60)


@pytest.mark.parametrize(("width", "cut"), [(80, ", the last 12 weeks, "), (120, ", ")])
def test_weeks_that_have_no_room_are_said_to_be_left_out_and_the_last_is_said_not_to_be_over(
    width: int, cut: str
) -> None:
    shown = seen(summary(sample.position()), width)
    assert f"Week by week{cut}percent in time" in shown
    assert "now: what is due up to Sunday, once it is decided or past" in shown


def test_a_timescale_without_target_or_figures_has_a_dash() -> None:
    rule = Timescale("72 hours", Clock.ELAPSED, seconds=72 * HOUR)
    row = Performance(rule, {"today": Tally(), "last_7_days": Tally(2, 0, 0, 2), "month": Tally(1, 1)})
    shown = seen(summary(sample.position(performance=(row,))))
    assert "target —" in shown
    for words in ("—  ", "nothing due ", "nothing due yet", "100.00%", "1 of 1"):
        assert words in shown


@pytest.mark.parametrize("signs", [BLOCKS, ASCII])
def test_bars_are_exactly_as_wide_as_asked(signs: object) -> None:
    for sign in (BLOCKS, ASCII):
        for tally in (Tally(), Tally(3, 1, 2), Tally(3, 1, 1, 0, 1), Tally(1, 1)):
            for aim in (None, 0, 50, 95, 100):
                assert cell_len(share_bar(tally, aim, 20, sign).plain) == 20
        assert part_bar(1, 10_000, 10, sign).plain == sign.full + " " * 9
        for counts in (Counts(1, 1, 1, 997), Counts(0, 0, 0, 1), Counts(5, 0, 5, 0)):
            assert cell_len(level_bar(counts, 40, sign).plain) == 40


def test_a_single_overdue_contact_among_thousands_is_seen_in_the_bar() -> None:
    assert level_bar(Counts(1, 0, 0, 9_999), 40, ASCII).plain == "O" + "." * 39


def test_explain_tells_the_way_step_by_step() -> None:
    shown = seen(explain(sample.account(), LONDON))
    for said in (
        "C-10234  Herefordshire MASH", "RED", "24 hours (elapsed, rates)",
        "one working day (working days, measured beside it)", "24 h elapsed: due Fri 6 Mar 2026 20:30",
        "West Mercia Police", "W07", "unknown outcome", "amber to red", "7KQ2", "by a social worker",
    ):  # fmt: skip
        assert said in shown


def test_explain_tells_what_it_can_of_a_contact_that_is_gone_or_decided() -> None:
    gone = replace(
        sample.account(), contact=None, watched=None, received=None, timescales=(), history=(), deliveries=(),
        status="not in the store since 12:30",
    )  # fmt: skip
    shown = seen(explain(gone, LONDON))
    for said in ("time unreadable", "not in the store since 12:30", "nothing recorded yet", "no message"):
        assert said in shown
    for contact in sample.history(FRIDAY - 200 * HOUR, FRIDAY):
        if contact.decided is not None and contact.decided.earliest < contact.decided.latest:
            decided = replace(sample.account(), contact=contact, watched=None, status="decided")
            assert "between " in seen(explain(decided, LONDON))
            return


def test_the_outbox_shows_evidence_and_the_next_action_at_any_width() -> None:
    failed = sample.sent(state="failed", evidence="21610: stop", next_action_at=FRIDAY + HOUR, level=None, contacts=1)
    for width in WIDTHS:
        shown = seen(outbox([failed], FRIDAY, LONDON), width)
        for said in ("15:30", "duty", "twilio", "alert on 1 contact", "failed", "21610: stop", "17:30"):
            assert said in shown
    assert seen(outbox([], FRIDAY, LONDON)) == "no message\n"
    assert seen(outbox([failed], FRIDAY, LONDON, older=12)).startswith("the last 1: 1 failed; 12 older not shown\n")


def test_findings_come_the_errors_first_each_with_its_remedy() -> None:
    found = [
        Finding(Severity.INFO, "store", "read-only"),
        Finding(Severity.ERROR, "config.toml [hubs.x]", "no store", "add [hubs.x.store]"),
        Finding(Severity.WARNING, "config.toml [service]", "dead_man is off", "name an address"),
    ]
    shown = seen(findings(found))
    assert shown.index("ERROR") < shown.index("WARNING") < shown.index("INFO")
    assert "config.toml [hubs.x]" in shown
    assert "add [hubs.x.store]" in shown
    assert "1 error, 1 warning" in shown
    assert seen(findings(found[:1])).endswith("All is well.\n")


def test_the_scorecard_shows_both_clocks_the_months_and_the_period_before() -> None:
    for width in WIDTHS:
        shown = seen(scorecard(sample.card(), "Herefordshire MASH", LONDON), width)
        for said in (
            "1 October to 31 December 2025",
            "24 hours",
            "Oct 2025",
            "1 July to 30 September 2025",
            "Police",
            "BELOW",
            "53.",
            "24 hours: Due 24 h after receipt",
            "What the other figures are: mash-monitor glossary",
        ):
            assert said in shown
    month = sample.card(Period(date(2025, 10, 1), date(2025, 10, 31), "2025-10"))
    assert "Oct 2025" not in seen(scorecard(month, "MASH", LONDON))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
def test_no_figure_of_a_scorecard_is_broken_or_left_out_however_narrow_the_terminal(width: int) -> None:
    card = sample.card()
    shown = seen(scorecard(card, "MASH", LONDON), width)
    for table in tables(card):
        if not table.wide:
            for row in table.rows:
                assert all(str(cell) in shown for cell in row[1:])
                assert all(table.numbers(column, row) in shown for column in range(len(row)))
        assert all(word in shown for head in table.head for word in head.split())


@pytest.mark.parametrize(("width", "lines"), [(160, 2), (240, 1)])
def test_what_a_share_is_made_of_stands_beside_it_or_beneath_it(width: int, lines: int) -> None:
    card = sample.card()
    shown = seen(scorecard(card, "MASH", LONDON), width)
    rows = shown[shown.index("Where they came from") : shown.index("What became of them")].splitlines()
    at = next(number for number, line in enumerate(rows) if line.startswith("Police "))
    police = card.total.groups["Police"]
    told = " ".join(rows[at : at + lines])
    for tally in police.tallies:
        assert tally is not None
        assert share_in_numbers(tally) in told
    assert f"{police.nfa:,} of {police.contacts:,}" in told
    assert rows[at + lines].startswith("Schools ")


def test_an_empty_scorecard_is_dashes_and_no_empty_tables() -> None:
    card = sample.card(Period(date(2031, 1, 1), date(2031, 1, 31), "2031-01"))
    shown = seen(scorecard(card, "MASH", LONDON))
    assert "nothing due" in shown
    assert "Where they came from" not in shown


def test_a_long_source_group_is_visibly_shortened() -> None:
    position = sample.position([sample.subject(source_group="Voluntary organisations and charities")])
    assert "Voluntary organisat…" in seen(contacts(position))
