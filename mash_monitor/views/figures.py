"""What each figure is: in words, and as what is counted of what. Every view that explains one takes it from here."""

from collections.abc import Iterable
from dataclasses import dataclass

from mash_monitor.domain.timescale import Timescale
from mash_monitor.views.clocks import rule
from mash_monitor.views.glossary import NOT_OVER, WHILE_SHUT


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name as views and JSON call it, what it says, what is counted, and of what.

    `of` is empty where a figure is a plain count.
    """

    name: str
    says: str
    counts: str
    of: str = ""


FIGURES = {
    figure.name: figure
    for figure in (
        Figure("open", "Contacts that wait for a decision.", "contacts received and not decided; one with several "
               "children once; one that vanished from the store stays open until somebody decides or parks it"),
        Figure("overdue", "Open contacts whose deadline has passed.", "open contacts past their deadline. JSON counts "
               "them in `red` too"),
        Figure("RED", "Open contacts that breach unless somebody acts before the next report.", "open contacts whose "
               "deadline comes by the next report, or leaves no staffed notice after it, or is nearer than the rules "
               "allow; and those whose time of receipt cannot be read"),
        Figure("amber", "Open contacts that will be red at the next report unless decided.",
               "the same, with the report after the next"),
        Figure("green", "Open contacts with time enough.", "open contacts that are none of these"),
        Figure("breach before the next report", "Deadlines that pass before the hub is told again.",
               "open contacts, not yet overdue, due by the next report"),
        Figure(f"breach {WHILE_SHUT}", "Deadlines that fall when the hub is shut: what is not decided before "
               "it shuts breaches.", "open contacts, not yet overdue, due outside opening hours"),
        Figure("no staffed time left", "Too late for anybody on duty: somebody has to come in.",
               "open contacts, not yet overdue, without an opening minute before their deadline"),
        Figure("in time", "The share decided within the timescale.", "contacts decided at or before their deadline",
               "contacts decided, and contacts still open past their deadline; those open and not yet due are left "
               "out. In a summary, those whose deadline falls inside the window, up to its last midnight; in a "
               "scorecard, those received in the period"),
        Figure("late", "What the share in time leaves out.", "contacts decided after their deadline, and contacts "
               "still open past it"),
        Figure("uncertain", "Decisions that may have been in time or late: only their date is known, or when they "
               "were first seen. The share is then told as two bounds.", "contacts whose decision lies between bounds "
               "that allow both: late in the low bound, in time in the high one"),
        Figure("elapsed and working clocks", "The same contacts by two rules: hours that run day and night, and "
               "days on which the hub works. A share can be met by one and missed by the other.",
               "each timescale of the rules by itself"),
        Figure("week by week", "Whether the share in time gets better. " + NOT_OVER, "as the share in time",
               "contacts whose deadline falls in that week, Monday to Sunday, and which are decided or past it"),
        Figure("ageing", "How long open contacts have waited.", "open contacts by elapsed time since receipt"),
        Figure("share of a source", "Where contacts come from.", "contacts received from the source",
               "all contacts received in the same time"),
        Figure("conversion", "How many contacts become referrals.", "contacts with the outcome referral or child "
               "protection enquiry, for at least one child", "all contacts received in the same time, decided or not"),
        Figure("since the last report", "What became different, contact by contact.", "contacts by where they stood "
               "then and where they stand now: came, newly overdue, red or amber, better by a correction, decided, "
               "open again, gone from the store, back in it, acknowledged"),
        Figure("data quality", "What was read in doubt. A doubtful contact is watched all the same.",
               "rows without an id, which cannot be watched; times that cannot be read, dates without a time, sources "
               "that nobody knows, contacts gone from the store; decisions before receipt",
               "rows that may be open; of doubts about a contact, those open now; of decisions before receipt, the "
               "contacts received this month"),
        Figure("contacts", "Concerns received. One about several children is one.",
               "contacts by local date of receipt"),
        Figure("children", "Children whom the contacts were about, each once.",
               "distinct children, and rows without a person's id"),
        Figure("no further action", "Contacts after which nothing more was to be done.",
               "contacts with the outcome no further action as the weightiest for any child",
               "all contacts received in the same time"),
        Figure("repeats within 12 months", "Contacts about a child about whom there had been another.",
               "contacts of which any child had another contact received within the 365 days before",
               "all contacts received in the same time"),
        Figure("over three working days", "The very late tail.",
               "contacts decided, or still open, after the end of the third working day after receipt",
               "contacts decided by then or past it"),
        Figure("still open", "Contacts of the period that still wait.",
               "contacts received in the period and not decided"),
    )
}  # fmt: skip
"""By name, in the order in which a summary shows them; then those that only a scorecard has."""

_OF_A_SCORECARD = (
    "contacts", "children", "conversion", "no further action", "repeats within 12 months", "over three working days",
    "still open", "in time", "late", "uncertain", "share of a source",
)  # fmt: skip


def of_a_scorecard(timescales: Iterable[Timescale]) -> list[Figure]:
    """What a scorecard shows, in its order; each timescale of the rules follows what a share in time is."""
    found = [FIGURES[name] for name in _OF_A_SCORECARD]
    at = _OF_A_SCORECARD.index("in time") + 1
    return [*found[:at], *map(_by_clock, timescales), *found[at:]]


def _by_clock(timescale: Timescale) -> Figure:
    counted = FIGURES["in time"]
    return Figure(timescale.name, rule(timescale), counted.counts, "contacts as for the share in time")
