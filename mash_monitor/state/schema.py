"""The tables of our own database. Every one carries the hub; instants are whole seconds, UTC.

Indexes over a part of a table are in indexes.py.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER numbers itself on SQLite


def _hub() -> Column[str]:
    return Column("hub", String(64), nullable=False)


hubs = Table(
    "hubs", metadata,
    Column("hub", String(64), primary_key=True),
    Column("pass_no", BigInteger, nullable=False, server_default="0"),  # compare-and-set: one pass at a time
    Column("last_look_at", BigInteger),  # when the store last answered
    Column("trouble", Text),  # why it does not answer now
    Column("set_aside", Integer, nullable=False, server_default="0"),
    Column("set_aside_examples", JSON),
)  # fmt: skip
"""One row a hub: how its store was last seen."""

slots = Table(
    "slots", metadata,
    _hub(),
    Column("slot_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # due, running, done, missed, before (the service first started)
    Column("owner", String(64)),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", BigInteger),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    PrimaryKeyConstraint("hub", "slot_at"),
)  # fmt: skip
"""One row a report slot: which ran, runs or was missed."""

ledger = Table(
    "ledger", metadata,
    _hub(),
    Column("contact_id", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("level", String(16), nullable=False),
    Column("received", BigInteger),
    Column("precision", String(16), nullable=False),
    Column("children", Integer, nullable=False),
    Column("source_code", String(64)),
    Column("source_group", String(64), nullable=False),
    Column("risk", String(16), nullable=False),
    Column("teams", JSON, nullable=False),
    Column("marks", JSON, nullable=False),
    Column("timescale", String(200)),
    Column("deadline", BigInteger),
    Column("exclusive", Boolean, nullable=False),
    Column("amber_at", BigInteger),
    Column("red_at", BigInteger),
    Column("overdue_at", BigInteger),
    Column("next_change_at", BigInteger),  # None when time alone changes nothing any more
    Column("policy", String(32), nullable=False),  # hash of what the timeline came from
    Column("partly_decided", Boolean, nullable=False),  # has a row with a decision: read whole at every look
    Column("first_seen", BigInteger, nullable=False),
    Column("missing_since", BigInteger),
    Column("decided_earliest", BigInteger),  # the first decision: it counts for measures
    Column("decided_latest", BigInteger),
    Column("reopened", Boolean, nullable=False),
    Column("breached_at", BigInteger),  # never goes away
    Column("parked_until", BigInteger),
    Column("parked_reason", Text),
    PrimaryKeyConstraint("hub", "contact_id"),
    Index("ix_ledger_state", "hub", "state", "policy", "level"),  # whom other rules rated, and how many stand where
)  # fmt: skip
"""One row a contact ever watched: what was last known of it, its timeline and its level."""

sightings = Table(
    "sightings", metadata,
    _hub(),
    Column("fingerprint", BigInteger, nullable=False),
    Column("contact_id", String(200), nullable=False),
    PrimaryKeyConstraint("hub", "fingerprint", "contact_id"),
    Index("ix_sightings_contact", "hub", "contact_id"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""The open rows of the store as last seen, by fingerprint: what is not here is new or changed."""

