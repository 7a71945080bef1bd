"""The words of the command line. argparse, because the help must come at once: see docs/decisions.md."""

import argparse
from collections.abc import Callable
from typing import NoReturn

from mash_monitor import __version__


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"mash-monitor: {message}\nsee: {self.prog} --help\n")


def build() -> argparse.ArgumentParser:
    """The parser of every command. A parsed command carries `command` and, where it has one, `action`."""
    # given before the command or after it: what is not given there must not hide what was given here
    shared = _shared(argparse.SUPPRESS)
    at = _Parser(add_help=False)
    at.add_argument(
        "--at",
        metavar="WHEN",
        help="reconstruct the position at this time (ISO 8601, local without an offset)",
    )
    plain = _Parser(add_help=False)
    plain.add_argument("--plain", action="store_true", help="sentences, for a screen reader: no drawing, no colour")
    parser = _Parser(
        prog="mash-monitor",
        description="A deadline monitor for children's safeguarding hubs: three times a day it rates every open "
        "contact red, amber or green by time left, and tells the people who can act.",
        epilog="start here: mash-monitor demo",
        parents=[_shared()],
    )
    parser.add_argument("--version", action="version", version=f"mash-monitor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, does: str, example: str, *parents: _Parser) -> _Parser:
        return commands.add_parser(
            name, help=does, description=does[0].upper() + does[1:] + ".", parents=[shared, *parents],
            epilog=f"example: mash-monitor {example}", formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip

    demo = add("demo", "make a hub with synthetic contacts and show it", "demo --days 90 --seed 7", at)
    demo.add_argument("--days", type=_positive, default=90, metavar="N", help="days of history (default: 90)")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="another seed makes another hub (default: 1)")
    demo.add_argument("--dir", metavar="DIR", help="where to make it (default: var/demo beside the configuration)")

    add("run", "run the service: reports, escalation, delivery", "run --config /etc/mash-monitor/config.toml")

    poll = add("poll", "look at the store once, now, and raise and send like a report", "poll --dry-run")
    poll.add_argument("--dry-run", action="store_true", help="show what it would do; write and send nothing")
    poll.add_argument("--at", dest="refused_at", help=argparse.SUPPRESS)

    summary = add("summary", "show the team and manager view of now", "summary --watch", at, plain)
    summary.add_argument("--watch", action="store_true", help="refresh in place until Ctrl-C")
    summary.add_argument("--html", metavar="FILE", help="write it as a web page")

    contacts = add("contacts", "list open contacts, the most urgent first", "contacts --rating red", at, plain)
    contacts.add_argument("--rating", choices=("red", "amber", "green"), help="only these")
    contacts.add_argument("--overdue", action="store_true", help="only those past their deadline")

    explain = add(
        "explain", "show how a deadline and rating came about, and who was told", "explain C-10234", at, plain
    )
    explain.add_argument("contact_id", metavar="CONTACT_ID")

    card = add("scorecard", "show the figures of a month, quarter or range", "scorecard --period 2019-20-Q4", at, plain)
    card.add_argument(
        "--period", required=True, metavar="PERIOD",
        help="2020-03, 2020-01..2020-03, 2019-20-Q4 (January to March 2020), 2019-20, or dates 2020-01-06..2020-01-19; "
        "2020-01.. goes on to today",
    )  # fmt: skip
    card.add_argument("--against", metavar="PERIOD", help="compare with this one (default: the period before)")
    card.add_argument(
        "--to-date",
        action="store_true",
        help="from April to the end of the period, beside the same dates a year before",
    )
    card.add_argument(
        "--suppress", type=_least, metavar="N",
        help="for publication: withhold counts from 1 to N - 1, and what would give them away",
    )  # fmt: skip
    card.add_argument("--compare", metavar="FILE", help="check a published table (TOML) against these contacts")
    card.add_argument("--html", metavar="FILE", help="write it as a web page")
    card.add_argument("--xlsx", metavar="FILE", help="write it as a workbook (extra xlsx)")
    card.add_argument("--csv", metavar="FILE", help="write it as CSV")

    imports = add("import", "take contacts from CSV or XLSX into the embedded store", "import contacts.csv")
    imports.add_argument("file", metavar="FILE")
    imports.add_argument("--preset", metavar="NAME", help="native, ssd, annex-a, …; found by the header if left out")

    _add_alerts(add)

    outbox = add("outbox", "list messages and what became of them", "outbox --failed", plain)
    outbox.add_argument("--failed", action="store_true", help="only those that failed, or of which nothing is known")
    outbox.add_argument("--pending", action="store_true", help="only those that are not settled")
    outbox.add_argument("--at", dest="refused_at", help=argparse.SUPPRESS)

    add("glossary", "tell what each figure is", "glossary", plain)

    _add_upkeep(add)
    return parser


def _shared(default: str | None = None) -> _Parser:
    """The options of every command."""
    shared = _Parser(add_help=False, argument_default=default)
    shared.add_argument("--config", metavar="PATH", help="the configuration (default: config.toml, or MASH_CONFIG)")
    shared.add_argument("--hub", metavar="NAME", help="which hub, where there is more than one")
    for option, does in (
        ("--debug", "show where an error arose"),
        ("--json", "print one JSON document"),
    ):
        shared.add_argument(option, action="store_const", const=True, help=does)
    return shared


def _add_alerts(add: Callable[..., _Parser]) -> None:
    """The commands by which people answer to alerts."""
    park = add(
        "park", "stop alerts for a contact that cannot be decided, until a time",
        'park C-10234 --reason "moved to another council" --until 2026-12-01',
    )  # fmt: skip
    park.add_argument("contact_id", metavar="CONTACT_ID")
    park.add_argument("--reason", required=True, metavar="TEXT", help="why; kept in the audit")
    park.add_argument("--until", required=True, metavar="WHEN", help="when alerts begin again by themselves")
    park.add_argument("--by", metavar="NAME", help="who decided so (an alias, not a name)")

    ack = add("ack", "acknowledge an alert by its short reference, or one contact by its id", "ack 7KQ2 --by duty")
    ack.add_argument("reference", metavar="REF", help="the short reference of a message, or a contact id")
    ack.add_argument("--by", metavar="NAME", help="who has seen it (an alias, not a name)")
    ack.add_argument("--own", action="store_true", help='not only seen: "I have this one"')
    ack.add_argument("--at", dest="refused_at", help=argparse.SUPPRESS)


def _add_upkeep(add: Callable[..., _Parser]) -> None:
    """The commands of those who keep the service running."""
    add("check", "check configuration, rules, store and channels before anything runs", "check")
    add("health", "exit 0 when the running service is well", "health")

    test = add("test-alert", "send a message marked TEST by every channel of a person", "test-alert duty")
    test.add_argument("person", metavar="PERSON", help="the alias of a person, or a rota: whoever is on now")
    test.add_argument("--by", metavar="NAME", help="who tests (an alias, not a name)")
    test.add_argument("--at", dest="refused_at", help=argparse.SUPPRESS)
    quiet = add(
        "maintenance", "for a while, send ops no alarms about the service; alerts about contacts go on",
        'maintenance --until 2026-12-01T18:00 --reason "new database server"',
    )  # fmt: skip
    quiet.add_argument("--until", metavar="WHEN", help="when it ends by itself, at most a day from now")
    quiet.add_argument("--reason", metavar="TEXT", help="why; kept in the audit")
    quiet.add_argument("--end", action="store_true", help="end it now")
    quiet.add_argument("--by", metavar="NAME", help="who decided so (an alias, not a name)")
    quiet.add_argument("--at", dest="refused_at", help=argparse.SUPPRESS)

    db = add("db", "bring the state database up to this version, or show where it stands", "db status")
    db.add_argument("action", choices=("upgrade", "status"))
    audit = add("audit", "verify that no event of the audit was changed or removed", "audit verify")
    audit.add_argument("action", choices=("verify",))
    token = add("token", "make, list or revoke the tokens that open the board", "token new wall-screen")
    token.add_argument("action", choices=("new", "list", "revoke"))
    token.add_argument("name", nargs="?", metavar="NAME", help="who has it: a screen or a person's alias")


def _least(text: str) -> int:
    if not text.isdecimal() or not 2 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected the smallest count to show, from 2 to 100")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number of days from 1 to 3650")
    return int(text)
