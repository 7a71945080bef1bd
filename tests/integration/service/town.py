"""A hub under watch, with a contact store that the council writes and a state database of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, Table, create_engine, select, text
from sqlalchemy.pool import NullPool

from mash_monitor.contacts import StoreSettings, open_store
from mash_monitor.domain.entry import Entry, Rules
from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level, Policy
from mash_monitor.service import passes
from mash_monitor.service.hub import Directory, Recipients, StoreAccess, WatchedHub
from mash_monitor.service.passes import PassResult
from mash_monitor.state import alarms, ledger, slots, told
from mash_monitor.state.database import reading, writing
from mash_monitor.state.schema import alerts, deliveries, transitions
from mash_monitor.state.slots import Claim
from tests.unit.domain.hubs import LONDON, at, policy

NATIVE = (
    "CREATE TABLE contacts (contact_id varchar(48), person_id varchar(48), received_at {time}, decided_at {time}, "
    "source_code varchar(48), source_desc varchar(255), risk varchar(48), team varchar(48), worker varchar(48), "
    "outcome varchar(48))"
)
SSD = (
    "CREATE TABLE ssd_contacts (cont_contact_id varchar(48), cont_person_id varchar(48), cont_contact_date {time}, "
    "cont_contact_source_code varchar(48), cont_contact_source_desc varchar(255), "
    "cont_contact_outcome_json varchar(4000))"
)
PEOPLE = {
    ("duty", "sms"): "+447700900123",
    ("duty", "email"): "duty@example.org",
    ("manager", "sms"): "+447700900456",
    ("edt", "sms"): "+447700900789",
    ("leads", "email"): "leads@example.org",
    ("ops", "email"): "ops@example.org",
}
LADDER = (
    Step(Level.RED, ("duty",), ("sms", "email")),
    Step(Level.OVERDUE, ("duty", "manager"), ("sms",)),
)


class Council:
    """The council's database: made and changed by somebody else, read by us. Times are local, without offset."""

    def __init__(self, url: str, made: str = NATIVE) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.table = made.split()[2]
        self.engine = create_engine(url, poolclass=NullPool)
        self.run(made.format(time="varchar(40)" if self.sqlite else "timestamp"))

    def run(self, statement: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), {key: self._kept(value) for key, value in values.items()})

    def add(self, contact_id: str, received_at: str | None, person_id: str = "p1", **more: object) -> None:
        row = {"contact_id": contact_id, "person_id": person_id, "received_at": received_at, **more}
        self.run(f"INSERT INTO {self.table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", **row)

    def change(self, contact_id: str, person: str | None = None, **values: object) -> None:
        which = "contact_id = :id" + (" AND person_id = :person" if person else "")
        setting = ", ".join(f"{name} = :{name}" for name in values)
        more = {"person": person} if person else {}
        self.run(f"UPDATE {self.table} SET {setting} WHERE {which}", id=contact_id, **values, **more)

    def decide(self, contact_id: str, decided_at: str | None, person: str | None = None, outcome: str = "nfa") -> None:
        self.change(contact_id, person, decided_at=decided_at, outcome=outcome if decided_at else None)

    def remove(self, *contact_ids: str) -> None:
        for contact_id in contact_ids:
            self.run(f"DELETE FROM {self.table} WHERE contact_id = :id", id=contact_id)

    def _kept(self, value: object) -> object:
        """A time as this database keeps it; everything else as it is."""
        if self.sqlite or not isinstance(value, str) or value[:2] != "20":
            return value
        return datetime.fromisoformat(value)


