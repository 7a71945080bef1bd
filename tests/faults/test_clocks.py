"""The clock steps, changes or stands still: no report is lost or made twice, and nobody is told twice or not at all."""

import signal

import pytest

from tests.faults.account import account, received
from tests.faults.conftest import Stages
from tests.faults.lives import Told
from tests.faults.stage import DUTY, LEADS_MAIL, OPS, Stage

_HOUR = 3600
_DAY = 24 * _HOUR


def _live_on(stage: Stage, hours: int) -> None:
    """Hour by hour, as far as it is to live."""
    for _ in range(hours):
        stage.confirm()
        stage.move_to(stage.now + _HOUR)
    stage.confirm()
    stage.rest()
    stage.terminate()


def _done(stage: Stage) -> int:
    return len(stage.rows("SELECT 1 FROM slots WHERE state = 'done'"))


@pytest.mark.parametrize("step", [_HOUR, -_HOUR, _DAY, -_DAY], ids=["+1h", "-1h", "+1d", "-1d"])
def test_a_step_of_the_clock_loses_no_report_and_no_alert(step: int, stages: Stages) -> None:
    with stages.open("sqlite", "2026-03-05 12:31", repeat_every='"off"') as stage:
        stage.accounted_for("2026-03-05 08:30")
        stage.council.add("C-1", "2026-03-03 09:00")
        stage.start()
        stage.move_to(stage.now + step)
        stage.council.add("C-2", "2026-03-04 19:00")
        _live_on(stage, 6 + max(0, -step // _HOUR))
        account(stage, (Told(DUTY, "C-1"), Told(DUTY, "C-2", most=2)))
        made_ahead_of_its_time = step < 0
        assert len(received(stage)[LEADS_MAIL]) == _done(stage) + made_ahead_of_its_time
        missed = stage.rows("SELECT 1 FROM slots WHERE state = 'missed'")
        assert len([body for body in stage.bodies(OPS) if "missed" in body]) == bool(missed)


@pytest.mark.parametrize("saturday", ["2026-03-28", "2026-10-24"], ids=["spring", "autumn"])
def test_both_clock_changes_have_their_three_reports_a_day(saturday: str, stages: Stages) -> None:
    with stages.open("sqlite", f"{saturday} 16:31", repeat_every='"off"') as stage:
        stage.accounted_for(f"{saturday} 12:30")
        stage.council.add("C-1", f"{saturday} 16:00")
        stage.start()
        _live_on(stage, 30)
        account(stage, (Told(DUTY, "C-1 OVERDUE"),))
        assert len(received(stage)[LEADS_MAIL]) == _done(stage) == 4
        [(after,)] = stage.rows("SELECT raised_at - received FROM alerts, ledger WHERE alerts.level = 'overdue'")
        assert _DAY <= after <= _DAY + _HOUR  # hours that pass, whatever the clock on the wall does


def test_a_machine_that_sleeps_through_a_report_makes_it_late_and_once(stages: Stages) -> None:
    with stages.open("sqlite", "2026-03-05 12:31", repeat_every='"off"') as stage:
        stage.accounted_for("2026-03-05 08:30")
        stage.council.add("C-1", "2026-03-03 09:00")
        stage.start()
        stage.confirm()
        [asleep] = stage.processes
        asleep.send(signal.SIGSTOP)
        stage.set(stage.now + 5 * _HOUR)
        stage.council.add("C-2", "2026-03-04 18:30")
        asleep.send(signal.SIGCONT)
        stage.settle()
        _live_on(stage, 1)
        account(stage, (Told(DUTY, "C-1"), Told(DUTY, "C-2", most=2), Told(LEADS_MAIL, "(late)")))
        assert len(received(stage)[LEADS_MAIL]) == _done(stage) == 2
