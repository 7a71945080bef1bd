"""The scorecard command: which period, beside which other, and in what clothes."""

import argparse
import sys
from pathlib import Path

from mash_monitor.cli import given
from mash_monitor.cli.main import DONE, FOUND_WRONG, UsedWrongError
from mash_monitor.cli.periods import period
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.scorecards import store_scorecard


def scorecard_command(arguments: argparse.Namespace) -> int:
    """The figures of a period."""
    if arguments.compare and (arguments.html or arguments.xlsx or arguments.csv or arguments.suppress):
        raise UsedWrongError(
            "--compare checks a table and publishes none: leave out --html, --xlsx, --csv and --suppress"
        )
    app = given.app(arguments)
    hub = app.hub(arguments.hub)
    at, now = given.asked_at(arguments, hub.zone)
    chosen, before = _periods(arguments, hub, at)
    card = store_scorecard(hub, app.state_for_reading(), chosen, now, at=at, before=before)
    if arguments.compare:
        return _compare(arguments, card)
    if arguments.suppress:
        from mash_monitor.domain.suppression import suppressed

        card = suppressed(card, arguments.suppress)
    written = _write(arguments, card, hub)
    if arguments.json:
        from mash_monitor.views.documents import dump
        from mash_monitor.views.scorecards import scorecard_document

        print(dump(scorecard_document(hub.name, card, hub.zone)))
    elif written:
        print("\n".join(f"written: {path}" for path in written))
    elif arguments.plain:
        from mash_monitor.views.spoken.scorecard import scorecard as sentences

        told = [] if at == now else [given.reconstructed(at, hub.zone)]
        print("\n".join([*sentences(card, hub.title, hub.zone), *told]))
    else:
        from mash_monitor.views.terminal.console import make_console
        from mash_monitor.views.terminal.scorecard import scorecard

        console = make_console(sys.stdout)
        console.print(scorecard(card, hub.title, hub.zone))
        if at != now:
            console.print(given.reconstructed(at, hub.zone))
    return DONE


def _periods(arguments: argparse.Namespace, hub: WatchedHub, at: int) -> tuple[Period, Period]:
    """The period asked for, and the one that it is compared with."""
    today = hub.calendar.date_of(at)
    chosen = period(arguments.period, today)
    if chosen.start > today:
        raise UsedWrongError(f"--period: {chosen.name} is still to come; there is nothing to count yet")
    before = chosen.previous()
    if arguments.to_date:
        chosen = chosen.to_date()
        before = chosen.year_before()
    if arguments.against:
        before = period(arguments.against, today, "--against")
    return chosen, before


def _compare(arguments: argparse.Namespace, card: Scorecard) -> int:
    """Check a published table; exit code 1 where a figure does not follow."""
    import tomllib
    from decimal import Decimal

    from mash_monitor.domain.published import check, table_of

    path, expected = Path(arguments.compare), "expected a table as in docs/commands.md"
    try:
        table = table_of(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))
    except OSError as error:
        raise UsedWrongError(f"--compare: {path}: {error.strerror or 'it cannot be read'}; {expected}") from None
    except ValueError as error:
        raise UsedWrongError(f"--compare: {path}: found {error}; {expected}") from None
    checked = list(check(table, card))
    if arguments.json:
        from mash_monitor.views.documents import dump
        from mash_monitor.views.scorecards import comparison_document

        print(dump(comparison_document(checked)))
    elif arguments.plain:
        from mash_monitor.views.spoken.scorecard import comparison as compared

        print("\n".join(compared(checked)))
    else:
        from mash_monitor.views.terminal.comparison import comparison
        from mash_monitor.views.terminal.console import make_console

        make_console(sys.stdout).print(comparison(checked))
    return FOUND_WRONG if any(one.amiss for one in checked) else DONE


def _write(arguments: argparse.Namespace, card: Scorecard, hub: WatchedHub) -> list[str]:
    """Write the files that were asked for; their paths."""
    if arguments.html:
        from mash_monitor.views.html import scorecard_html

        Path(arguments.html).write_text(scorecard_html(card, hub.title, hub.zone), encoding="utf-8")
    if arguments.csv:
        from mash_monitor.views.spreadsheet import scorecard_csv

        Path(arguments.csv).write_text(scorecard_csv(card), encoding="utf-8", newline="")
    if arguments.xlsx:
        from mash_monitor.views.workbook import scorecard_xlsx

        scorecard_xlsx(card, hub.title, hub.zone, Path(arguments.xlsx))
    return [path for path in (arguments.html, arguments.csv, arguments.xlsx) if path]
