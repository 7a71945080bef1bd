"""The life of a delivery: what follows from what is known, and what can never follow from anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.delivery import (
    ASK,
    ASK_ONLY_IF_NOT_TOLD,
    ASKED_FOR,
    BACKOFF,
    MOST_TRIES,
    SETTLED_IN_A_LIST,
    TO_ELSEWHERE,
    TO_REPEAT,
    UNCONFIRMED,
    DeliveryState,
    Next,
    Result,
    after_asking,
    after_being_told,
    after_looking_up,
    after_sending,
)

S = DeliveryState
HEARD = [Result.ACCEPTED, Result.DELIVERED, Result.UNDELIVERED]
seconds = st.integers(0, 2 * ASKED_FOR)
tries = st.integers(1, 2 * MOST_TRIES)


def sent(known: Result, tries: int = 1, wait: int | None = None, **given: bool) -> Next:
    """After an attempt of a message that has another channel and can be asked about, unless told otherwise."""
    return after_sending(known, tries, wait, **{"others": True, "sought": False, "traceable": True} | given)


# after an attempt


@pytest.mark.parametrize(
    ("known", "follows"),
    [
        (Result.ACCEPTED, Next(S.ACCEPTED, 20)),
        (Result.DELIVERED, Next(S.DELIVERED)),
        (Result.SHOWN, Next(S.SHOWN)),
        (Result.UNDELIVERED, Next(S.UNDELIVERED, elsewhere=True)),
        (Result.REJECTED, Next(S.FAILED, elsewhere=True)),
        (Result.UNKNOWN, Next(S.UNKNOWN, 15)),
        (Result.REFUSED, Next(S.PENDING, 15)),
    ],
)
def test_what_follows_the_first_attempt(known: Result, follows: Next) -> None:
    assert sent(known) == follows


def test_an_accepted_message_is_asked_about_late_or_never_where_that_is_wanted() -> None:
    wanted = {"others": True, "sought": False, "traceable": True}
    assert after_sending(Result.ACCEPTED, 1, None, **wanted, ask_after=600) == Next(S.ACCEPTED, 600)
    assert after_sending(Result.ACCEPTED, 1, None, **wanted, ask_after=None) == Next(S.ACCEPTED)
    assert after_looking_up(Result.ACCEPTED, 15, 1, sought=False, ask_after=None) == Next(S.ACCEPTED)


def test_what_cannot_be_asked_about_is_accepted_for_good_or_unknown_for_two_minutes() -> None:
    assert sent(Result.ACCEPTED, traceable=False) == Next(S.ACCEPTED)
    assert sent(Result.UNKNOWN, traceable=False) == Next(S.UNKNOWN, 120)


@pytest.mark.parametrize(
    ("tries", "wait", "others", "sought", "follows"),
    [
        (1, None, True, False, Next(S.PENDING, 15)),
        (1, 119, True, False, Next(S.PENDING, 119)),  # as long as the provider asks for
        (1, 120, True, False, Next(S.FAILED, elsewhere=True)),  # another channel is better than so long a wait
        (2, None, True, False, Next(S.FAILED, elsewhere=True)),
        (2, None, False, False, Next(S.PENDING, 30)),
        (3, None, False, False, Next(S.PENDING, 60)),
        (4, None, False, False, Next(S.PENDING, 120, elsewhere=True)),  # somebody else hears of it meanwhile
        (1, 900, False, False, Next(S.PENDING, 900, elsewhere=True)),
        (5, None, False, True, Next(S.PENDING, 300)),
        (7, None, False, True, Next(S.PENDING, 300)),
        (8, None, False, True, Next(S.FAILED, elsewhere=True)),
    ],
)
def test_a_refused_message_backs_off_and_waits_for_nobody_longer_than_two_minutes(
    tries: int, wait: int | None, follows: Next, *, others: bool, sought: bool
) -> None:
    assert sent(Result.REFUSED, tries, wait, others=others, sought=sought) == follows


# after the provider was asked about a message that it accepted


@pytest.mark.parametrize(
    ("known", "accepted_for", "others", "follows"),
    [
        (Result.DELIVERED, 20, True, Next(S.DELIVERED)),
        (Result.UNDELIVERED, 20, True, Next(S.UNDELIVERED, elsewhere=True)),
        (Result.ACCEPTED, 20, True, Next(S.ACCEPTED, 40)),
        (Result.UNKNOWN, 20, True, Next(S.ACCEPTED, 40)),  # that nobody answers takes nothing back
        (Result.REFUSED, 20, True, Next(S.ACCEPTED, 40)),
        (Result.ACCEPTED, 899, True, Next(S.ACCEPTED, 1)),
        (Result.ACCEPTED, 900, True, Next(S.ACCEPTED, 900, elsewhere=True)),
        (Result.ACCEPTED, 900, False, Next(S.ACCEPTED, 900)),
        (Result.ACCEPTED, 4 * 3600, False, Next(S.ACCEPTED, None, elsewhere=True)),
    ],
)
def test_an_accepted_message_is_asked_about_until_it_arrives(
    known: Result, accepted_for: int, follows: Next, *, others: bool
) -> None:
    assert after_asking(known, accepted_for, others=others) == follows


def test_an_accepted_message_is_asked_about_ever_more_rarely_and_not_for_ever() -> None:
    asked, at = [], 20
    while (coming := after_asking(Result.ACCEPTED, at, others=False)).after is not None:
        asked.append(at)
        at += coming.after
    assert asked[:7] == [*ASK, ASK[-1] + UNCONFIRMED]
    assert at == ASKED_FOR
    assert coming.elsewhere


# after evidence was looked for


@pytest.mark.parametrize(
    ("known", "unknown_for", "sought", "follows"),
    [
        (Result.ACCEPTED, 15, False, Next(S.ACCEPTED, 20)),
        (Result.DELIVERED, 15, False, Next(S.DELIVERED)),
        (Result.UNDELIVERED, 15, False, Next(S.UNDELIVERED, elsewhere=True)),
        (Result.REFUSED, 29, False, Next(S.UNKNOWN, 15)),  # a list may be behind
        (Result.REFUSED, 30, False, Next(S.PENDING, 0, repeat=True)),
        (Result.UNKNOWN, 30, False, Next(S.UNKNOWN, 15)),
        (Result.UNKNOWN, 110, False, Next(S.UNKNOWN, 10)),
        (Result.UNKNOWN, 120, False, Next(S.UNKNOWN, 15, elsewhere=True)),
        (Result.UNKNOWN, 135, True, Next(S.UNKNOWN, 15)),
        (Result.UNKNOWN, 299, True, Next(S.UNKNOWN, 1)),
        (Result.UNKNOWN, 300, True, Next(S.PENDING, 0, repeat=True)),
        (Result.UNKNOWN, 300, False, Next(S.PENDING, 0, elsewhere=True, repeat=True)),  # nobody looked for so long
    ],
)
def test_a_message_of_unknown_fate_is_found_or_repeated(
    known: Result, unknown_for: int, follows: Next, *, sought: bool
) -> None:
    assert after_looking_up(known, unknown_for, 1, sought=sought) == follows


def test_a_message_is_not_repeated_without_end() -> None:
    assert after_looking_up(Result.UNKNOWN, 300, MOST_TRIES, sought=True) == Next(S.FAILED, elsewhere=True)
    assert after_looking_up(Result.REFUSED, 30, MOST_TRIES, sought=False) == Next(S.FAILED, elsewhere=True)


# told by the provider


@pytest.mark.parametrize(
    ("state", "known", "surely", "follows"),
    [
        (S.SENDING, Result.ACCEPTED, True, Next(S.ACCEPTED, 600)),
        (S.UNKNOWN, Result.ACCEPTED, True, Next(S.ACCEPTED, 600)),
        (S.PENDING, Result.ACCEPTED, False, Next(S.ACCEPTED, 600)),
        (S.ACCEPTED, Result.ACCEPTED, True, None),
        (S.SENDING, Result.DELIVERED, True, Next(S.DELIVERED)),
        (S.ACCEPTED, Result.DELIVERED, False, Next(S.DELIVERED)),
        (S.ACCEPTED, Result.UNDELIVERED, True, Next(S.UNDELIVERED, elsewhere=True)),
        (S.ACCEPTED, Result.UNDELIVERED, False, None),
        (S.PENDING, Result.UNDELIVERED, True, None),
    ],
)
def test_what_a_provider_tells_by_itself(state: S, known: Result, surely: bool, follows: Next | None) -> None:
    assert after_being_told(state, known, surely=surely, ask_after=ASK_ONLY_IF_NOT_TOLD) == follows


@given(st.sampled_from(S), st.lists(st.tuples(st.sampled_from(HEARD), st.booleans())))
def test_in_whatever_order_callbacks_come_a_state_never_falls(state: S, said: list[tuple[Result, bool]]) -> None:
    rank = {S.ACCEPTED: 1, S.UNDELIVERED: 2, S.DELIVERED: 2}
    for known, surely in said:
        before = state
        coming = after_being_told(state, known, surely=surely)
        state = before if coming is None else coming.state
        assert not (before.is_final and state is not before)
        assert rank.get(state, 0) >= rank.get(before, 0)


# whatever comes


@given(
    known=st.sampled_from(Result), tries=tries, wait=st.none() | st.integers(1, 3600), others=st.booleans(),
    sought=st.booleans(), traceable=st.booleans(),
)  # fmt: skip
def test_an_attempt_leaves_a_dated_next_action_or_a_settled_message_or_another_way(
    known: Result, tries: int, wait: int | None, *, others: bool, sought: bool, traceable: bool
) -> None:
    coming = after_sending(known, tries, wait, others=others, sought=sought, traceable=traceable)
    untraceable = coming.state is S.ACCEPTED and not traceable
    assert (coming.after is None) == (coming.state.is_final or untraceable)
    assert coming.elsewhere or coming.state not in (S.FAILED, S.UNDELIVERED)
    assert not coming.repeat  # only what is unknown is ever repeated
    if wait is not None and coming.state is S.PENDING:
        assert coming.after == wait


@given(st.sampled_from(Result), seconds, st.booleans())
def test_what_was_accepted_is_never_taken_back(known: Result, accepted_for: int, others: bool) -> None:
    coming = after_asking(known, accepted_for, others=others)
    assert coming.state in (S.ACCEPTED, S.DELIVERED, S.UNDELIVERED)
    assert not coming.repeat
    assert coming.after is None or coming.after > 0
    assert coming.after is not None or coming.elsewhere or coming.state is S.DELIVERED


@given(st.sampled_from([*HEARD, Result.REFUSED, Result.UNKNOWN]), seconds, tries, st.booleans())
def test_a_repeat_comes_only_from_unknown_and_after_evidence_was_looked_for(
    known: Result, unknown_for: int, tries: int, sought: bool
) -> None:
    coming = after_looking_up(known, unknown_for, tries, sought=sought)
    assert coming.repeat == (coming.state is S.PENDING)
    if coming.repeat:
        assert known not in HEARD
        assert unknown_for >= (SETTLED_IN_A_LIST if known is Result.REFUSED else TO_REPEAT)
    assert (coming.after is None) == coming.state.is_final


@given(st.lists(st.sampled_from([Result.UNKNOWN, Result.REFUSED]), min_size=30, max_size=30), tries)
def test_however_a_provider_keeps_silent_somebody_else_hears_after_two_minutes_and_it_is_repeated_within_five(
    answers: list[Result], tries: int
) -> None:
    at, sought, state = 0, None, S.UNKNOWN
    for answer in answers:
        coming = after_looking_up(answer, at, tries, sought=sought is not None)
        sought, state = at if coming.elsewhere and sought is None else sought, coming.state
        if state is not S.UNKNOWN:
            break
        assert coming.after is not None
        at += coming.after
    assert state is (S.PENDING if tries < MOST_TRIES else S.FAILED)
    assert at <= TO_REPEAT
    if at >= TO_ELSEWHERE:
        assert sought == (TO_ELSEWHERE if tries < MOST_TRIES or at > TO_ELSEWHERE else at)


def test_waits_grow_from_one_refusal_to_the_next() -> None:
    assert list(BACKOFF) == sorted(BACKOFF)
    assert sum(BACKOFF[:3]) < TO_ELSEWHERE <= BACKOFF[3]  # the fourth refusal comes within two minutes
