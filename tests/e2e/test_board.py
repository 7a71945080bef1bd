"""The board in a real browser: on a wall, a desk and a telephone, without a script, by keyboard, and when it dies."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from mash_monitor import clock
from mash_monitor.app import App
from mash_monitor.app.hubs import store_settings
from mash_monitor.contacts.importing import import_file
from mash_monitor.domain.message import safe_reference
from mash_monitor.service import passes
from mash_monitor.state import tokens
from mash_monitor.state.database import writing
from mash_monitor.views.glossary import cut
from tests.browser import Screen, screen
from tests.e2e.program import Program, ago
from tests.e2e.service import CONTACTS, config, rows, running, until
from tests.integration.service.wire import free_port, open_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = [(320, 640), (768, 1024), (1280, 800), (1920, 1080)]
PAGES = ["/", "/list", "/contact/C-2", "/scorecard", "/login", "/nowhere"]
LONG = (*(f"{number:040}" for number in range(4)), "C-" + "9" * 198)
"""References as long as may leave, of which the wall shows the ends, and a longer one that a digest stands for."""
FROM_FOUR_METRES = 25
"""Pixels of 1080 on a screen of 55 inches: letters of 12 mm, ten minutes of arc."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service with a board: one contact overdue, one red, a hundred and twenty green or amber."""

    program: Program
    port: int
    token: str

    @property
    def url(self) -> str:
        """Where the board is."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def runs(self) -> Iterator["subprocess.Popen[str]"]:
        """Run it, until its first look is done."""
        with running(self.program) as process:
            until(lambda: open_to(self.port) and rows(self.program, "SELECT 1 FROM hubs WHERE last_look_at > 0"), 90)
            yield process

    @contextmanager
    def screen(self, chromium: "Browser", *size: int, **given: Any) -> Iterator[Screen]:
        """A window of somebody who has a token."""
        with screen(chromium, *size, **given) as seen:
            seen.page.context.add_cookies([{"name": "mash-monitor", "value": self.token, "url": self.url}])
            yield seen

    def take_in(self, *contacts: str) -> None:
        """Rows come into the store."""
        file = self.program.folder / "contacts.csv"
        file.write_text(CONTACTS + "".join(f"{line}\n" for line in contacts), encoding="utf-8")
        app = App.load(self.program.folder / "config.toml", {})
        settings = store_settings(app.config.hubs["north"])
        assert import_file(file, settings, app.config.zone, self.program.folder, clock.now()).imported

    def pass_over(self, *contacts: str) -> None:
        """Rows come in, and a pass of another process sees them."""
        self.take_in(*contacts)
        app = App.load(self.program.folder / "config.toml", {})
        passes.between_reports(app.hub("north"), app.engine, clock.now())
        app.engine.dispose()

    def revoke(self) -> None:
        """Take the token back."""
        app = App.load(self.program.folder / "config.toml", {})
        with writing(app.engine) as connection:
            assert tokens.revoke(connection, "wall", clock.now())
        app.engine.dispose()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that only look."""
    with made(tmp_path_factory.mktemp("board")) as service, service.runs():
        yield service


@contextmanager
def made(folder: Any) -> Iterator[Service]:
    """A service that does not run yet."""
    port = free_port()
    program = Program.made(folder, config() + f'\n[web]\nlisten = "127.0.0.1:{port}"\n')
    app = App.load(folder / "config.toml", {})
    with writing(app.state_for_writing()) as connection:
        token = tokens.new(connection, "wall", None, clock.now())
    app.engine.dispose()
    assert token is not None
    service = Service(program, port, token)
    service.take_in(
        f"C-1,,{ago(hours=30)},6,<i>Police</i>,w1,A",
        f"C-2,,{ago(hours=23)},6,Police,w2,A",
        *(f"C-{number},,{ago(minutes=number)},6,School,w3,B" for number in range(10, 125)),
        *(f"{reference},,{ago(minutes=140)},6,School,w3,B" for reference in LONG),
    )
    yield service


