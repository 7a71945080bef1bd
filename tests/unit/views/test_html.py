"""Pages that can be sent: one file, nothing outside it, nothing personal, colours in words."""

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest

from mash_monitor.domain.measures import Tally
from mash_monitor.domain.performance import performance
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import Position, Quality, StoreSeen
from mash_monitor.domain.stretches import day_ahead
from mash_monitor.domain.suppression import suppressed
from mash_monitor.domain.weeks import Weeks
from mash_monitor.views import html
from mash_monitor.views.glossary import HERE, percentage, share, share_in_numbers
from mash_monitor.views.hours import in_words
from mash_monitor.views.html import report_html, scorecard_html, summary_html
from mash_monitor.views.text import report_text
from tests.unit.views import sample
from tests.unit.views.sample import CALENDAR, FRIDAY, HOUR, LONDON, TIMESCALES

NOON = FRIDAY - 4 * HOUR
VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Tags in order, their attributes, and whether they close as they should."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)


def pages() -> dict[str, str]:
    position = sample.position(now=NOON)
    return {
        "summary": summary_html(position),
        "report": report_html(position),
        "scorecard": scorecard_html(sample.card(), "Herefordshire MASH", LONDON),
    }


@pytest.mark.parametrize("name", ["summary", "report", "scorecard"])
def test_a_page_is_one_file_that_a_screen_reader_can_read(name: str) -> None:
    page = pages()[name]
    outline = Outline(page)
    tags = [tag for tag, _ in outline.tags]
    assert page.startswith("<!doctype html>")
    assert dict(outline.tags)["html"] == {"lang": "en-GB"}
    assert tags.count("h1") == tags.count("main") == 1
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert not re.search(r"(src|href)=|url\(|https?:", page)
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in outline.tags if tag == "th")
    for tag, attributes in outline.tags:
        if tag == "table" and attributes.get("role") == "presentation":
            assert attributes["aria-hidden"] == "true"


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_have_the_contrast_that_wcag_aa_asks_for() -> None:
    for background, ink in html._LEVEL_COLOURS.values():
        assert contrast(background, ink) >= 4.5
    for clothes, inks in ((html._LIGHT, html._STANDING_INKS), (html._DARK, html._DARK_INKS)):
        for ink in (*inks.values(), clothes["quiet"], clothes["ink"]):
            assert contrast(clothes["page"], ink) >= 4.5
        for drawn in ("bar", "ink"):  # what a chart is read by, against what lies beside it
            assert contrast(clothes["track"], clothes[drawn]) >= 3
            assert contrast(clothes["page"], clothes[drawn]) >= 3


def test_dark_and_forced_colours_and_paper_are_thought_of() -> None:
    for page in pages().values():
        for medium in ("(prefers-color-scheme: dark)", "(forced-colors: active)", "print"):
            assert f"@media {medium}" in page
        assert "size: A4" in page


def test_each_chart_is_named_in_words_and_stands_before_its_table() -> None:
    outline = Outline(pages()["scorecard"])
    tags = [tag for tag, _ in outline.tags]
    charts = [attributes for tag, attributes in outline.tags if tag == "svg"]
    assert len(charts) >= 4
    assert {chart["role"] for chart in charts} == {"img"}
    names = {attributes.get("id") for tag, attributes in outline.tags if tag == "title"}
    assert {chart["aria-labelledby"] for chart in charts} <= names
    for place, tag in enumerate(tags):
        if tag == "svg":
            assert tags.index("table", place) < (
                tags.index("svg", place + 1) if "svg" in tags[place + 1 :] else len(tags)
            )


def test_a_share_of_a_part_stands_with_what_it_is_made_of() -> None:
    card = sample.card()
    said = " ".join(" ".join(Outline(scorecard_html(card, "MASH", LONDON)).words).split())
    for part in (*card.total.groups.values(), *(month for _, month in card.months)):
        assert f"{percentage(part.nfa_pct)} {part.nfa:,} of {part.contacts:,} " in said
        assert " ".join(f"{share(tally)} {share_in_numbers(tally)}" for tally in part.tallies if tally) in said


def test_what_is_withheld_is_withheld_on_the_page_too() -> None:
    card = suppressed(sample.card(), 110)
    page = scorecard_html(card, "MASH", LONDON)
    assert "* withheld: a count from 1 to 109" in page
    small = [part.contacts for part in sample.card().total.groups.values() if (part.contacts or 0) < 110]
    assert small
    for number in small:
        assert f">{number}<" not in page


def test_the_report_names_every_open_contact_in_order_with_its_colour_as_a_word() -> None:
    position = sample.position(now=NOON)
    page = report_html(position)
    references = [item.subject.contact_id for item in position.watched]
    listed = page[page.index("Every open contact") :]
    assert re.findall(r">(C-\d+)<", listed) == references
    for word, number in (("OVERDUE", position.counts.overdue), ("RED", position.counts.red)):
        assert page.count(f"</span> {word}</span>") == number


