"""Rule packs: one policy each, with its source, read from rules/*.toml into domain objects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from mash_monitor.config.table import From, NotUnderstood, Table, read
from mash_monitor.config.toml import ConfigError, place, read_toml
from mash_monitor.config.values import SOME, WEEKDAYS, Duration, between, time_of_day
from mash_monitor.domain.calendar import Calendar, DaySpans
from mash_monitor.domain.rating import Policy, RatingRules
from mash_monitor.domain.reports import ReportDays, ReportSchedule
from mash_monitor.domain.timescale import Clock, Ends, Timescale

_LONGEST_DAYS = 366
_LONGEST_HOURS = 24 * _LONGEST_DAYS


@dataclass(frozen=True, slots=True)
class Pack:
    """One rule pack: where it comes from, its timescales, thresholds and the hub's week."""

    title: str
    source: str
    published: date | None
    timescales: tuple[Timescale, ...]
    rating: RatingRules
    week: tuple[DaySpans, ...]
    bank_holidays: frozenset[date]
    closed: frozenset[date]
    known_until: date

    def policy(self, zone: ZoneInfo, times: Sequence[int], days: ReportDays | frozenset[int]) -> Policy:
        """The pack at work in one hub, with its time zone and report times."""
        calendar = Calendar(zone, self.week, self.bank_holidays, self.closed, self.known_until)
        return Policy(self.timescales, self.rating, calendar, ReportSchedule(calendar, times, days))


def load_pack(path: Path) -> Pack:
    """Read and check a rule pack. Raises ConfigError with every problem and its place."""
    document, text = read_toml(path, "rule pack", "correct `rules` of the hub, or put the pack there")
    try:
        model = read(_Pack, document)
    except NotUnderstood as error:
        raise ConfigError([f"{place(path, text, keys)}: {what}" for keys, what in error.problems]) from None
    hours = model.hours
    bundled = _bundled_holidays(hours.holidays)
    known_until = max(day.year for day in (*bundled, *hours.more_holidays))
    return Pack(
        title=model.pack.title,
        source=model.pack.source,
        published=model.pack.published,
        timescales=tuple(item.timescale() for item in model.timescale),
        rating=RatingRules(
            red_left=model.rating.red_left,
            amber_left=model.rating.amber_left,
            notice=model.rating.notice,
            staffed=model.rating.counted_in == "staffed",
            look_ahead=model.rating.look_ahead,
        ),
        week=tuple(getattr(hours, day) for day in WEEKDAYS),
        bank_holidays=bundled | frozenset(hours.more_holidays),
        closed=frozenset(hours.closed),
        known_until=date(known_until, 12, 31),
    )


@lru_cache
def _bundled_holidays(division: str) -> frozenset[date]:
    import govuk_bank_holidays

    # The library's own data without its class, which can go to the network, and imports all of requests for that.
    bundled = Path(govuk_bank_holidays.__file__).with_name("bank-holidays.json")
    divisions = json.loads(bundled.read_text(encoding="utf-8"))
    return frozenset(date.fromisoformat(holiday["date"]) for holiday in divisions[division]["events"])


def _spans(value: Any) -> DaySpans:
    if not isinstance(value, list):
        raise ValueError(f'found {value!r}, expected spans such as ["08:45-17:15"]')
    spans: list[tuple[int, int]] = []
    for text in value:
        opens, dash, closes = str(text).partition("-")
        if not dash:
            raise ValueError(f'found {text!r}, expected a span such as "08:45-17:15"')
        span = (time_of_day(opens), time_of_day(closes))
        if span[0] >= span[1]:
            raise ValueError(f'found {text!r}, expected a span that opens before it closes, up to "24:00"')
        if spans and span[0] < spans[-1][1]:
            raise ValueError(f"found {text!r}, which overlaps the span before it or stands before it")
        spans.append(span)
    return tuple(spans)


Spans = Annotated[DaySpans, From(_spans)]


def _hours(value: Any) -> float | Literal["none"]:
    if value == "none" or (type(value) in (int, float) and 0 < value <= _LONGEST_HOURS):
        return value  # type: ignore[no-any-return]  # checked on the line above
    raise ValueError(f'found {value!r}, expected hours above 0 and up to {_LONGEST_HOURS}, or "none"')


