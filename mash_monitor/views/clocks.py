"""By which clock a timescale counts, in words that follow from the timescale itself."""

from collections.abc import Iterable, Iterator

from mash_monitor.domain.timescale import Clock, Ends, Timescale
from mash_monitor.domain.words import duration
from mash_monitor.views.glossary import target
from mash_monitor.views.untrusted import plain

_DAYS = {0: "the day of receipt", 1: "the next working day after the day of receipt"}


def rule(timescale: Timescale) -> str:
    """When a contact is due by it: "Due before the midnight that ends the next working day ... Target 95%." """
    said = [_due(timescale)]
    if timescale.open_days_only:
        said.append("A day on which the hub does not open is not counted.")
    for kind, names in (("of risk", timescale.risks), ("from", timescale.groups)):
        if names is not None:
            said.append(f"Only for contacts {kind} {' or '.join(sorted(names))}.")
    if timescale.target_pct is not None:
        said.append(f"Target {target(timescale.target_pct)}.")
    return " ".join(said)


def rules(timescales: Iterable[Timescale]) -> Iterator[str]:
    """The rule of each, and where the other figures are explained."""
    yield from (plain(f"{timescale.name}: {rule(timescale)}") for timescale in timescales)
    yield "What the other figures are: mash-monitor glossary"


def _due(timescale: Timescale) -> str:
    if not timescale.has_deadline:
        return "No deadline."
    if timescale.clock is Clock.WORKING_DAYS:
        days = timescale.days or 0
        last = _DAYS.get(days, f"working day {days} after the day of receipt")
        if timescale.ends is Ends.CLOSE:
            return f"Due when the hub closes on {last}, or at midnight where it does not open then."
        return f"Due before the midnight that ends {last}."
    length = duration(timescale.seconds or 0)
    if timescale.clock is Clock.ELAPSED:
        return f"Due {length} after receipt, by a clock that runs day and night."
    counted = "past closing time too" if timescale.runs_past_closing else "while it is open"
    return f"Due {length} after receipt, or after the hub next opens where it is shut, counted {counted}."