def test_a_summary_has_what_the_terminal_has_and_an_email_has_it_without_a_chart() -> None:
    position = sample.position(now=NOON)
    page, mail = summary_html(position), report_html(position)
    assert page.count("<svg") == 1 + len(position.performance or ())  # the day ahead, and the weeks by each clock
    assert "<svg" not in mail
    for view in (page, mail):
        assert len(view) < 100 * 1024
        said = " ".join(" ".join(Outline(view).words).split())
        for stretch in day_ahead(position):
            assert f"{HERE[stretch.staffed]} {len(stretch.due) or 'none'} " in said
        for row in position.performance or ():
            assert all(f"{share(tally)} {share_in_numbers(tally)}" in said for tally in row.weeks.values())
        assert position.intake is not None
        police = position.by_group()["Police"]
        flow, came = position.intake.groups["Police"], percentage(position.intake.share_pct("Police"))
        converted = percentage(flow.conversion_pct)
        assert f"Police {police.total} {police.red} {police.overdue} {came} {converted}" in said
    assert in_words(position) in page


def test_a_summary_shows_what_can_still_be_saved_before_what_is_overdue_and_how_much_more_there_is() -> None:
    late = [sample.subject(f"C-{number}", FRIDAY - 30 * HOUR) for number in range(20)]
    waiting = [sample.subject(f"C-{number}") for number in range(20, 29)]
    page = summary_html(sample.position([*late, *waiting]))
    said = " ".join(" ".join(Outline(page).words).split())
    places = [said.index(words) for words in (
        "Next to breach", "RED C-20", "RED C-25", "and 3 more: mash-monitor contacts", "Overdue, the longest first",
        "OVERDUE C-0", "and 14 more: mash-monitor contacts", "Decided in time",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "RED C-26" not in said
    assert "more: mash-monitor" not in report_html(sample.position([*late, *waiting]))


def hostile() -> Position:
    subject = sample.subject(
        "<script>1</script>",
        source_group='"><b>Police\u202e',
        source_desc="CANARY description",
        teams=("<i>Team</i>",),
    )
    return sample.position(
        [subject],
        notices=("<u>notice</u>",),
        store=StoreSeen(NOON, "CANARY cause"),
        quality=Quality(set_aside=1, set_aside_examples=("CANARY example",)),
    )


@pytest.mark.parametrize("view", [summary_html, report_html])
def test_text_from_a_store_is_escaped_and_what_is_personal_stays_out(view: Callable[[Position], str]) -> None:
    page = view(hostile())
    Outline(page)
    assert "CANARY" not in page
    assert "\u202e" not in page
    assert not re.search(r"<(script|b|i|u)\b[^r]", page)
    assert "#" in page
    assert "&lt;u&gt;notice" in page


def test_a_reference_that_could_hold_a_name_leaves_only_as_a_digest() -> None:
    position = sample.position([sample.subject("Jones Mary"), sample.subject("C-2")])
    for sent in (summary_html(position), report_html(position)):
        assert "Jones" not in sent
        assert "C-2" in sent


def test_trouble_stands_first_on_every_page() -> None:
    position = sample.position(store=StoreSeen(FRIDAY - 8 * HOUR, "refused"), performance=None, reconstructed=True)
    for page in (summary_html(position), report_html(position)):
        words = [text.strip() for text in Outline(page).words if text.strip()]
        assert words[1].startswith("CONTACT STORE NOT SEEN since 08:30.")
        assert "Reconstructed from the rows" in page
    assert "the contact store could not be read" in summary_html(position)


def test_empty_positions_and_periods_are_pages_too() -> None:
    empty = sample.position([], quality=Quality())
    assert "No contact is open." in summary_html(empty)
    assert "Nothing doubtful." in summary_html(empty)
    assert "The next 24 hours" not in report_html(empty)
    assert "Every open contact" not in report_html(empty)
    weeks = Weeks.until(FRIDAY, CALENDAR)
    never = sample.position([], performance=tuple(performance([], TIMESCALES, CALENDAR, FRIDAY, weeks)), intake=None)
    assert "nothing due" in report_html(never)
    for view in (summary_html(never), report_html(never), report_text(never)):
        assert "Week by week" not in view
    card = sample.card(Period(date(2031, 1, 1), date(2031, 1, 31), "2031-01"))
    assert "nothing due" in scorecard_html(card, "MASH", LONDON)


@pytest.mark.parametrize("tally", [Tally(), Tally(3, 1, 2), Tally(3, 1, 1, 0, 1), Tally(1, 1), Tally(1, 0, 1)])
@pytest.mark.parametrize("aim", [None, 0, 50, 95, 100])
def test_a_bar_fills_its_width_exactly(tally: Tally, aim: float | None) -> None:
    assert sum(width for width, _ in html._segments(tally, aim)) == 100