def _days(value: Any) -> int | Literal["none"]:
    if value == "none" or (type(value) is int and 0 <= value <= _LONGEST_DAYS):
        return value  # type: ignore[no-any-return]  # checked on the line above
    raise ValueError(f'found {value!r}, expected whole days from 0 to {_LONGEST_DAYS}, or "none"')


class _Head(Table):
    title: str
    source: Annotated[str, SOME]
    published: date | None = None


class _Hours(Table):
    mon: Spans = ()
    tue: Spans = ()
    wed: Spans = ()
    thu: Spans = ()
    fri: Spans = ()
    sat: Spans = ()
    sun: Spans = ()
    holidays: Literal["england-and-wales", "scotland", "northern-ireland"] = "england-and-wales"
    closed: list[date] = []
    more_holidays: list[date] = []

    def __post_init__(self) -> None:
        if not any(getattr(self, day) for day in WEEKDAYS):
            raise ValueError('found no opening hours, expected a day such as mon = ["08:45-17:15"]')


class _Timescale(Table):
    name: Annotated[str, SOME]
    clock: Clock
    hours: Annotated[float | Literal["none"], From(_hours)] | None = None
    days: Annotated[int | Literal["none"], From(_days)] | None = None
    ends: Ends | None = None
    day: Literal["working", "open"] = "working"
    rates: bool = True
    target_pct: Annotated[float, between(0, 100)] | None = None
    risk: Annotated[list[Literal["red", "amber", "green", "blue", "unrated"]], SOME] | None = None
    source_group: Annotated[list[str], SOME] | None = None
    runs_past_closing: bool = False

    def __post_init__(self) -> None:
        working_days = self.clock is Clock.WORKING_DAYS
        if working_days and self.days is None and self.hours != "none":
            raise ValueError("needs days = N, as its clock counts working days")
        if not working_days and (self.hours is None or self.days is not None):
            raise ValueError(f"needs hours = N and no days, as its clock is {self.clock.value}")
        if self.ends is not None and not working_days:
            raise ValueError("found ends, which is meant for working days")
        if self.runs_past_closing and self.clock is not Clock.WORKING_HOURS:
            raise ValueError("found runs_past_closing, which is meant for working hours")

    def timescale(self) -> Timescale:
        return Timescale(
            name=self.name,
            clock=self.clock,
            seconds=round(self.hours * 3600) if isinstance(self.hours, int | float) else None,
            days=self.days if isinstance(self.days, int) else None,
            ends=self.ends or Ends.MIDNIGHT,
            open_days_only=self.day == "open",
            runs_past_closing=self.runs_past_closing,
            rates=self.rates,
            target_pct=self.target_pct,
            risks=None if self.risk is None else frozenset(self.risk),
            groups=None if self.source_group is None else frozenset(self.source_group),
        )


class _Rating(Table):
    red_left: Duration
    amber_left: Duration
    notice: Duration = 1800
    counted_in: Literal["elapsed", "staffed"] = "elapsed"
    look_ahead: bool = True

    def __post_init__(self) -> None:
        if self.amber_left < self.red_left:
            raise ValueError("found amber_left shorter than red_left, expected amber to come first")


class _Pack(Table):
    pack: _Head
    hours: _Hours
    timescale: Annotated[list[_Timescale], SOME]
    rating: _Rating

    def __post_init__(self) -> None:
        names = [item.name for item in self.timescale]
        if len(set(names)) < len(names):
            raise ValueError("found two timescales of one name, expected each to have its own")
        rating = [item for item in self.timescale if item.rates]
        if not any(item.hours != "none" and item.days != "none" for item in rating):
            raise ValueError("found no timescale that rates, expected at least one with a deadline")
        by_risk = [item for item in rating if item.risk is not None]
        if by_risk and len(by_risk) == len(rating) and not any("unrated" in (item.risk or ()) for item in by_risk):
            raise ValueError(
                'found no timescale for "unrated", as which contacts arrive; add it to one of the risk lists'
            )
