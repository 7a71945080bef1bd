"""How long a command takes before it does anything, in processor time: what else the machine does is not ours."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import Figure, Report, in_turns

pytestmark = pytest.mark.bench

_HERE = Path(__file__).resolve().parents[2]
_COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As it is installed, so are modules compiled once: to compile ours at each start takes as long as all that they do."""


def _processor_seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=_HERE, env=_COMPILED)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_comes_at_once(report: Report) -> None:
    """Beside an interpreter that does nothing."""
    measured, raw = in_turns(
        lambda: _processor_seconds("-m", "mash_monitor", "--help"), lambda: _processor_seconds("-c", "pass")
    )
    report.add(Figure("mash-monitor --help (raw: bare interpreter)", measured, raw, limit=8))


def test_the_summary_of_a_hub_comes_soon(report: Report, tmp_path: Path) -> None:
    """Beside an interpreter that imports what no summary can do without."""
    _processor_seconds("-m", "mash_monitor", "demo", "--days", "30", "--dir", str(tmp_path))
    config = str(tmp_path / "config.toml")
    measured, raw = in_turns(
        lambda: _processor_seconds("-m", "mash_monitor", "summary", "--config", config),
        lambda: _processor_seconds("-c", "import sqlalchemy, rich.console, rich.table"),
    )
    report.add(Figure("summary of the demo (raw: import sqlalchemy and rich)", measured, raw, limit=1.6))
