"""Text from a contact store can neither drive a terminal nor turn a line around."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.views.untrusted import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("C-10234", "C-10234"),
        ("Ysgol Gyfun Gŵyr", "Ysgol Gyfun Gŵyr"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("one\ntwo\ttabs", "one\\ntwo\\ttabs"),
        ("C-\u202e43201", "C-\\u202e43201"),
        ("a\u00a0b\u2003c", "a b c"),
        ("a\u2028b", "a\\u2028b"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_what_does_not_print_is_spelled_out(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(st.characters()))
def test_nothing_but_printing_characters_comes_out(text: str) -> None:
    shown = plain(text)
    assert all(unicodedata.category(char)[0] != "C" for char in shown)
    assert shown.isprintable()
    shown.encode()


@given(st.text(st.characters(codec="utf-8")))
def test_text_that_prints_is_left_as_it_is(text: str) -> None:
    if text.isprintable():
        assert plain(text) == text
