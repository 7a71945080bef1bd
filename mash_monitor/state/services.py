"""The processes of the service: whether one lives."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select, update

from mash_monitor.state.schema import services
from mash_monitor.state.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of life of one process."""

    instance: str
    started_at: int
    tick_seconds: int
    last_tick_at: int
    stopped_at: int | None
    trouble: str | None

    def alive(self, now: int) -> bool:
        """Whether it ticked within the last three ticks (and at least within 15 seconds)."""
        return self.stopped_at is None and now - self.last_tick_at <= max(15, 3 * self.tick_seconds)


def beat(connection: Connection, sign: Heartbeat) -> None:
    """Note that a process lives."""
    values = asdict(sign)
    connection.execute(
        insert_into(connection, services)
        .values(**values)
        .on_conflict_do_update(index_elements=["instance"], set_=values)
    )


def stop(connection: Connection, instance: str, now: int) -> None:
    """Note that a process ended as it was asked to."""
    connection.execute(update(services).where(services.c.instance == instance).values(stopped_at=now))


def newest(connection: Connection) -> Heartbeat | None:
    """The process that showed life last; None where the service has never run."""
    row = connection.execute(select(services).order_by(services.c.last_tick_at.desc()).limit(1)).first()
    return Heartbeat(*row) if row else None