@dataclass
class Town:
    """One hub: its council, its state database, and who is told. Instants are given as local times."""

    engine: Engine
    council: Council
    folder: Path
    policy: Policy = field(default_factory=policy)
    ladder: tuple[Step, ...] = LADDER
    people: Mapping[tuple[str, str], str] = field(default_factory=lambda: dict(PEOPLE))
    preset: str = "native"
    url: str | None = None
    patience: int = 5
    name: str = "hereford"

    @cached_property
    def hub(self) -> WatchedHub:
        settings = StoreSettings(self.url or self.council.url, preset=self.preset, timeout=self.patience)
        return WatchedHub(
            name=self.name,
            title="Hereford MASH",
            rules=Rules(self.policy, str(hash(self.policy.fingerprint))[:32]),
            store=StoreAccess(lambda: open_store(settings, LONDON, self.folder), self.patience),
            directory=Directory(
                lambda alias, channel: self.people.get((alias, channel)),
                aliases=tuple(dict.fromkeys(alias for alias, _ in self.people)),
            ),
            ladder=self.ladder,
            summary=Recipients(("leads",), ("email",)),
            ops=Recipients(("ops",), ("email",)),
        )

    def under(self, **changes: Any) -> "Town":
        """The same council and records, with something configured otherwise."""
        return replace(self, **changes)

    # what happens

    def report(self, when: str, claim: Claim | None = None) -> PassResult:
        return passes.report(self.hub, self.engine, at(when), claim)

    def report_of_slot(self, when: str) -> PassResult:
        """The report as a service makes it, on time."""
        with writing(self.engine) as connection:
            slots.arrive(connection, self.name, [at(when)])
            claim = slots.claim(connection, self.name, "test", at(when), 600)
        return self.report(when, claim)

    def overdue(self, when: str) -> PassResult | None:
        return passes.raise_overdue(self.hub, self.engine, at(when))

    def watch(self, when: str) -> PassResult:
        return passes.between_reports(self.hub, self.engine, at(when))

    def climb(self, when: str) -> int:
        return passes.climb(self.hub, self.engine, at(when))

    # what is on record

    def entry(self, contact_id: str) -> Entry:
        with reading(self.engine) as connection:
            return ledger.entries(connection, self.name, [contact_id])[contact_id]

    def history(self, contact_id: str) -> list[tuple[str, str, str]]:
        """(kind, what it is now, reason) of each change of a contact."""
        rows = self.rows(transitions, transitions.c.contact_id == contact_id)
        return [(row.kind, row.after, row.reason) for row in rows]

    def open_alerts(self) -> dict[str, str]:
        """The level of each contact's open alert; two of one contact are an error of the database."""
        return {row.contact_id: row.level for row in self.rows(alerts, alerts.c.ended_at.is_(None))}

    def messages(self, *purposes: str, since: str | None = None) -> list[Row[Any]]:
        """Messages made, in order; of these purposes, and since this instant."""
        made = [row for row in self.rows(deliveries) if not purposes or row.purpose in purposes]
        return made if since is None else [row for row in made if row.created_at >= at(since)]

    def alerted(self, since: str | None = None) -> list[tuple[str, str, int]]:
        """(person, level, contacts) of each alert message."""
        return [(row.person, row.level, row.contacts) for row in self.messages("alert", since=since)]

    def told_ops(self, since: str | None = None) -> list[str]:
        return [row.body.removeprefix("mash-monitor: Hereford MASH: ") for row in self.messages("ops", since=since)]

    def named(self, delivery: Row[Any]) -> set[str]:
        """The contacts whose alerts a message names."""
        with reading(self.engine) as connection:
            query = select(alerts.c.contact_id).where(alerts.c.id.in_(told.alert_ids(connection, delivery.id)))
            return set(connection.execute(query).scalars())

    def alarms(self) -> list[str]:
        with reading(self.engine) as connection:
            return [kind for kind, _, _ in alarms.standing(connection, self.name)]

    def rows(self, table: Table, *conditions: Any) -> list[Row[Any]]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table).where(*conditions).order_by(*table.primary_key)))

    def everything(self, but: Iterable[Table] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """All that is on record, table by table."""
        from mash_monitor.state.schema import metadata

        tables = [table for table in metadata.sorted_tables if table not in (*but,)]
        return {table.name: [tuple(row) for row in self.rows(table)] for table in tables}