# how it looks


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_fits_every_screen_with_nothing_to_complain_of(
    chromium: "Browser", service: Service, width: int, height: int
) -> None:
    with service.screen(chromium, width, height) as seen:
        for path in PAGES:
            seen.page.goto(service.url + path)
            assert (path, seen.overflow) == (path, 0)
            if width in (320, 1920):
                assert (path, seen.inaccessible) == (path, [])
        assert [each for each in seen.troubles if "404" not in each] == []


def test_on_a_telephone_cells_stand_below_each_other_and_are_a_table_all_the_same(
    chromium: "Browser", service: Service
) -> None:
    with service.screen(chromium, 320, 640) as seen:
        for path in PAGES[1:3]:
            seen.page.goto(service.url + path)
            over = "boxes => boxes.map(box => box.scrollWidth - box.clientWidth)"
            assert set(seen.page.locator(".scroll").evaluate_all(over)) == {0}
        seen.page.goto(f"{service.url}/list?rating=overdue")
        table = seen.page.get_by_role("table", name="1 contact, the most urgent first")
        numbers = {role: table.get_by_role(role).count() for role in ("row", "columnheader", "rowheader", "cell")}
        assert numbers == {"row": 2, "columnheader": 7, "rowheader": 1, "cell": 6}
        label = "cell => getComputedStyle(cell, '::before').content"
        assert table.get_by_role("cell").nth(2).evaluate(label).startswith('"Time left: "')


@pytest.mark.parametrize("given", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str)
def test_nobody_is_kept_out_by_their_colours(chromium: "Browser", service: Service, given: dict[str, str]) -> None:
    with service.screen(chromium, 640, 512, **given) as seen:  # 1280 by 1024 at 200%
        for path in PAGES[:4]:
            seen.page.goto(service.url + path)
            assert (path, seen.overflow, seen.inaccessible) == (path, 0, [])


def test_a_wall_is_read_from_four_metres_without_scrolling(chromium: "Browser", service: Service) -> None:
    with service.screen(chromium, 1920, 1080) as seen:
        seen.page.goto(service.url)
        for what in (".urgent", ".outlook", ".seen"):
            size = seen.page.locator(what).first.evaluate("part => parseFloat(getComputedStyle(part).fontSize)")
            assert (what, size >= FROM_FOUR_METRES - 3 * (what != ".urgent")) == (what, True)
        assert seen.page.evaluate("document.documentElement.scrollHeight") <= 1080
        assert [re.sub(r"\s+", " ", text).strip() for text in seen.page.locator(".tile").all_inner_texts()][:2] == [
            "1 OVERDUE", "1 RED",
        ]  # fmt: skip


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_reference_of_any_length_has_room_on_the_wall(
    chromium: "Browser", service: Service, width: int, height: int
) -> None:
    with service.screen(chromium, width, height) as seen:
        seen.page.goto(service.url)
        shown = seen.page.locator(".reference").all_inner_texts()
        assert {cut(safe_reference(reference)) for reference in LONG} <= set(shown)
        assert seen.page.get_by_title(LONG[0], exact=True).get_attribute("href") == f"/contact/{LONG[0]}"
        over = "parts => parts.map(part => part.scrollWidth - part.clientWidth)"
        assert set(seen.page.locator(".urgent li").evaluate_all(over)) == {0}
        assert seen.overflow == 0


def test_on_paper_there_is_nothing_to_click_and_everything_to_read(chromium: "Browser", service: Service) -> None:
    with service.screen(chromium) as seen:
        seen.page.goto(f"{service.url}/list")
        seen.page.emulate_media(media="print")
        assert not seen.page.get_by_role("button", name="Leave").is_visible()
        assert not seen.page.get_by_role("link", name="Scorecard").is_visible()
        assert seen.page.get_by_role("cell", name="OVERDUE", exact=True).is_visible()


# how it is used


