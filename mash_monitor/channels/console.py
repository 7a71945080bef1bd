"""The console: prints what would be sent. Somebody may look; nobody can say that somebody did."""

from typing import TextIO

from mash_monitor.channels.base import Envelope, Outcome, Result

_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""Characters that would steer a terminal instead of being seen on it."""


class ConsoleChannel:
    """Prints messages to a text stream."""

    name = "console"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, envelope: Envelope) -> Outcome:
        """Print subject and text. SHOWN, or REFUSED where the stream is closed or full."""
        rule = f"── message {envelope.delivery_id} "
        lines = [f"{rule:─<72}", envelope.subject, "", envelope.text or envelope.body]
        message = "\n".join(lines).translate(_CONTROLS).rstrip("\n") + "\n\n"
        encoding = self._stream.encoding or "utf-8"
        try:
            # One write, so that messages do not mix; what the terminal cannot show becomes a question mark.
            self._stream.write(message.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError):  # a broken pipe or a full disk; a closed file
            return Outcome(Result.REFUSED, code="console-closed")
        return Outcome(Result.SHOWN)
