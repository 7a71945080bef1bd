"""Health and metrics: whether the service is well, and counts. Neither names a contact or a person."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mash_monitor.domain.rating import Level
from mash_monitor.service.health import troubles
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import hubs, ledger, slots, told
from mash_monitor.state.database import reading
from mash_monitor.web.doors import Doors

_DAY = 86_400


class Vitals(Collector):
    """The signs of life of a service, as a monitor outside reads them."""

    def __init__(
        self, engine: Engine, watched: Mapping[str, WatchedHub], now: Callable[[], int], doors: Doors
    ) -> None:  # fmt: skip
        self._engine = engine
        self._watched = watched
        self._now = now
        self._doors = doors
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def routes(self) -> Iterator[Route]:
        """Where they are; both are open to this machine itself, and to whoever has a token."""
        yield Route("/health", self.health)
        yield Route("/metrics", self.metrics)

    def health(self, request: Request) -> Response:
        """200 where the service is well, else 503."""
        if not self._welcome(request):
            return Response(status_code=401)
        try:
            with reading(self._engine) as connection:
                well = not any(troubles(connection, self._watched, self._now()))
        except SQLAlchemyError:
            well = False
        return JSONResponse({"well": well}, 200 if well else 503)

    def metrics(self, request: Request) -> Response:
        """Counts, in the format of Prometheus."""
        if not self._welcome(request):
            return Response(status_code=401)
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _welcome(self, request: Request) -> bool:
        return self._doors.at_home(request) or self._doors.visitor(request) is not None

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: what is measured is known when it is asked for."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge, from one look at the database."""
        now = self._now()
        with reading(self._engine) as connection:
            yield from self._of(connection, now)

    def _of(self, connection: Connection, now: int) -> Iterator[GaugeMetricFamily]:
        opened = _gauge("open_contacts", "Open contacts by level; red leaves out the overdue ones.", "level")
        sent = _gauge("deliveries", "Messages made in the last 24 hours, by what is known of them.", "state")
        age = _gauge("last_look_age_seconds", "Since when the contact store was last read; none where it never was.")
        missed = _gauge("reports_missed", "Reports missed in the last 24 hours.")
        for hub in self._watched:
            levels = ledger.levels(connection, hub, now)
            for level in Level:
                opened.add_metric([hub, level.value], levels[level])
            for state, number in told.tally(connection, hub, now - _DAY).items():
                sent.add_metric([hub, state.value], number)
            last = hubs.seen(connection, hub).last_look_at
            if last is not None:
                age.add_metric([hub], now - last)
            missed.add_metric([hub], len(slots.missed_since(connection, hub, now - _DAY)))
        yield from (opened, sent, age, missed)


def _gauge(name: str, what: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mash_monitor_{name}", what, labels=["hub", *labels])
