"""Where a hub's contacts are, and how its columns and words map to ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from mash_monitor.contacts.errors import StoreMisconfigured
from mash_monitor.domain.calendar import DAY


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """One hub's contact store, as configured.

    `url` is any SQLAlchemy URL or `csv:///folder`; `lookback` and `timeout` are seconds. `columns` maps our
    names to columns or SQL expressions of theirs (an empty text: they have no such column). `outcomes`,
    `sources` and `risks` map local words to ours.
    """

    url: str = field(repr=False)
    preset: str = "native"
    lookback: int = 180 * DAY
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    query: str | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    risks: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 20

    @property
    def parsed_url(self) -> URL:
        """The URL in its parts. Raises StoreMisconfigured, without repeating it: it may hold a password."""
        try:
            return make_url(self.url)
        except (ArgumentError, ValueError) as error:
            raise StoreMisconfigured(
                "store.url",
                "not a database URL",
                "for example sqlite:///var/contacts.db, postgresql+psycopg://user@host/database or csv:///exports",
                "percent-encode special characters in user name and password",
            ) from error