def test_by_keyboard_from_the_token_to_a_contact(chromium: "Browser", service: Service) -> None:
    with screen(chromium) as seen:
        page = seen.page
        page.goto(f"{service.url}/list")
        page.locator("#token:focus").wait_for()  # it comes with the first drawing, which may be after the load
        page.keyboard.type(service.token)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{service.url}/list")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "To the content"
        page.keyboard.press("Enter")
        page.locator("#main:focus").wait_for()
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "all"
        while page.locator(":focus").inner_text() != "C-1":
            page.keyboard.press("Tab")
        outline = page.locator(":focus").evaluate("link => getComputedStyle(link).outlineStyle")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{service.url}/contact/C-1")
        assert (outline, page.locator("h1").inner_text()) == ("solid", "C-1")
        assert "<i>Police</i>" in page.locator("dl").inner_text()
        assert seen.troubles == []


def test_without_a_script_it_is_all_there_and_reloads_by_itself(chromium: "Browser", service: Service) -> None:
    with screen(chromium, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(service.url)
        page.get_by_label("Token").fill(service.token)
        page.get_by_role("button", name="Open").click()
        page.wait_for_url(f"{service.url}/")
        assert page.locator(".tile").count() == 4
        assert page.locator('meta[http-equiv="refresh"]').get_attribute("content") == "60"
        page.get_by_role("link", name="List").click()
        page.get_by_role("link", name="page 2").click()
        page.get_by_role("table", name="page 2 of 2").wait_for()
        page.get_by_role("link", name="overdue", exact=True).click()
        page.get_by_role("table", name="1 contact, the most urgent first").wait_for()
        page.get_by_role("link", name="C-1").click()
        page.get_by_role("heading", name="What was sent").wait_for()
        page.get_by_role("link", name="Scorecard").click()
        page.get_by_role("link", name="the month before").click()
        page.get_by_role("button", name="Leave").click()
        page.get_by_label("Token").wait_for()
        page.goto(service.url)
        assert page.get_by_label("Token").is_visible()


def test_a_wrong_token_is_refused_each_time_more_slowly(chromium: "Browser", service: Service) -> None:
    with screen(chromium) as seen:
        page = seen.page
        page.goto(f"{service.url}/scorecard")

        def tried(token: str) -> str:
            page.get_by_label("Token").fill(token)
            with page.expect_navigation():
                page.get_by_role("button", name="Open").click()
            return page.locator("main").inner_text()

        assert [("opens nothing" in tried("wrong")) for _ in range(3)] == [True] * 3
        assert "Too many wrong tokens. Try again in" in tried(service.token)
        assert (seen.overflow, seen.inaccessible) == (0, [])
        until(lambda: "Decided in time" in tried(service.token))
        assert page.url == f"{service.url}/scorecard"


# how true it is


def test_an_open_page_follows_each_pass_and_turns_grey_when_nobody_lives(
    chromium: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> None:
    with made(tmp_path_factory.mktemp("live")) as service, service.screen(chromium, 1280, 800) as seen:
        page = seen.page
        with service.runs() as process:
            page.goto(service.url)
            link = page.locator(".reference", has_text="C-1").first
            link.focus()
            service.pass_over(f"C-200,,{ago(hours=40)},6,Police,w2,A")
            page.locator(".tile.overdue", has_text="2").wait_for()
            assert page.title().startswith("3 red or overdue")
            assert page.locator(":focus").inner_text() == "C-1"  # whoever was reading is still there
            assert "2 OVERDUE" in page.locator("#said").inner_text()
            assert "gone" not in (page.locator("body").get_attribute("class") or "")
            assert seen.troubles == []
            coloured = page.locator(".tile.overdue a").evaluate("part => getComputedStyle(part).backgroundColor")
            process.kill()
            page.locator("body.gone").wait_for()
            assert re.search(
                r"NOT LIVE. The service was last heard \d\d:\d\d, .* ago", page.locator("#lost").inner_text()
            )
            grey = page.locator(".tile.overdue a").evaluate("part => getComputedStyle(part).backgroundColor")
            assert (coloured, len(set(re.findall(r"\d+", grey)))) == ("rgb(107, 0, 17)", 1)
            assert seen.inaccessible == []
        with service.runs():
            page.locator("body:not(.gone)").wait_for()
            service.pass_over(f"C-201,,{ago(hours=41)},6,Police,w2,A")
            page.locator(".tile.overdue", has_text="3").wait_for()
            service.revoke()
            page.get_by_label("Token").wait_for()
