"""Text that came from a contact store, made safe to look at."""

import unicodedata


def plain(text: str) -> str:
    """The text with every character that does not print spelled out, and every space an ordinary one.

    Control characters could drive a terminal, bidirectional ones could make a reference read as another.
    Both are shown as escapes ("\\x1b", "\\u202e"), so that nothing disappears silently.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return " " if unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode("ascii")
