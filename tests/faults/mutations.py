"""Every compare-and-set, fence, lease and unique key taken away in turn: some test has to go red.

`python -m tests.faults.mutations` does it on a copy of the tree, and puts the list into docs/faults.md. Not part of
`make test`: a run takes minutes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "faults.md"
_BEGIN, _END = "<!-- mutations: made by python -m tests.faults.mutations -->", "<!-- end of mutations -->"

_CLAIMS, _SLOTS, _HUBS = "state/claims.py", "state/slots.py", "state/hubs.py"
_TABLES = "state/migrations/versions/0001_the_first_tables.py"
_FENCE = "slots.c.fence == held.fence,\n               "
_DELIVERY = ("tests/faults/test_guards.py", "tests/integration/service/test_delivery.py")
_SLOT = ("tests/faults/test_guards.py", "tests/integration/state/test_slots.py")
_PASS = ("tests/faults/test_guards.py", "tests/integration/service/test_daemon.py")


@dataclass(frozen=True, slots=True)
class Mutation:
    """What is taken away: in this file of the package this text, found once; and the tests that have to notice."""

    what: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "the fence of a delivery", _CLAIMS,
        '_ROW.fence == bindparam("of_fence")', '(_ROW.fence == bindparam("of_fence")) | (_ROW.fence >= 0)', _DELIVERY,
    ),
    Mutation(
        "the state of a delivery", _CLAIMS,
        '_ROW.state == bindparam("of_state")', '(_ROW.state == bindparam("of_state")) | _ROW.state.is_not(None)',
        _DELIVERY,
    ),
    Mutation(
        "that a delivery is claimed by one only", _CLAIMS,
        "if taken.rowcount != 1:", "if False:", _DELIVERY,
    ),
    Mutation(
        "that a delivery is taken by one only", _CLAIMS,
        "return taken.rowcount == 1", "return True", _DELIVERY,
    ),
    Mutation(
        "that what was overtaken is not settled", _CLAIMS,
        "if written.rowcount != 1:", "if False:", _DELIVERY,
    ),
    Mutation(
        "the lease of whoever sends", _CLAIMS,
        '"to_lease_until": until, "to_next_action_at": until + 1',
        '"to_lease_until": now - 1, "to_next_action_at": now',
        _DELIVERY,
    ),
    Mutation(
        "the lease of whoever asks", _CLAIMS,
        "_take(connection, row, next_action_at=now + lease)", "_take(connection, row, next_action_at=now)", _DELIVERY,
    ),
    Mutation(
        "the owner, when a sender gives up", _CLAIMS,
        "deliveries.c.owner == owner, deliveries.c.state", "deliveries.c.state", _DELIVERY,
    ),
    Mutation(
        "fence and state of a slot, when it is claimed", _SLOTS,
        "slots.c.fence == row.fence, free)", "slots.c.fence >= 0)", ("tests/integration/state/test_slots.py",),
    ),
    Mutation(
        "the lease of a slot", _SLOTS,
        '(slots.c.state == "running") & (slots.c.lease_until < now)', '(slots.c.state == "running")', _SLOT,
    ),
    Mutation(
        "that a slot is claimed by one only", _SLOTS,
        "if taken.rowcount == 1 else None", "", _SLOT,
    ),
    Mutation(
        "the fence of a slot, when its lease is renewed", _SLOTS,
        f'{_FENCE}slots.c.state == "running")\n        .values(lease_until=lease_until)',
        'slots.c.state == "running")\n        .values(lease_until=lease_until)', _SLOT,
    ),
    Mutation(
        "the fence of a slot, when it is finished", _SLOTS,
        f'{_FENCE}slots.c.state == "running")\n        .values(state="done"',
        'slots.c.state == "running")\n        .values(state="done"', _SLOT,
    ),
    Mutation(
        "that a slot which was taken over is not finished", _SLOTS,
        "if done.rowcount != 1:", "if False:", _SLOT,
    ),
    Mutation(
        "the fence of a slot, when it is given back", _SLOTS,
        f'{_FENCE}slots.c.state == "running")\n        .values(state="due"',
        'slots.c.state == "running")\n        .values(state="due"', _SLOT,
    ),
    Mutation(
        "that a slot arrives once", _SLOTS,
        'not _added(connection, hub, [passed[-1]], "due")', '_added(connection, hub, [passed[-1]], "due") is None',
        _SLOT,
    ),
    Mutation(
        "the number of a pass", _HUBS,
        "hubs.c.hub == hub, hubs.c.pass_no == since", "hubs.c.hub == hub", _PASS,
    ),
    Mutation(
        "that a pass which was overtaken is not written", _HUBS,
        "if moved.rowcount != 1:", "if False:", _PASS,
    ),
    Mutation(
        "that the ladder is climbed by one at a time", _HUBS,
        ".with_for_update()", "", ("tests/faults/test_guards.py",),
    ),
    Mutation(
        "that a reply is read once", "state/replies.py",
        ").first() is not None", ").first() is not False",
        ("tests/faults/test_guards.py", "tests/integration/service/test_replies.py"),
    ),
    Mutation(
        "one open alert a contact", _TABLES,
        '["hub", "contact_id"], unique=True', '["hub", "contact_id"]',
        ("tests/faults/test_guards.py",),
    ),
    Mutation(
        "one standing alarm of a kind", _TABLES,
        '["hub", "kind"], unique=True', '["hub", "kind"]',
        ("tests/faults/test_guards.py",),
    ),
    Mutation(
        "that whoever writes an event takes the head of the chain", "state/audit.py",
        "_NEXT = update(audit_head).values(seq=audit_head.c.seq + 1).returning(audit_head.c.seq, audit_head.c.chain)",
        "_NEXT = select((audit_head.c.seq + 1).label('seq'), audit_head.c.chain)",
        ("tests/integration/state/test_audit.py",),
    ),
)  # fmt: skip


def stale() -> list[str]:
    """What is no longer found where it is to be taken away."""
    sources = {each.file: (REPOSITORY / "mash_monitor" / each.file).read_text(encoding="utf-8") for each in MUTATIONS}
    return [each.what for each in MUTATIONS if sources[each.file].count(each.text) != 1]


def noticed(mutation: Mutation) -> str | None:
    """The test that goes red on a copy of the tree without what the mutation takes away; None where it survives."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        tree = Path(folder)
        for name in ("mash_monitor", "tests", "rules"):
            shutil.copytree(REPOSITORY / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "config.toml"):
            shutil.copy(REPOSITORY / name, tree / name)
        path = tree / "mash_monitor" / mutation.file
        source = path.read_text(encoding="utf-8")
        path.write_text(source.replace(mutation.text, mutation.instead), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutation.tests],
            cwd=tree, env={**os.environ, "PYTHONPATH": folder}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    failed = re.search(r"^(?:FAILED|ERROR) \S+::(test_\w+)", done.stdout, re.MULTILINE)
    if failed is None and done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return failed[1] if failed else None


def main(chosen: list[str]) -> int:
    """Try every mutation, or those whose words hold one of these; how many survived."""
    if gone := stale():
        raise SystemExit(f"not found once where it is to be taken away: {', '.join(gone)}")
    lines, survived = ["| taken away | where | what goes red |", "| --- | --- | --- |"], 0
    for mutation in MUTATIONS:
        if chosen and not any(words in mutation.what for words in chosen):
            continue
        red = noticed(mutation)
        survived += red is None
        said = "**nothing**" if red is None else red.removeprefix("test_").replace("_", " ")
        lines.append(f"| {mutation.what} | `{mutation.file}` | {said} |")
        print(lines[-1], flush=True)
    if not chosen:
        head, rest = PAGE.read_text(encoding="utf-8").split(_BEGIN)
        PAGE.write_text("\n".join((head + _BEGIN, *lines, _END + rest.split(_END)[1])), encoding="utf-8")
    return survived


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
