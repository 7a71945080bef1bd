"""The report as plain text, which leaves the machine."""

from mash_monitor.domain.changes import Changes
from mash_monitor.views.text import report_text
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR


def test_the_report_says_what_changed_since_the_one_before() -> None:
    changes = Changes(FRIDAY - 4 * HOUR, FRIDAY, red=3, decided=2)
    position = sample.position(
        [sample.subject("C-1", worker="CANARY")], changes=changes, reported=Changes(0, 1, came=9)
    )
    lines = report_text(position).splitlines()
    assert lines[3:5] == ["Since 12:30: 3 new RED, 2 decided.", ""]
    assert lines[5].startswith("RED C-1, due 20:30")
    assert "CANARY" not in "".join(lines)