transitions = Table(
    "transitions", metadata,
    Column("id", _ID, primary_key=True),
    _hub(),
    Column("contact_id", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("before", String(16)),
    Column("after", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_transitions_contact", "hub", "contact_id", "at"),
    Index("ix_transitions_at", "hub", "at"),  # what changed since the last report
)  # fmt: skip
"""Every change of every contact, with its reason."""

alerts = Table(
    "alerts", metadata,
    Column("id", _ID, primary_key=True),
    _hub(),
    Column("contact_id", String(200), nullable=False),
    Column("level", String(16), nullable=False),
    Column("deadline", BigInteger),
    Column("raised_at", BigInteger, nullable=False),
    Column("next_step_at", BigInteger),  # when the ladder next speaks; None when it has nothing more to say
    Column("steps_done", JSON, nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", String(64)),
    Column("owned_by", String(64)),  # who said "I have this one"
    Column("lapses_at", BigInteger),  # when an acknowledgement no longer holds
    Column("ladder_from", BigInteger, nullable=False),  # when the ladder (last) began
    Column("repeats", Integer, nullable=False, server_default="0"),  # how often the whole ladder has spoken again
    Column("ended_at", BigInteger),
    Column("end_reason", Text),
    Index("ix_alerts_contact", "hub", "contact_id"),
)  # fmt: skip
"""One row a contact and level that somebody must be told of; at most one open a contact."""

deliveries = Table(
    "deliveries", metadata,
    Column("id", _ID, primary_key=True),
    _hub(),
    Column("purpose", String(16), nullable=False),  # alert, summary, handover, ops, test, answer
    Column("level", String(16)),
    Column("person", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("otherwise", JSON, nullable=False),  # channels to try, in order, where this one fails
    Column("short_ref", String(8)),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("long_text", Text),
    Column("html", Text),
    Column("contacts", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("valid_until", BigInteger),
    Column("next_action_at", BigInteger),
    Column("owner", String(64)),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", BigInteger),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("repeat", Boolean, nullable=False, server_default=false()),  # an earlier attempt may have arrived
    Column("sent_at", BigInteger),  # when the last attempt began
    Column("accepted_at", BigInteger),
    Column("unknown_since", BigInteger),
    Column("sought_at", BigInteger),  # since when another channel or person is tried beside this one
    Column("evidence", String(100)),
    Column("code", String(100)),
    Column("follows", ForeignKey("deliveries.id")),  # the delivery whose place this one takes
    Index("ix_deliveries_hub", "hub", "created_at"),
    Index("ix_deliveries_short_ref", "short_ref"),
)  # fmt: skip
"""The outbox: one row a message, person and channel."""

delivery_alerts = Table(
    "delivery_alerts", metadata,
    _hub(),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False),
    PrimaryKeyConstraint("delivery_id", "alert_id"),
    Index("ix_delivery_alerts_alert", "alert_id"),
)  # fmt: skip
"""Which alerts a message names."""

attempts = Table(
    "attempts", metadata,
    _hub(),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("result", String(16)),
    Column("code", String(100)),
    PrimaryKeyConstraint("delivery_id", "fence"),
)  # fmt: skip
"""One row a try to send, committed before the call; without a result it may have been sent."""

stops = Table(
    "stops", metadata,
    _hub(),
    Column("person", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("hub", "person", "channel"),
)  # fmt: skip
"""Who has told a carrier to let nothing through, and so hears no alert by it."""

replies = Table(
    "replies", metadata,
    _hub(),
    Column("reply_id", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", String(64)),  # None: a number that is nobody's here
    Column("kind", String(16), nullable=False),
    Column("answered", Boolean, nullable=False),
    PrimaryKeyConstraint("reply_id"),
    Index("ix_replies_at", "at"),
)  # fmt: skip
"""Replies that were read, by the provider's id. What was written is not kept."""

alarms = Table(
    "alarms", metadata,
    Column("id", _ID, primary_key=True),
    _hub(),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)  # fmt: skip
"""What is wrong with the service itself, for `ops` and for the banner of every view."""

maintenance = Table(
    "maintenance", metadata,
    Column("hub", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
)  # fmt: skip
"""Planned maintenance of a hub's service: until when `ops` is not told of alarms about it."""

audit = Table(
    "audit", metadata,
    Column("seq", _ID, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    _hub(),
    Column("event", String(32), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("chain", String(64), nullable=False),
)  # fmt: skip
"""What the service did, each row chained to the one before by a hash."""

audit_head = Table(
    "audit_head", metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
)  # fmt: skip
"""The end of the chain: one row, whose lock lets one event be written at a time."""

tokens = Table(
    "tokens", metadata,
    Column("name", String(64), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # the token itself is nowhere
    Column("hub", String(64)),  # None: every hub
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)  # fmt: skip
"""Who may read the board."""

services = Table(
    "services", metadata,
    Column("instance", String(64), primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("tick_seconds", Integer, nullable=False),
    Column("last_tick_at", BigInteger, nullable=False),
    Column("stopped_at", BigInteger),
    Column("trouble", Text),
)  # fmt: skip
"""One row a process of the service: whether it lives."""
