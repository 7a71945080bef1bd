"""What can be known to be wrong with the web room before it is served."""

from collections.abc import Iterator
from importlib.util import find_spec

from mash_monitor.channels.loopback import is_loopback
from mash_monitor.config.web import Web
from mash_monitor.domain.finding import Finding, Severity

_NEEDED = ("prometheus_client", "starlette", "uvicorn")


def lacking() -> str | None:
    """What is not installed that the web room needs, and how it is; None where all is there."""
    absent = [name for name in _NEEDED if find_spec(name) is None]
    return f'not installed: {", ".join(absent)}; pip install "mash-monitor[web]"' if absent else None


def web_findings(web: Web | None, *, watches: bool) -> Iterator[Finding]:
    """Packages that are missing, an address at which others would find no encryption, a board that lags behind.

    `watches`: whether stores are looked at between reports.
    """
    if web is None:
        return
    if (absent := lacking()) is not None:
        found, _, remedy = absent.partition("; ")
        yield Finding(Severity.ERROR, "web", found, f"{remedy}, or leave the table out")
    if not is_loopback(web.listen.host) and not (web.public_url or "").startswith("https:"):
        yield Finding(
            Severity.WARNING, "web.listen", "open to other machines without encryption: the board takes no token there",
            "put a proxy before it that speaks https, and its address into public_url; or listen on 127.0.0.1",
        )  # fmt: skip
    if not watches:
        yield Finding(
            Severity.WARNING, "service.watch_every", "off: between reports the board shows the store as it was at the "
            "last one, which may be hours ago", 'watch_every = "15m" looks at the stores between reports too',
        )  # fmt: skip
