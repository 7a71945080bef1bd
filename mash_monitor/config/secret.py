"""Secrets, which show in no message, log or traceback."""

from typing import Annotated

from mash_monitor.config.table import From


class Secret:
    """A text that only `reveal` shows. Raises ValueError where it is none, without repeating it."""

    __slots__ = ("_text",)

    def __init__(self, text: object) -> None:
        if not isinstance(text, str):
            raise ValueError("found something that is not a text")
        if not text.strip():
            raise ValueError("found nothing, expected a secret")
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(…)"


SecretText = Annotated[Secret, From(Secret)]
