"""Where a provider is reached: an address that is given instead of its own."""

from urllib.parse import urlsplit

from mash_monitor.channels.loopback import is_loopback


def check_endpoint(url: str, place: str, *, query: bool = False) -> None:
    """Raise ValueError, naming `place`, unless nobody else can listen on the way to this address.

    It is https, or http on this machine; without user and fragment, and without a query unless `query`.
    """
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    extra = parts.fragment if query else parts.query or parts.fragment
    if not safe or not parts.hostname or "@" in parts.netloc or extra:
        without = "a user or fragment" if query else "a user, query or fragment"
        raise ValueError(f"{place}: expected an https address without {without} (http on this machine only)")
