"""A real Chromium, one a run, that notes whatever goes wrong on a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_TELL_VIOLATIONS = "addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The Chromium of this machine."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, _NAMES)), None)
    assert found is not None, "no Chromium on this machine; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Screen:
    """One browser window. `troubles` are what its console, its policy and its scripts complained of."""

    page: "Page"
    troubles: list[str] = field(default_factory=list)

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width

    @property
    def inaccessible(self) -> list[tuple[str, list[str]]]:
        """What axe-core finds: (rule, where)."""
        from axe_playwright_python.sync_playwright import Axe

        found: list[dict[str, Any]] = Axe().run(self.page, options=_RULES).response["violations"]
        return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@contextmanager
def screen(chromium: "Browser", width: int = 1280, height: int = 800, **given: Any) -> Iterator[Screen]:
    """A window of its own, without what another one keeps; further settings are those of Playwright."""
    context = chromium.new_context(viewport={"width": width, "height": height}, **given)
    context.set_default_timeout(30_000)
    page = context.new_page()
    made = Screen(page)
    if given.get("java_script_enabled", True):
        page.add_init_script(_TELL_VIOLATIONS)
    page.on("console", lambda said: made.troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: made.troubles.append(str(error)))
    try:
        yield made
    finally:
        context.close()
