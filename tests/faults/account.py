"""What must hold once a service has come to rest, whatever it died of on the way."""

from collections import defaultdict
from itertools import pairwise

from mash_monitor.app import App
from mash_monitor.service import auditor
from mash_monitor.state import audit
from mash_monitor.state.database import reading
from tests.faults.lives import Told
from tests.faults.stage import Stage

_MARK = "REPEAT "


def account(stage: Stage, told: tuple[Told, ...]) -> list[str]:
    """Account for every message by what the providers really took, and for what is on record.

    Returns what was repeated: whom, and what.
    """
    repeated = _messages(stage, told)
    _repeats_only_what_was_unknown(stage)
    _slots(stage)
    _ledger_and_alerts_agree(stage)
    _nothing_is_half_done(stage)
    hubs = App.load(stage.folder / "config.toml", stage.environment).hubs
    with reading(stage.engine) as connection:
        assert audit.verify(connection)[1] is None
        assert auditor.inspect(connection, hubs, stage.now, up_since=0).well
    return repeated


def received(stage: Stage) -> dict[str, list[str]]:
    """All that anybody got, by address, in order: texts as they are, emails by their subjects."""
    found = defaultdict(list)
    for message in stage.twilio.sent:
        found[message.form["To"]].append(message.form["Body"])
    for mail in stage.mail.mails:
        found[mail.recipients[0]].append(str(mail.message["Subject"]))
    return found


def _messages(stage: Stage, told: tuple[Told, ...]) -> list[str]:
    repeated = []
    everything = received(stage)
    for address, bodies in everything.items():
        copies = defaultdict(list)
        for body in bodies:
            copies[body.removeprefix(_MARK)].append(body.startswith(_MARK))
        for words, marks in copies.items():
            [(deliveries,)] = stage.rows("SELECT count(*) FROM deliveries WHERE :words IN (body, subject)", words=words)
            assert marks.count(False) <= max(deliveries, 1), f"{marks} to {address}: {words}"
            assert marks.count(True) <= 1, f"{marks} to {address}: {words}"
            if len(marks) > deliveries:
                assert stage.deaths, f"repeated without need to {address}: {words}"
                repeated.append(f"{address}: {words}")
    for expected in told:
        fitting = {body.removeprefix(_MARK) for body in everything[expected.address] if expected.words in body}
        assert expected.least <= len(fitting) <= expected.most, f"{expected}: {everything[expected.address]}"
    return repeated


def _repeats_only_what_was_unknown(stage: Stage) -> None:
    """Whatever says REPEAT follows an attempt, or is one, whose end nobody knows, or what nobody saw arrive."""
    needless = stage.rows("""
        SELECT id FROM deliveries AS d WHERE repeat AND NOT EXISTS (
            SELECT 1 FROM attempts WHERE delivery_id IN (d.id, d.follows) AND coalesce(result, 'unknown') = 'unknown'
        ) AND NOT EXISTS (
            SELECT 1 FROM deliveries AS b WHERE b.id = d.follows AND (b.repeat OR b.accepted_at IS NOT NULL)
        )
    """)
    assert needless == [], stage.rows(
        "SELECT id, purpose, person, channel, state, code, repeat, follows FROM deliveries"
    )


def _slots(stage: Stage) -> None:
    states = stage.rows("SELECT slot_at, state FROM slots ORDER BY slot_at")
    assert {state for _, state in states} <= {"before", "done", "missed"}
    lengths = {after[0] - before[0] for before, after in pairwise(states)}
    assert lengths <= {4 * 3600, 16 * 3600, 15 * 3600, 17 * 3600}, states


def _ledger_and_alerts_agree(stage: Stage) -> None:
    """A watched contact has the one open alert of its level, and nothing else has any."""
    should = stage.rows("""
        SELECT contact_id, level FROM ledger
        WHERE state IN ('open', 'missing') AND level IN ('red', 'overdue') AND coalesce(parked_until, 0) <= :now
        ORDER BY contact_id
    """, now=stage.now)  # fmt: skip
    has = stage.rows("SELECT contact_id, level FROM alerts WHERE ended_at IS NULL ORDER BY contact_id")
    assert has == should


def _nothing_is_half_done(stage: Stage) -> None:
    assert stage.rows("SELECT id FROM deliveries WHERE state IN ('pending', 'sending')") == []
    unsaid = stage.rows("""
        SELECT id FROM alerts AS a WHERE NOT EXISTS (SELECT 1 FROM delivery_alerts WHERE alert_id = a.id)
    """)
    assert unsaid == [], "raised, and no message names it"
