"""Many alerts that go up the ladder together."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, select

from mash_monitor.domain.rating import Level
from mash_monitor.state import alerts
from mash_monitor.state.alerts import Alert, Progress
from mash_monitor.state.schema import alerts as table

MANY, THEN, NOW, LATER = 150, 1_000, 2_000, 3_000
NONE, FIRST = frozenset[int](), frozenset({0})


def raised(connection: Connection, hub: str, level: Level, letter: str) -> None:
    alerts.raise_(connection, hub, [(f"{letter}-{number}", level, None) for number in range(MANY)], THEN)


def due(connection: Connection, hub: str = "town") -> list[Alert]:
    return alerts.due(connection, hub, NOW)


def standing(connection: Connection) -> Counter[tuple[str, str, tuple[int, ...], int | None]]:
    columns = (table.c.hub, table.c.level, table.c.steps_done, table.c.next_step_at)
    return Counter((hub, level, tuple(done), at) for hub, level, done, at in connection.execute(select(*columns)))


def of_level(level: Level, some: Iterable[Alert]) -> list[Alert]:
    return [alert for alert in some if alert.level is level]


def test_those_that_stand_at_one_place_are_moved_together_and_no_others(engine: Engine) -> None:
    with engine.begin() as connection:
        raised(connection, "town", Level.RED, "R")
        raised(connection, "town", Level.OVERDUE, "O")
        raised(connection, "village", Level.RED, "R")
        seen, ended, *_ = of_level(Level.RED, due(connection))
        alerts.acknowledge(connection, [seen.id], "duty", THEN, None)
        alerts.end(connection, "town", {ended.contact_id: "decided"}, THEN)
        red, overdue = (of_level(level, due(connection)) for level in (Level.RED, Level.OVERDUE))
        alerts.stepped(connection, "town", [Progress(red, FIRST, 0, LATER), Progress(overdue, FIRST, 0, None)], NOW)
        assert standing(connection) == {
            ("town", "red", (0,), LATER): MANY - 2, ("town", "red", (), None): 2, ("town", "overdue", (0,), None): MANY,
            ("village", "red", (), THEN): MANY,
        }  # fmt: skip


def test_those_for_which_different_steps_have_spoken_are_kept_apart(engine: Engine) -> None:
    with engine.begin() as connection:
        raised(connection, "town", Level.RED, "A")
        alerts.stepped(connection, "town", [Progress(due(connection), FIRST, 0, NOW)], NOW)
        raised(connection, "town", Level.RED, "B")
        groups = {done: [alert for alert in due(connection) if alert.steps_done == done] for done in (FIRST, NONE)}
        moved = [Progress(groups[FIRST], FIRST | {1}, 0, None), Progress(groups[NONE], FIRST, 0, LATER)]
        alerts.stepped(connection, "town", moved, NOW)
        assert standing(connection) == {("town", "red", (0, 1), None): MANY, ("town", "red", (0,), LATER): MANY}
