"""Where a provider is reached: an address that is given instead of its own."""

from urllib.parse import urlsplit

from mash_monitor.channels.loopback import is_loopback


def check_endpoint(url: str, place: str) -> None:
    """Raise ValueError, naming `place`, unless nobody else can listen on the way to this address.

    It is https, or http on this machine, without user, query and fragment.
    """
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not safe or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(
            f"{place}: expected an https address without a user, query or fragment (http on this machine only)"
        )
