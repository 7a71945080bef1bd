"""Times, dates and counts in the words of a duty worker."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def duration(seconds: int) -> str:
    """A length of time in the two largest units that say something: "3 h 10 min", "2 d 4 h"."""
    minutes = abs(seconds) // 60
    if minutes == 0:
        return "less than a minute" if seconds else "0 min"
    days, hours, rest = minutes // 1440, minutes // 60, minutes % 60
    if hours >= 72:
        return " ".join(part for part in (f"{days} d", f"{hours % 24} h" if hours % 24 else "") if part)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def moment(instant: int, zone: ZoneInfo) -> str:
    """An instant in full: "Fri 6 Mar 2026 16:30"."""
    at = datetime.fromtimestamp(instant, zone)
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def clock_time(instant: int, now: int, zone: ZoneInfo) -> str:
    """An instant as short as it can be told at `now`: "16:30", "Sat 14:05", "Sat 14 Mar 14:05".

    The weekday is named wherever it is not today, the date where the weekday would be ambiguous, the year
    where it is another one.
    """
    at, today = datetime.fromtimestamp(instant, zone), datetime.fromtimestamp(now, zone)
    apart = abs((at.date() - today.date()).days)
    if apart == 0:
        return f"{at:%H:%M}"
    if apart <= 3:  # further away, last Tuesday and next Tuesday could be taken for one another
        return f"{at:%a %H:%M}"
    year = f" {at.year}" if at.year != today.year else ""
    return f"{at:%a} {at.day} {at:%b}{year} {at:%H:%M}"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """ "1 contact", "2,017 contacts"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def span(start: date, end: date) -> str:
    """ "1 January to 31 March 2020", "1 to 31 March 2020"."""
    if start == end:
        return day(end)
    if start.year != end.year:
        return f"{day(start)} to {day(end)}"
    return f"{start.day} to {day(end)}" if start.month == end.month else f"{start.day} {start:%B} to {day(end)}"


def day(at: date) -> str:
    """A date in full: "1 January 2020"."""
    return f"{at.day} {at:%B %Y}"
