"""Pages that are files, in a real browser: nothing keeps anybody out, on any screen, in any colours, on paper."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.views.html import report_html, scorecard_html, summary_html
from tests.browser import screen
from tests.unit.counting.plain import scorecard
from tests.unit.views import sample
from tests.unit.views.sample import CALENDAR, FRIDAY, HOUR, LONDON, TIMESCALES

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def four_clocks() -> Scorecard:
    """A scorecard of a hub whose pack has four timescales."""
    names = ("red, 4 hours", "amber, one working day", "green, three working days", "rated within one working day")
    scales = [replace(TIMESCALES[0], name=name) for name in names]
    period = Period(date(2025, 10, 1), date(2025, 12, 31), "2025-26-Q3")
    contacts = sample.history(period.previous().bounds(CALENDAR)[0], period.bounds(CALENDAR)[1])
    return scorecard(contacts, period, scales, CALENDAR, FRIDAY)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages by name, as addresses."""
    folder: Path = tmp_path_factory.mktemp("pages")
    position = sample.position(now=FRIDAY - 4 * HOUR)
    card = sample.card()
    teams = {**card.total.teams, "T" * 200: card.total.teams["MASH 1"]}
    pages = {
        "clocks": scorecard_html(four_clocks(), "Herefordshire MASH", LONDON),
        "scorecard": scorecard_html(card, "Herefordshire MASH", LONDON),
        "long": scorecard_html(replace(card, total=replace(card.total, teams=teams)), "Herefordshire MASH", LONDON),
        "summary": summary_html(position),
        "report": report_html(position),
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in pages}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("scorecard", {}),
        ("scorecard", {"color_scheme": "dark"}),
        ("scorecard", {"forced_colors": "active"}),
        ("summary", {}),
        ("summary", {"color_scheme": "dark"}),
        ("report", {}),
    ],
    ids=str,
)
def test_axe_finds_nothing(chromium: "Browser", files: dict[str, str], name: str, given: dict[str, str]) -> None:
    with screen(chromium, 768, 900, **given) as seen:
        seen.page.goto(files[name])
        assert seen.inaccessible == []
        assert seen.troubles == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_page_fits_every_screen(chromium: "Browser", files: dict[str, str], width: int) -> None:
    with screen(chromium, width, 800) as seen:
        for name, address in files.items():
            seen.page.goto(address)
            assert (name, seen.overflow <= 0) == (name, True)


_SCROLLING = "[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth).length"


def test_on_a4_no_table_is_cut_off(chromium: "Browser", files: dict[str, str]) -> None:
    with screen(chromium, 700, 1000) as seen:  # A4 within its margins, in pixels
        seen.page.emulate_media(media="print")
        for name in files.keys() - {"clocks"}:
            seen.page.goto(files[name])
            assert (name, seen.overflow <= 0) == (name, True)


def test_what_is_too_wide_for_a_sheet_lies_on_its_side(chromium: "Browser", files: dict[str, str]) -> None:
    with screen(chromium, 1030, 700) as seen:
        seen.page.emulate_media(media="print")
        seen.page.goto(files["clocks"])
        assert seen.overflow <= 0
        sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", seen.page.pdf(prefer_css_page_size=True))
    assert {float(width) > float(height) for width, height in sheets} == {False, True}


def test_an_email_is_read_without_moving_it_sideways(chromium: "Browser", files: dict[str, str]) -> None:
    with screen(chromium, 600, 800) as seen:
        seen.page.goto(files["report"])
        assert seen.page.evaluate(_SCROLLING) == 0
    with screen(chromium, 320, 600) as seen:
        seen.page.goto(files["report"])
        why = "[...document.querySelectorAll('[aria-label^=\"Every open\"] td:last-child')]"
        assert seen.page.evaluate(f"{why}.length") > 0
        assert seen.page.evaluate(f"{why}.filter(cell => cell.getBoundingClientRect().right > innerWidth).length") == 0


def test_a_wide_screen_shows_every_column_of_a_scorecard(chromium: "Browser", files: dict[str, str]) -> None:
    with screen(chromium, 1280, 1024) as seen:
        seen.page.goto(files["long"])
        assert seen.page.evaluate(_SCROLLING) == 0


def test_no_figure_is_broken_in_its_middle(chromium: "Browser", files: dict[str, str]) -> None:
    with screen(chromium, 320, 800) as seen:
        seen.page.goto(files["scorecard"])
        lines = """cells => cells.map(cell => {
            const range = document.createRange(); range.selectNodeContents(cell.firstChild)
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size
        })"""
        figures = seen.page.locator("td.n:not(:empty), td.n > .quiet, td > strong:first-child")
        assert set(figures.evaluate_all(lines)) == {1}
