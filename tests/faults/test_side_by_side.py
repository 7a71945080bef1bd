"""Several services on one database: each report is made and each message sent by one of them, whoever is paused."""

import signal

import pytest

from tests.faults.account import account, received
from tests.faults.conftest import KINDS, Stages
from tests.faults.lives import Told
from tests.faults.stage import DUTY, LEADS_MAIL, Stage

BEGINS = "2026-03-05 12:31"


def _overdue(stage: Stage) -> None:
    stage.accounted_for("2026-03-05 08:30")
    stage.council.add("C-1", "2026-03-03 09:00")


def _take_over(stage: Stage, **paused: object) -> None:
    """One service that is paused at a point, and another that takes over once its lease has ended."""
    stopped = stage.launch("run", act=signal.SIGSTOP, **paused)
    stage.wait_for(lambda: paused["point"] in stage.passed, "the pause")
    stage.deaths += 1  # to all others it is dead
    stage.set(stage.now + 100)
    stage.start()
    stage.until(lambda: stage.rows("SELECT 1 FROM slots WHERE state = 'done'"), "the report")
    stage.until(lambda: stage.bodies(DUTY), "the text")
    stopped.send(signal.SIGCONT)
    stage.processes.append(stopped)
    stage.settle()
    stage.rest()
    stage.terminate()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [2, 5])
def test_several_services_do_everything_once(kind: str, number: int, stages: Stages) -> None:
    with stages.open(kind, BEGINS) as stage:
        _overdue(stage)
        for contact in range(3):
            stage.council.add(f"C-9{contact}", f"2026-03-04 16:0{contact}")
        stage.start(number)
        for when in ("12:40", "15:59", "16:01", "16:03", "16:30", "16:31", "17:10"):
            stage.confirm()
            stage.at(f"2026-03-05 {when}")
        stage.rest()
        stage.terminate()
        assert account(stage, (Told(DUTY, "C-1 OVERDUE"), Told(LEADS_MAIL, "12:31"), Told(LEADS_MAIL, "16:30"))) == []
        assert len(received(stage)[LEADS_MAIL]) == 2
        assert stage.log.count('"event": "report"') == 2


@pytest.mark.parametrize("kind", KINDS)
def test_who_was_paused_past_its_lease_while_it_had_a_report_to_make_finds_it_made(kind: str, stages: Stages) -> None:
    with stages.open(kind, BEGINS) as stage:
        _overdue(stage)
        _take_over(stage, point="after watch.Watch.tick.2")
        assert account(stage, (Told(DUTY, "C-1"), Told(LEADS_MAIL, "1 OVERDUE"))) == []
        assert stage.log.count('"event": "overtaken"') == 1
        assert stage.log.count('"event": "report"') == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("point", "texts"),
    [("after TwilioChannel.send", ["first"]), ("after deliver.Courier._send.1", ["repeat", "first"])],
    ids=["sent", "claimed"],
)
def test_the_late_word_of_a_sender_that_was_paused_is_not_written(
    kind: str, point: str, texts: list[str], stages: Stages
) -> None:
    with stages.open(kind, BEGINS, service="senders = 1") as stage:
        _overdue(stage)
        _take_over(stage, point=point)
        account(stage, (Told(DUTY, "C-1"),))
        assert ["repeat" if body.startswith("REPEAT ") else "first" for body in stage.bodies(DUTY)] == texts
        attempts = stage.rows("""
            SELECT attempts.fence, result FROM attempts JOIN deliveries ON deliveries.id = delivery_id
            WHERE person = 'duty' ORDER BY attempts.fence
        """)
        assert attempts[0] == (1, None)
        assert [result for _, result in attempts[1:]] == ["accepted"] * (len(texts) - 1)
