"""The first tables.

Migrations go forward only: a SQLite database is copied before, a PostgreSQL one has its own backups.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER numbers itself on SQLite


def _only(condition: str) -> dict[str, Any]:
    """What makes an index partial."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", _ID, nullable=False),
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("uq_alarms_open", "alarms", ["hub", "kind"], unique=True, **_only("ended_at IS NULL"))

    op.create_table(
        "alerts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.String(200), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("deadline", sa.BigInteger),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.Column("next_step_at", sa.BigInteger),
        sa.Column("steps_done", sa.JSON, nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger),
        sa.Column("acknowledged_by", sa.String(64)),
        sa.Column("owned_by", sa.String(64)),
        sa.Column("lapses_at", sa.BigInteger),
        sa.Column("ladder_from", sa.BigInteger, nullable=False),
        sa.Column("repeats", sa.Integer, server_default="0", nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("end_reason", sa.Text),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alerts_contact", "alerts", ["hub", "contact_id"])
    op.create_index("ix_alerts_next_step", "alerts", ["hub", "next_step_at"], **_only("ended_at IS NULL"))
    op.create_index("uq_alerts_open", "alerts", ["hub", "contact_id"], unique=True, **_only("ended_at IS NULL"))

    op.create_table(
        "audit",
        sa.Column("seq", _ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(
        "ix_audit_reports",
        "audit",
        ["hub", "seq"],
        sqlite_where=sa.text("event = 'report'"),
        postgresql_where=sa.text("event = 'report'"),
    )
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("level", sa.String(16)),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("otherwise", sa.JSON, nullable=False),
        sa.Column("short_ref", sa.String(8)),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("long_text", sa.Text),
        sa.Column("html", sa.Text),
        sa.Column("contacts", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger),
        sa.Column("next_action_at", sa.BigInteger),
        sa.Column("owner", sa.String(64)),
        sa.Column("fence", sa.Integer, server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("tries", sa.Integer, server_default="0", nullable=False),
        sa.Column("repeat", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("accepted_at", sa.BigInteger),
        sa.Column("unknown_since", sa.BigInteger),
        sa.Column("sought_at", sa.BigInteger),
        sa.Column("evidence", sa.String(100)),
        sa.Column("code", sa.String(100)),
        sa.Column("follows", _ID),
        sa.ForeignKeyConstraint(["follows"], ["deliveries.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_deliveries_hub", "deliveries", ["hub", "created_at"])
    op.create_index(
        "ix_deliveries_next_action", "deliveries", ["next_action_at"], **_only("next_action_at IS NOT NULL")
    )
    op.create_index("ix_deliveries_short_ref", "deliveries", ["short_ref"])

    op.create_table(
        "hubs",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("pass_no", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("last_look_at", sa.BigInteger),
        sa.Column("trouble", sa.Text),
        sa.Column("set_aside", sa.Integer, server_default="0", nullable=False),
        sa.Column("set_aside_examples", sa.JSON),
        sa.PrimaryKeyConstraint("hub"),
    )
    op.create_table(
        "ledger",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("received", sa.BigInteger),
        sa.Column("precision", sa.String(16), nullable=False),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("source_code", sa.String(64)),
        sa.Column("source_group", sa.String(64), nullable=False),
        sa.Column("risk", sa.String(16), nullable=False),
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("marks", sa.JSON, nullable=False),
        sa.Column("timescale", sa.String(200)),
        sa.Column("deadline", sa.BigInteger),
        sa.Column("exclusive", sa.Boolean, nullable=False),
        sa.Column("amber_at", sa.BigInteger),
        sa.Column("red_at", sa.BigInteger),
        sa.Column("overdue_at", sa.BigInteger),
        sa.Column("next_change_at", sa.BigInteger),
        sa.Column("policy", sa.String(32), nullable=False),
        sa.Column("partly_decided", sa.Boolean, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("missing_since", sa.BigInteger),
        sa.Column("decided_earliest", sa.BigInteger),
        sa.Column("decided_latest", sa.BigInteger),
        sa.Column("reopened", sa.Boolean, nullable=False),
        sa.Column("breached_at", sa.BigInteger),
        sa.Column("parked_until", sa.BigInteger),
        sa.Column("parked_reason", sa.Text),
        sa.PrimaryKeyConstraint("hub", "contact_id"),
    )
    op.create_index("ix_ledger_next_change", "ledger", ["hub", "next_change_at"], **_only("next_change_at IS NOT NULL"))
    op.create_index(
        "ix_ledger_parked_until",
        "ledger",
        ["hub", "parked_until"],
        sqlite_where=sa.text("parked_until IS NOT NULL"),
        postgresql_where=sa.text("parked_until IS NOT NULL"),
    )
    op.create_index(
        "ix_ledger_partly_decided",
        "ledger",
        ["hub", "partly_decided"],
        sqlite_where=sa.text("partly_decided = 1"),
        postgresql_where=sa.text("partly_decided"),
    )
    op.create_index("ix_ledger_state", "ledger", ["hub", "state", "policy", "level"])
    op.create_index(
        "ix_ledger_doubted",
        "ledger",
        ["hub", "reopened"],
        sqlite_where=sa.text("reopened = 1 OR received IS NULL"),
        postgresql_where=sa.text("reopened OR received IS NULL"),
    )

    op.create_table(
        "tokens",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("hub", sa.String(64)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("hash", name="uq_tokens_hash"),
    )
    op.create_table(
        "services",
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("tick_seconds", sa.Integer, nullable=False),
        sa.Column("last_tick_at", sa.BigInteger, nullable=False),
        sa.Column("stopped_at", sa.BigInteger),
        sa.Column("trouble", sa.Text),
        sa.PrimaryKeyConstraint("instance"),
    )
    op.create_table(
        "sightings",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.BigInteger, nullable=False),
        sa.Column("contact_id", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("hub", "fingerprint", "contact_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sightings_contact", "sightings", ["hub", "contact_id"])

    op.create_table(
        "slots",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("slot_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("fence", sa.Integer, server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("hub", "slot_at"),
    )
    op.create_table(
        "transitions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_transitions_contact", "transitions", ["hub", "contact_id", "at"])
    op.create_index("ix_transitions_at", "transitions", ["hub", "at"])

    op.create_table(
        "attempts",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("result", sa.String(16)),
        sa.Column("code", sa.String(100)),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
        sa.PrimaryKeyConstraint("delivery_id", "fence"),
    )
    op.create_table(
        "delivery_alerts",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("alert_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
        sa.PrimaryKeyConstraint("delivery_id", "alert_id"),
    )
    op.create_index("ix_delivery_alerts_alert", "delivery_alerts", ["alert_id"])
    op.create_table(
        "stops",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hub", "person", "channel"),
    )

    op.create_table(
        "maintenance",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("hub"),
    )

    op.create_table(
        "replies",
        sa.Column("hub", sa.String(64), nullable=False),
        sa.Column("reply_id", sa.String(100), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("person", sa.String(64)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("reply_id"),
    )
    op.create_index("ix_replies_at", "replies", ["at"])
