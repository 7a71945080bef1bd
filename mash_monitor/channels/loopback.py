"""This machine itself, the only place that anything may be sent to in the clear."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine. Names are not resolved."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
