"""When contacts are decided: in staffed hours, and as late as the published figures say.

One hub can be at 88% by one working day and at 44% by 24 hours of the same contacts, because it works to the
end of the next working day. So each decision has one of three paces, and which of them a contact can have at
all depends on when it came: nobody decides on a Sunday, and what came on a Monday evening is decided on
Tuesday within 24 hours or not on Tuesday at all.
"""

from collections.abc import Sequence
from enum import Enum
from random import Random

from mash_monitor.domain.calendar import DAY, Calendar
from mash_monitor.domain.timescale import Clock, Timescale, deadline

_ONE_WORKING_DAY = Timescale("one working day", Clock.WORKING_DAYS, days=1)
_LEAST = 15 * 60  # nobody decides in less staffed time than that
_MEAN_LATENESS = 10 * 3600  # staffed


class Pace(Enum):
    """How fast a contact is decided."""

    PROMPT = "within 24 hours"
    NEXT_DAY = "later, but within one working day"
    LATE = "after one working day"


def assign(received: Sequence[int], prompt: int, in_one_day: int, calendar: Calendar, random: Random) -> list[Pace]:
    """A pace for each contact, so that `prompt` of them are within 24 hours and `in_one_day` within that.

    The numbers are met exactly wherever the hub's hours allow them; where they do not (a week of holidays,
    say), as nearly as they can be. `received` are instants.
    """
    possible = [_possible(instant, calendar) for instant in received]
    pile = [index for index in random.sample(range(len(received)), len(received)) if possible[index]]
    chosen = [Pace.LATE] * len(received)
    for index in pile[:in_one_day]:
        chosen[index] = possible[index][0]
    too_prompt = max(0, chosen.count(Pace.PROMPT) - prompt)
    can_wait = [index for index in pile[:in_one_day] if len(possible[index]) == 2]
    for index in can_wait[:too_prompt]:
        chosen[index] = Pace.NEXT_DAY
    return chosen


def decided_at(pace: Pace, received: int, calendar: Calendar, random: Random) -> int:
    """When a contact of this pace, which must be possible for it, is decided: a staffed minute.

    Raises NeverStaffed where the hub does not open.
    """
    tomorrow, end = received + DAY, _end_of_one_day(received, calendar)
    if pace is Pace.PROMPT:  # towards the end: the pile is worked off from the top
        share, available = random.random() ** 0.6, calendar.staffed(received, tomorrow)
        return _staffed_minute(received, share * available, calendar)
    if pace is Pace.NEXT_DAY:  # soon after the 24 hours, for the same reason
        share, available = random.random() ** 1.5, calendar.staffed(tomorrow, end)
        return _staffed_minute(tomorrow, share * available, calendar)
    return _staffed_minute(end, random.expovariate(1 / _MEAN_LATENESS), calendar)


def _possible(received: int, calendar: Calendar) -> list[Pace]:
    """The paces, beside late, that the hub's hours leave to a contact; the faster first."""
    tomorrow, end = received + DAY, _end_of_one_day(received, calendar)
    spans = ((Pace.PROMPT, received, tomorrow), (Pace.NEXT_DAY, tomorrow, end))
    return [pace for pace, start, stop in spans if calendar.staffed(start, stop) >= _LEAST]


def _end_of_one_day(received: int, calendar: Calendar) -> int:
    due = deadline(_ONE_WORKING_DAY, received, calendar)
    assert due is not None  # noqa: S101 - the timescale above sets one
    return due.at


def _staffed_minute(start: int, after: float, calendar: Calendar) -> int:
    """The minute in which so much staffed time, at least two minutes, has passed since `start`."""
    # one second before, because closing time itself is no longer staffed
    instant = calendar.add(start, max(120, int(after))) - 1
    return instant - instant % 60
