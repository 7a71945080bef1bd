"""Draws docs/summary.svg: the summary of the made-up hub at one fixed moment. Run it by `make picture`."""

import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from mash_monitor.app import App
from mash_monitor.cli import main
from mash_monitor.cli.given import instant
from mash_monitor.service.positions import as_of_now
from mash_monitor.views.terminal.summary import summary

AT = "2026-03-06T12:30"
COLUMNS = 120
HERE = Path(__file__).parent


def draw() -> str:
    """The summary as SVG, from a demo made by the ordinary command."""
    with TemporaryDirectory() as folder:
        with redirect_stdout(StringIO()):
            if main(["demo", "--config", str(HERE.parent / "config.toml"), "--at", AT, "--dir", folder]):
                sys.exit("docs/picture.py: the demo failed; see what it printed above")
        app = App.load(Path(folder) / "config.toml", {})
        hub = app.hub(None)
        position = as_of_now(hub, app.state_for_reading(), instant(AT, hub.zone, "AT"))
    console = Console(file=StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="truecolor",
                      markup=False, emoji=False, highlight=False)  # fmt: skip
    console.print(summary(position))
    svg = console.export_svg(title="mash-monitor summary", unique_id="summary")
    # A picture loads nothing: a page does not let it, and no reader should be reported to a font server.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "Menlo, Consolas, 'DejaVu Sans Mono', monospace")


(HERE / "summary.svg").write_text(draw(), encoding="utf-8")
