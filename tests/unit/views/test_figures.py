"""What each figure is: each clock of the rules by its own words, and what a share leaves out."""

import pytest
from markupsafe import escape

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.timescale import Clock, Ends, Timescale
from mash_monitor.views.clocks import rule
from mash_monitor.views.figures import FIGURES, of_a_scorecard
from mash_monitor.views.glossary import NOT_OVER
from mash_monitor.views.html import scorecard_html, summary_html
from mash_monitor.views.scorecards import scorecard_document
from mash_monitor.views.spoken.scorecard import scorecard
from mash_monitor.views.spoken.summary import summary
from tests.unit.views import sample
from tests.unit.views.sample import HOUR, LONDON, TIMESCALES

HOURS, DAYS = Clock.WORKING_HOURS, Clock.WORKING_DAYS
DAY_AND_NIGHT = "Due 24 h after receipt, by a clock that runs day and night"
BEFORE, CLOSES = "Due before the midnight that ends", "Due when the hub closes on"
NOT_OPEN = "A day on which the hub does not open is not counted."
SHUT = "Due 4 h after receipt, or after the hub next opens where it is shut"


@pytest.mark.parametrize(
    ("timescale", "said"),
    [
        (TIMESCALES[0], f"{DAY_AND_NIGHT}. Target 95%."),
        (Timescale("a", DAYS, days=1), f"{BEFORE} the next working day after the day of receipt."),
        (Timescale("a", DAYS, days=0), f"{BEFORE} the day of receipt."),
        (Timescale("a", DAYS, days=3), f"{BEFORE} working day 3 after the day of receipt."),
        (Timescale("a", DAYS, days=0, ends=Ends.CLOSE, open_days_only=True),
         f"{CLOSES} the day of receipt, or at midnight where it does not open then. {NOT_OPEN}"),
        (Timescale("a", HOURS, seconds=4 * HOUR), f"{SHUT}, counted while it is open."),
        (Timescale("a", HOURS, seconds=4 * HOUR, runs_past_closing=True), f"{SHUT}, counted past closing time too."),
        (Timescale("a", Clock.ELAPSED, seconds=DAY, risks=frozenset({"green", "blue"}), groups=frozenset({"Police"})),
         f"{DAY_AND_NIGHT}. Only for contacts of risk blue or green. Only for contacts from Police."),
        (Timescale("a", Clock.ELAPSED), "No deadline."),
    ],
)  # fmt: skip
def test_a_timescale_says_itself_when_a_contact_is_due(timescale: Timescale, said: str) -> None:
    assert rule(timescale) == said


def test_a_scorecard_defines_each_timescale_of_the_rules_beside_what_in_time_means() -> None:
    names = [figure.name for figure in of_a_scorecard(TIMESCALES)]
    at = names.index("in time")
    assert names[at : at + 3] == ["in time", "24 hours", "one working day"]
    card = sample.card()
    page, document = scorecard_html(card, "MASH", LONDON), scorecard_document("hub", card, LONDON)
    lines = list(scorecard(card, "MASH", LONDON))
    assert {figure.name for figure in of_a_scorecard(TIMESCALES)} == {each["name"] for each in document["definitions"]}
    for timescale in TIMESCALES:
        assert rule(timescale) in page
        assert f"{timescale.name}: {rule(timescale)}" in lines


def test_a_share_in_time_is_not_said_to_count_what_is_not_yet_due() -> None:
    assert "not yet due are left out" in FIGURES["in time"].of
    assert "not yet due are left out" in scorecard_html(sample.card(), "MASH", LONDON)


def test_the_week_that_is_not_over_says_what_it_counts() -> None:
    position = sample.position()
    assert NOT_OVER in FIGURES["week by week"].says
    assert NOT_OVER in list(summary(position))
    assert str(escape(NOT_OVER)) in summary_html(position)
