"""Indexes over a part of a table, and the tables whole.

Only who makes or compares tables needs them. They are apart from the tables because SQLAlchemy imports the dialect that
a condition is meant for, with all its drivers: at every start, and PostgreSQL's where nobody uses it.
"""

from sqlalchemy import Column, Index, text

from mash_monitor.state.schema import alarms, alerts, audit, deliveries, ledger, metadata

__all__ = ["metadata"]


def _where(condition: str, name: str, *columns: Column[object], unique: bool = False, sqlite: str = "") -> None:
    """An index of the rows that meet a condition; `sqlite` where it has other words for that."""
    Index(name, *columns, unique=unique, postgresql_where=text(condition), sqlite_where=text(sqlite or condition))


_where("next_change_at IS NOT NULL", "ix_ledger_next_change", ledger.c.hub, ledger.c.next_change_at)
_where("parked_until IS NOT NULL", "ix_ledger_parked_until", ledger.c.hub, ledger.c.parked_until)
_where("partly_decided", "ix_ledger_partly_decided", ledger.c.hub, ledger.c.partly_decided, sqlite="partly_decided = 1")
_where(
    "reopened OR received IS NULL", "ix_ledger_doubted", ledger.c.hub, ledger.c.reopened,
    sqlite="reopened = 1 OR received IS NULL",
)  # fmt: skip
_where("ended_at IS NULL", "uq_alerts_open", alerts.c.hub, alerts.c.contact_id, unique=True)
_where("ended_at IS NULL", "ix_alerts_next_step", alerts.c.hub, alerts.c.next_step_at)
_where("next_action_at IS NOT NULL", "ix_deliveries_next_action", deliveries.c.next_action_at)
_where("ended_at IS NULL", "uq_alarms_open", alarms.c.hub, alarms.c.kind, unique=True)
_where("event = 'report'", "ix_audit_reports", audit.c.hub, audit.c.seq)
