"""The scorecard command and its periods."""

import argparse
import re
import sys
from calendar import monthrange
from datetime import date, datetime
from pathlib import Path

from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, UsedWrongError
from mash_monitor.domain.measures import Period
from mash_monitor.service.measuring import store_scorecard
from mash_monitor.views import documents
from mash_monitor.views.terminal.console import make_console
from mash_monitor.views.terminal.scorecard import scorecard

_EXPECTED = "expected 2020-03, 2020-01..2020-03, 2019-20-Q4, 2019-20 or 2020-01-06..2020-01-19"


def scorecard_command(arguments: argparse.Namespace) -> int:
    """The figures of a period."""
    app = given.app(arguments)
    hub = app.hub(arguments.hub)
    chosen = period(arguments.period)
    at, now = given.asked_at(arguments, hub.zone)
    if hub.calendar.midnight(chosen.start) > now:
        raise UsedWrongError(f"--period: {chosen.name} is still to come; there is nothing to count yet")
    card = store_scorecard(hub, app.state_for_reading(), chosen, at)
    written = []
    if arguments.html:
        from mash_monitor.views.html import scorecard_html

        Path(arguments.html).write_text(scorecard_html(card, hub.title, hub.zone), encoding="utf-8")
        written.append(arguments.html)
    if arguments.csv:
        from mash_monitor.views.spreadsheet import scorecard_csv

        Path(arguments.csv).write_text(scorecard_csv(card), encoding="utf-8", newline="")
        written.append(arguments.csv)
    if arguments.xlsx:
        from mash_monitor.views.spreadsheet import scorecard_xlsx

        scorecard_xlsx(card, Path(arguments.xlsx))
        written.append(arguments.xlsx)
    if arguments.json:
        print(documents.dump(documents.scorecard_document(hub.name, card)))
    elif written:
        print("\n".join(f"written: {path}" for path in written))
    else:
        console = make_console(sys.stdout)
        console.print(scorecard(card, hub.title, hub.zone))
        if at != now:
            console.print(given.reconstructed(at, hub.zone))
    return DONE


def period(text: str) -> Period:
    """A period as people write it; a financial year starts in April. Raises UsedWrongError."""
    words = text.strip()
    if match := re.fullmatch(r"(\d{4})-(\d{2})-Q([1-4])", words, re.IGNORECASE):
        year = _financial_year(match[1], match[2], words)
        month = 3 * int(match[3]) + 1
        start = date(year + (month > 12), (month - 1) % 12 + 1, 1)
        return Period(start, _last_of(start.year, start.month + 2), words)
    first, dots, last = words.partition("..")
    if not dots and (match := re.fullmatch(r"(\d{4})-(\d{2})", words)) and int(match[2]) > 12:
        year = _financial_year(match[1], match[2], words)
        return Period(date(year, 4, 1), date(year + 1, 3, 31), words)
    start, end = _day(first, words, last=False), _day(last if dots else first, words, last=True)
    if end < start:
        raise UsedWrongError(f"--period: found {words!r}, which ends before it starts; {_EXPECTED}")
    return Period(start, end, words)


def _financial_year(first: str, second: str, words: str) -> int:
    year = int(first)
    if (year + 1) % 100 != int(second) or not 1991 <= year < 2189:
        raise UsedWrongError(f"--period: found {words!r}; a financial year is written 2019-20; {_EXPECTED}")
    return year


def _day(text: str, words: str, *, last: bool) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            month = datetime.strptime(text, "%Y-%m").replace(day=1).date()  # noqa: DTZ007 - a date, no time
            day = _last_of(month.year, month.month) if last else month
        else:
            day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - as above
    except ValueError:
        raise UsedWrongError(f"--period: found {words!r}; {_EXPECTED}") from None
    if not 1991 <= day.year < 2189:
        raise UsedWrongError(f"--period: found {words!r}, expected years that a calendar reaches")
    return day


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
