"""Replies to messages: what is understood, and what had better not be."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain import reply
from mash_monitor.domain.reply import REFERENCE_LETTERS, Kind, Reply, is_reference, parse

QUOTED = "Herefordshire MASH 16:30: 2 OVERDUE, 4 RED. C-10234 due Sat 14:05. Next Sat 08:30. Reply ACK 7KQ2"

references = st.text(REFERENCE_LETTERS, min_size=4, max_size=4).filter(is_reference)
meant = reply._REFUSALS | reply._OWN | reply._NO_VERB_AFTER | {"NO"}
noise = st.lists(
    st.text(string.ascii_letters + "👍", min_size=1, max_size=9).filter(
        lambda text: meant.isdisjoint(reply._WORDS.findall(text.upper()))
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("body", "kind", "refs"),
    [
        ("ACK 7KQ2", Kind.ACK, "7KQ2"),
        ("ack 7kq2 thanks", Kind.ACK, "7KQ2"),
        ("  Ack:7KQ2. ", Kind.ACK, "7KQ2"),
        ("Ack7KQ2", Kind.ACK, "7KQ2"),
        ("7kq2ack", Kind.ACK, "7KQ2"),
        ("7KQ2", Kind.ACK, "7KQ2"),
        ("(#7KQ2)", Kind.ACK, "7KQ2"),
        ("ok 7kq2, thank you", Kind.ACK, "7KQ2"),
        ("“ACK 7KQ2”", Kind.ACK, "7KQ2"),
        ("Reply ACK 7KQ2", Kind.ACK, "7KQ2"),  # the words of the message, taken literally
        ("ack 7K Q2", Kind.ACK, "7KQ2"),
        ("a c k 7kq2", Kind.UNCLEAR, "7KQ2"),
        ("ACK 7KQ2 8MNP", Kind.ACK, "7KQ2 8MNP"),
        ("ACK 7KQ28MNP", Kind.ACK, "7KQ2 8MNP"),
        ("ack7kq2 and 8mnp, 7kq2", Kind.ACK, "7KQ2 8MNP"),
        ("got this at 2245 on the bus, ack 7kq2, will ring that team", Kind.ACK, "7KQ2"),
        ("Seen 7KQ2, calling the team now", Kind.ACK, "7KQ2"),
        ("ack", Kind.ACK, ""),
        ("Acknowledged, thanks", Kind.ACK, ""),
        ("\uff17\uff2b\uff31\uff12", Kind.ACK, "7KQ2"),  # full-width, as some keyboards write
        ("ok own 7kq2", Kind.OWN, "7KQ2"),
        ("Own7KQ2", Kind.OWN, "7KQ2"),
        ("7KQ2 is mine", Kind.OWN, "7KQ2"),
        ("OWN", Kind.OWN, ""),
        ("ack, own 7KQ2", Kind.OWN, "7KQ2"),
        ("own 7KQ2, ack 8MNP", Kind.ACK, "7KQ2 8MNP"),  # which one is taken on cannot be told
        ("ack 7KQ2 but I am on my own tonight", Kind.ACK, "7KQ2"),
        ("", Kind.UNCLEAR, ""),
        ("👍", Kind.UNCLEAR, ""),
        ("ok", Kind.UNCLEAR, ""),
        ("thanks", Kind.UNCLEAR, ""),
        ("I have that date free", Kind.UNCLEAR, ""),
        ("who is this? 7KQ2", Kind.UNCLEAR, "7KQ2"),
        ("7KQ2 wrong number", Kind.UNCLEAR, "7KQ2"),
        ("I can’t ack 7KQ2, on leave", Kind.UNCLEAR, "7KQ2"),
        ("do not own 7KQ2", Kind.UNCLEAR, "7KQ2"),
        ("No, 7KQ2", Kind.UNCLEAR, "7KQ2"),
        ("no ack 7kq2", Kind.UNCLEAR, "7KQ2"),
        ("ack 7KO2", Kind.UNCLEAR, ""),  # O is in no reference: Q, or D, is not guessed
        ("ack 7KQ", Kind.UNCLEAR, ""),
        ("ack C-10234", Kind.UNCLEAR, ""),
        (f"Liked “{QUOTED}”", Kind.UNCLEAR, "7KQ2"),
        (QUOTED, Kind.UNCLEAR, "7KQ2"),
        (f"Ack\n> {QUOTED}", Kind.ACK, "7KQ2"),
        ("STOP", Kind.STOP, ""),
        (" stop. ", Kind.STOP, ""),
        ("Stop all", Kind.STOP, ""),
        ("STOPALL", Kind.STOP, ""),
        ("unsubscribe", Kind.STOP, ""),
        ("Cancel", Kind.STOP, ""),
        ("END", Kind.STOP, ""),
        ("quit!", Kind.STOP, ""),
        ("stop ack 7KQ2", Kind.ACK, "7KQ2"),
        ("please stop", Kind.UNCLEAR, ""),
        ("START", Kind.START, ""),
        ("unstop", Kind.START, ""),
        ("yes", Kind.START, ""),
        ("yes 7KQ2", Kind.ACK, "7KQ2"),
    ],
)
def test_what_a_reply_is_understood_to_say(body: str, kind: Kind, refs: str) -> None:
    assert parse(body) == Reply(kind, tuple(refs.split()))


@pytest.mark.parametrize("word", ["THAT", "HAVE", "TEAM", "2245", "1630", "7KQ", "7KQ2X", "7KO2", "7kq2", ""])
def test_words_times_and_misread_references_are_none(word: str) -> None:
    assert not is_reference(word)


@given(st.text(max_size=200))
def test_any_text_is_read(body: str) -> None:
    said = parse(body)
    assert all(map(is_reference, said.refs))
    assert len(set(said.refs)) == len(said.refs)


@given(references, noise, noise, st.sampled_from(["ACK {}", "ack{}", "{} ack", "Ack: #{}!", "seen\n{}"]))
def test_a_reference_that_is_acknowledged_anywhere_in_noise_is_found(
    reference: str, before: list[str], after: list[str], form: str
) -> None:
    said = parse(" ".join([*before, form.format(reference), *after]))
    assert said == Reply(Kind.ACK, (reference,))


@given(references, st.booleans())
def test_case_never_matters(reference: str, lower: bool) -> None:
    body = f"own {reference}"
    assert parse(body.lower() if lower else body.upper()) == Reply(Kind.OWN, (reference,))
