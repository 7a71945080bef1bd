"""The dead-man's switch: an address outside that raises the alarm when we fall silent."""

import urllib.error
import urllib.request

_SECONDS = 5


def ping(url: str) -> str | None:
    """Tell the address that all is well; None when it heard, else why not. Nothing but the call is sent."""
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS):  # noqa: S310 - http or https, by configuration
            return None
    except (urllib.error.URLError, OSError, ValueError) as error:
        return type(error).__name__
