"""What a check found, each with its place and its remedy, the errors first."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.words import count
from mash_monitor.views.terminal.canvas import HEADING, QUIET, said

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: QUIET}
_ORDER = list(_STYLES)


def findings(found: Sequence[Finding]) -> RenderableType:
    """The findings, then how many of each severity."""
    return Group(*_draw(found))


def _draw(found: Sequence[Finding]) -> Iterator[RenderableType]:
    for finding in sorted(found, key=lambda finding: _ORDER.index(finding.severity)):
        yield Text.assemble(
            (finding.severity.value.upper(), _STYLES[finding.severity]), "  ", said(finding.place, HEADING)
        )
        yield Padding(said(finding.found), (0, 0, 0, 4))
        if finding.remedy:
            yield Padding(Text.assemble(("→ ", QUIET), said(finding.remedy)), (0, 0, 0, 4))
    numbers = Counter(finding.severity for finding in found)
    errors, warnings = numbers[Severity.ERROR], numbers[Severity.WARNING]
    if errors or warnings:
        yield Text(
            f"{count(errors, 'error')}, {count(warnings, 'warning')}",
            _STYLES[Severity.ERROR if errors else Severity.WARNING],
        )
    else:
        yield Text("All is well.", "green")
