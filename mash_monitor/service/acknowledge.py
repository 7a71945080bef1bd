"""Acknowledgement: somebody has seen an alert, or has the contact in hand. It stops the ladder, not the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, Standing, State, Transition
from mash_monitor.domain.words import count
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, audit, transitions
from mash_monitor.state.database import writing


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What an acknowledgement covered: contacts whose ladder it stopped, and those it came too late for.

    `known` is False where nothing goes by that reference.
    """

    reference: str
    contacts: tuple[str, ...] = ()
    over: int = 0
    own: bool = False
    known: bool = True

    @property
    def words(self) -> str:
        """The answer to whoever acknowledged."""
        if not self.known:
            return f"{self.reference} is not a reference of ours, or an old one. See the newest message."
        verb = "in your hands" if self.own else "acknowledged"
        said = f"{self.reference}: {count(len(self.contacts), 'contact')} {verb}"
        if self.over:
            said += f", {self.over} no longer alerted"
        return f"{said}. The clock goes on."


def by_reference(
    hubs: Mapping[str, WatchedHub], engine: Engine, reference: str, by: str, now: int, *, own: bool = False
) -> Acknowledged:
    """Acknowledge all that the messages under a short reference named."""
    with writing(engine) as connection:
        return Acknowledging(connection, hubs, reference.strip().upper(), by, now, own).by_reference()


def by_contact(
    hub: WatchedHub, engine: Engine, contact_id: str, by: str, now: int, *, own: bool = False
) -> Acknowledged:
    """Acknowledge the open alert of one contact."""
    with writing(engine) as connection:
        return Acknowledging(connection, {hub.name: hub}, contact_id, by, now, own).by_contact(hub.name)


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """One acknowledgement, being written. Alerts of hubs that are not among `hubs` are left alone."""

    connection: Connection
    hubs: Mapping[str, WatchedHub]
    reference: str
    by: str
    now: int
    own: bool = False

    def by_reference(self) -> Acknowledged:
        """All that the messages under the short reference named."""
        return self._all(alerts.named_by(self.connection, self.reference, self.now))

    def by_contact(self, hub: str) -> Acknowledged:
        """The open alert of the contact of that id."""
        return self._all(list(alerts.open_of(self.connection, hub, [self.reference]).values()))

    def _all(self, named: Sequence[Row[Any]]) -> Acknowledged:
        ours = [row for row in named if row.hub in self.hubs]
        if not ours:
            return Acknowledged(self.reference, known=False)
        standing = [row for row in ours if row.ended_at is None]
        for hub in sorted({row.hub for row in ours}):
            self._of_hub(hub, [row for row in standing if row.hub == hub])
        ids = tuple(dict.fromkeys(row.contact_id for row in standing))
        return Acknowledged(self.reference, ids, len({row.contact_id for row in ours} - set(ids)), self.own)

    def _of_hub(self, hub: str, rows: Sequence[Row[Any]]) -> None:
        overdue = [row.id for row in rows if row.level == Level.OVERDUE]
        others = [row.id for row in rows if row.level != Level.OVERDUE]
        alerts.acknowledge(self.connection, overdue, self.by, self.now, _lapses_at(self.hubs[hub], self.now))
        alerts.acknowledge(self.connection, others, self.by, self.now, None)
        if self.own:
            alerts.own(self.connection, [row.id for row in rows], self.by)
        transitions.record(self.connection, hub, [self._change(row) for row in rows])
        audit.record(
            self.connection, self.now, hub, "owned" if self.own else "acknowledged",
            ref=self.reference, by=self.by, contacts=len(rows),
        )  # fmt: skip

    def _change(self, row: Row[Any]) -> Transition:
        standing = Standing(State.OPEN, Level(row.level))
        said = f"{self.by} has it in hand" if self.own else f"acknowledged by {self.by}"
        return Transition(row.contact_id, self.now, Kind.ACKNOWLEDGED, standing, standing, f"{said} ({self.reference})")


def _lapses_at(hub: WatchedHub, now: int) -> int | None:
    """An overdue contact is asked for again when the hub next opens, whoever has seen it or has it in hand."""
    after = now if not hub.calendar.is_open(now) else hub.calendar.closing(hub.calendar.date_of(now)) or now
    return hub.calendar.next_opening(after)
