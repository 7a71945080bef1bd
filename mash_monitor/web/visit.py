"""One visitor's look at one hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

from mash_monitor.web.snapshot import Lookout, Snapshot


@dataclass(frozen=True, slots=True)
class Visit:
    """What was asked for. `several`: this visitor may look at other hubs too, so that addresses name this one."""

    request: Request
    lookout: Lookout
    snapshot: Snapshot
    several: bool

    @property
    def query(self) -> Mapping[str, str]:
        """What was asked for in particular."""
        return self.request.query_params

    def to(self, path: str, **query: object) -> str:
        """The address of another page of this hub, without what is None."""
        named = {"hub": self.lookout.hub.name} if self.several else {}
        asked = urlencode(named | {key: value for key, value in query.items() if value is not None})
        return quote(path) + (f"?{asked}" if asked else "")
