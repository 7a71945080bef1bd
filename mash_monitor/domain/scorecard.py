"""What managers and scrutiny look at: computed once, shown everywhere.

Every count comes from contacts, never from alerts, so that a scorecard can be recomputed from rows.
"""

from dataclasses import dataclass

from mash_monitor.domain.figures import Whole
from mash_monitor.domain.period import Period


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of a period, of each of its months, and of the period `before` that it is compared with.

    `at` is the instant as of which the contacts stand. `least` is the smallest count that is shown, where
    smaller ones are withheld for publication.
    """

    period: Period
    total: Whole
    months: list[tuple[Period, Whole]]
    before: Period
    previous: Whole
    at: int
    least: int | None = None
