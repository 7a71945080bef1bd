"""A hub as it is configured becomes the hub that the service works on."""

from collections.abc import Callable
from hashlib import sha256

from mash_monitor.config import Config, Hub
from mash_monitor.config.models import Recipients as ConfiguredRecipients
from mash_monitor.config.roster import HubRoster
from mash_monitor.contacts import ContactStore, StoreSettings, open_store
from mash_monitor.domain.entry import Rules
from mash_monitor.rules import load_pack
from mash_monitor.service.hub import Directory, Recipients, StoreAccess, WatchedHub


def watched_hub(config: Config, name: str) -> WatchedHub:
    """The hub of this name, with its rules, its store, not yet opened, and its people. Raises ConfigError."""
    hub = config.hubs[name]
    policy = load_pack(config.folder / hub.rules).policy(config.zone, *config.reports(hub))
    return WatchedHub(
        name=name,
        title=hub.title,
        rules=Rules(policy, sha256(policy.fingerprint.encode()).hexdigest()[:32]),
        store=StoreAccess(_opener(config, hub), hub.store.timeout),
        directory=Directory(
            _reach(config, name),
            HubRoster(config, name).at,
            config.zone,
            aliases=tuple({**config.people, **hub.people}),
        ),
        ladder=hub.ladder(),
        summary=_recipients(hub.summary),
        ops=_recipients(config.service.ops),
        handover=_recipients(hub.handover),
        repeat_every=hub.repeat_every,
        repeat_most=hub.repeat_most,
    )


def store_settings(hub: Hub) -> StoreSettings:
    """A hub's contact store as its reader wants it."""
    store = hub.store
    return StoreSettings(
        url=store.url, preset=store.preset, lookback=store.lookback, table=store.table, columns=store.columns,
        query=store.query, outcomes=store.outcomes, sources=store.sources, risks=store.risks,
        timeout=store.timeout,
    )  # fmt: skip


def _opener(config: Config, hub: Hub) -> Callable[[], ContactStore]:
    return lambda: open_store(store_settings(hub), config.zone, config.folder)


def _reach(config: Config, hub: str) -> Callable[[str, str], str | None]:
    def reach(alias: str, channel: str) -> str | None:
        person = config.person(hub, alias)
        return None if person is None else person.address(channel)

    return reach


def _recipients(given: ConfiguredRecipients | None) -> Recipients | None:
    return None if given is None else Recipients(tuple(given.to), tuple(given.by))
