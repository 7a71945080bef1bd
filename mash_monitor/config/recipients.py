"""Whether everybody who is named can be told: people, rotas and teams that exist, and channels that reach them."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mash_monitor.config.models import Config, Recipients
from mash_monitor.config.table import Keys, Problem
from mash_monitor.domain.roster import TEAM

if TYPE_CHECKING:
    from mash_monitor.domain.finding import Finding


def unreachable(config: Config) -> Iterator[Problem]:
    """What a configuration names that is not there, or that nothing reaches."""
    channels = config.channels
    if config.service.ops is None and (channels.twilio or channels.email or channels.apprise or channels.notify):
        yield ("service", "ops"), "is missing: once anything is sent, somebody must hear about the service itself"
    yield from _callbacks(config)
    if config.service.ops is not None:
        yield from _recipients(config, ("service", "ops"), None, config.service.ops)
    yield from _rotas(config, (), None)
    for name, hub in config.hubs.items():
        keys: Keys = ("hubs", name)
        yield from _rotas(config, keys, name)
        yield from _teams(config, keys, name)
        for number, step in enumerate(hub.escalation):
            yield from _recipients(config, (*keys, "escalation", number), name, step)
        for what in ("summary", "handover"):
            if (told := getattr(hub, what)) is not None:
                yield from _recipients(config, (*keys, what), name, told)


def sender_findings(config: Config) -> Iterator["Finding"]:
    """Whether people can answer the text messages that they get."""
    from mash_monitor.domain.finding import Finding, Severity

    twilio = config.channels.twilio
    if twilio is None:
        return
    if twilio.sender is not None and not twilio.sender.startswith("+"):
        yield Finding(
            Severity.WARNING, "channels.twilio.from", "a name or a short code: people may not be able to reply",
            "use a number such as +447…, or have alerts acknowledged with: mash-monitor ack",
        )  # fmt: skip
    elif twilio.replies == "off":
        yield Finding(
            Severity.INFO, "channels.twilio.replies", "off: nobody reads the replies to text messages",
            'alerts are acknowledged with: mash-monitor ack; or set replies = "poll"',
        )  # fmt: skip


def _callbacks(config: Config) -> Iterator[Problem]:
    """A provider that is to call us must be told where."""
    if config.channels.twilio is None or (config.web is not None and config.web.public_url is not None):
        return
    remedy = 'add the https address at which Twilio reaches this service, or choose "poll"'
    for key in ("status", "replies"):
        if getattr(config.channels.twilio, key) == "callback":
            yield ("channels", "twilio", key), f'found "callback", but there is no public_url in [web]; {remedy}'


def _rotas(config: Config, keys: Keys, hub: str | None) -> Iterator[Problem]:
    """Rotas that have the name of a person, or name somebody unknown. Without a hub: those that every hub knows."""
    people = config.people_of(hub)
    for name, rota in (config.rota if hub is None else config.hubs[hub].rota).items():
        if rota.calendar is not None and find_spec("icalendar") is None:
            yield (*keys, "rota", name, "calendar"), 'needs a package: pip install "mash-monitor[calendar]"'
        if name in people:
            yield (*keys, "rota", name), f"found {name!r}, which is a person too; give the rota another name"
        for alias, key in rota.members.items():
            if alias not in people:
                yield (*keys, "rota", name, *key), _unknown(alias, people)
    if hub is not None:
        for name in config.hubs[hub].people.keys() & config.rota.keys() - config.hubs[hub].rota.keys():
            yield (*keys, "people", name), f"found {name!r}, which is a rota too; give the person another alias"


def _teams(config: Config, keys: Keys, hub: str) -> Iterator[Problem]:
    known = _known(config, hub)
    for team, entries in config.hubs[hub].teams.items():
        if not entries:
            yield (*keys, "teams", team), "found nobody, expected people or rotas; or leave the team out"
        for entry in entries:
            if entry not in known:
                yield (*keys, "teams", team), _unknown(entry, known)


def _recipients(config: Config, keys: Keys, hub: str | None, recipients: Recipients) -> Iterator[Problem]:
    for way in recipients.by:
        if (lacking := config.channels.lacking(way)) is not None:
            yield (*keys, "by"), f"found {way!r}, but there is no {lacking}"
    known = _known(config, hub)
    teams = config.hubs[hub].teams if hub is not None and "escalation" in keys else None
    for entry in recipients.to:
        if entry == TEAM and not teams:
            why = "only a step of a ladder is about a contact with a team" if teams is None else "[teams] is empty"
            yield (*keys, "to"), f"found {TEAM!r}, but {why}; name people or rotas"
        elif entry == TEAM:
            for member in dict.fromkeys(member for entries in (teams or {}).values() for member in entries):
                yield from _not_reached(config, (*keys, "to"), hub, member, recipients.by)
        elif entry not in known:
            yield (*keys, "to"), _unknown(entry, known)
        else:
            yield from _not_reached(config, (*keys, "to"), hub, entry, recipients.by)


def _not_reached(config: Config, keys: Keys, hub: str | None, entry: str, by: Iterable[str]) -> Iterator[Problem]:
    """Those whom this entry means and no channel reaches; unknown ones are told where they are named."""
    rota = config.rotas_of(hub).get(entry)
    for alias in (entry,) if rota is None else rota.members:
        person = config.person(hub, alias)
        if person is not None and not any(person.address(way) for way in by):
            of = "" if rota is None else f" of rota {entry!r}"
            yield keys, f"{alias!r}{of} has no {' or '.join(by)}; add it to [people.{alias}]"


def _known(config: Config, hub: str | None) -> Mapping[str, object]:
    """Whom recipients may name. `ops` must hear even of a broken rota, and so are people alone."""
    return config.people_of(hub) | (config.rotas_of(hub) if hub is not None else {})


def _unknown(entry: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(entry, known, 1, 0.6)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return f"found {entry!r}, but there is no table [people.{entry}], and no rota of that name{hint}"
