"""One alert's life, as `explain` tells it: red, a lost answer, the repeat, the reply, acknowledged."""

import re
import time
from pathlib import Path

from tests.e2e.program import Program, ago
from tests.e2e.service import CONTACTS, config, log_lines, rows, running, terminate, until, was_down_since
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio
from tests.fakes.twilio_answers import reset

DUTY = "+447700900123"
_DAY = 86_400


def test_an_alert_whose_answer_was_lost_is_repeated_under_its_reference_and_acknowledged_by_text(
    tmp_path: Path,
) -> None:
    with FakeTwilio() as twilio:
        twilio.script(reset)
        program = _texting(tmp_path, twilio)
        with running(program) as process:
            until(lambda: _alerts(program, "unknown"))
            # what the provider does not have is sent again half a minute later: let that be now
            rows(program, "UPDATE deliveries SET unknown_since = unknown_since - 30, next_action_at = 0 "
                          "WHERE purpose = 'alert'")  # fmt: skip
            ((reference,),) = until(lambda: _alerts(program, "accepted"))
            twilio.receive(DUTY, f"ack {reference.lower()} thanks", int(time.time()))
            until(lambda: rows(program, "SELECT 1 FROM deliveries WHERE purpose = 'answer' AND state = 'accepted'"))
            twilio.move(twilio.sent[0].sid, "sent", "delivered")
            rows(program, "UPDATE deliveries SET next_action_at = 0 WHERE purpose = 'alert'")
            until(lambda: _alerts(program, "delivered"))
            told = program.run("explain", "C-1").out
            assert terminate(process) == 0
        answer = twilio.sent[-1].form["Body"]
    assert answer == f"{reference}: 1 contact acknowledged. The clock goes on."
    in_order = rf"""
        What\ changed .* first\ seen .* acknowledged\ by\ duty\ \({reference}\) .*
        What\ was\ sent .* duty .* {reference} .* delivered .*
        Each\ attempt .* \ {reference}\ to\ duty\ by\ sms\ .* no\ answer,\ it\ may\ have\ gone\ out .*
        REPEAT\ {reference}\ to\ duty\ by\ sms\ .* accepted
    """
    assert re.search(in_order, told, re.DOTALL | re.VERBOSE), told
    assert DUTY not in told
    log_lines(program)


def _alerts(program: Program, state: str) -> list[tuple[str]]:
    return rows(program, "SELECT short_ref FROM deliveries WHERE purpose = 'alert' AND state = :state", state=state)


def _texting(folder: Path, twilio: FakeTwilio) -> Program:
    """A hub with a report due, one contact with two hours left, and alerts by text."""
    written = config().replace('by = ["console"]\n\n[[hubs', 'by = ["sms"]\n\n[[hubs')
    written = written.replace("[people.duty]\n", f'[people.duty]\nsms = "{DUTY}"\n')
    written += f'\n[channels.twilio]\naccount_sid = "{ACCOUNT}"\nfrom = "{NUMBER}"\nbase_url = "{twilio.base_url}"\n'
    program = Program.made(folder, written).with_environment(MASH_CHANNELS__TWILIO__AUTH_TOKEN=TOKEN)
    program.write("a.csv", f"{CONTACTS}C-1,P1,{ago(hours=22)},6,Nan Canary,Jane Canary,Triage\n")
    program.json("import", "a.csv")
    was_down_since(program, int(time.time()) - _DAY)
    return program
