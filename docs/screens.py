"""Draws docs/board-*.png: the board of the made-up hub at one fixed moment, in four windows. See `make screens`."""

import socket
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from mash_monitor.app import App
from mash_monitor.cli import main
from mash_monitor.cli.given import instant
from mash_monitor.state import services, tokens
from mash_monitor.state.database import writing
from mash_monitor.web.companion import beside

AT = "2026-03-06T12:30"
HERE = Path(__file__).parent
WINDOWS = (("wall", 1920, 1080, "/"), ("list", 1280, 800, "/list"), ("tablet", 768, 1024, "/scorecard"),
           ("telephone", 320, 640, "/"))  # fmt: skip


def draw() -> None:
    """Serve the demo as it stood, and look at it."""
    with TemporaryDirectory() as folder:
        with redirect_stdout(StringIO()):
            if main(["demo", "--config", str(HERE.parent / "config.toml"), "--at", AT, "--dir", folder]):
                sys.exit("docs/screens.py: the demo failed; see what it printed above")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        config = Path(folder) / "config.toml"
        config.write_text(
            f'{config.read_text(encoding="utf-8")}\n[web]\nlisten = "127.0.0.1:{port}"\n', encoding="utf-8"
        )
        app = App.load(config, {})
        at = instant(AT, app.config.zone, "AT")
        companion = beside(app, app.daemon(lambda: at))
        with writing(app.engine) as connection:
            token = tokens.new(connection, "screens", None, at)
            services.beat(connection, services.Heartbeat("screens", at, 30, at, None, None))
        if companion is None or token is None:
            sys.exit("docs/screens.py: the demo has no board")
        companion.start()
        photograph(f"http://127.0.0.1:{port}", token)
        companion.stop()


def photograph(url: str, token: str) -> None:
    """A picture for each window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, width, height, path in WINDOWS:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.context.add_cookies([{"name": "mash-monitor", "value": token, "url": url}])
            page.goto(url + path)
            page.screenshot(path=HERE / f"board-{name}.png")
        browser.close()


draw()
