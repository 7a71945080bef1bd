"""Rule packs: one policy each, with its source, read from rules/*.toml into domain objects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from mash_monitor.config.strict import Strict, problems
from mash_monitor.config.toml import ConfigError, place, read_toml
from mash_monitor.config.values import WEEKDAYS, Duration, time_of_day
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
    document, text = read_toml(path, "rule pack")
    try:
        model = _Pack.model_validate(document)
    except ValidationError as error:
        raise ConfigError([f"{place(path, text, keys)}: {what}" for keys, what in problems(error)]) from None
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


Spans = Annotated[Any, BeforeValidator(_spans)]


def _hours(value: Any) -> float | Literal["none"]:
    if value == "none" or (type(value) in (int, float) and 0 < value <= _LONGEST_HOURS):
        return value  # type: ignore[no-any-return]  # checked on the line above
    raise ValueError(f'found {value!r}, expected hours above 0 and up to {_LONGEST_HOURS}, or "none"')


def _days(value: Any) -> int | Literal["none"]:
    if value == "none" or (type(value) is int and 0 <= value <= _LONGEST_DAYS):
        return value  # type: ignore[no-any-return]  # checked on the line above
    raise ValueError(f'found {value!r}, expected whole days from 0 to {_LONGEST_DAYS}, or "none"')


class _Head(Strict):
    title: str
    source: str = Field(min_length=1)
    published: date | None = None


class _Hours(Strict):
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

    @model_validator(mode="after")
    def _opens_sometimes(self) -> "_Hours":
        if not any(getattr(self, day) for day in WEEKDAYS):
            raise ValueError('found no opening hours, expected a day such as mon = ["08:45-17:15"]')
        return self


class _Timescale(Strict):
    name: str = Field(min_length=1)
    clock: Clock
    hours: Annotated[float | Literal["none"] | None, BeforeValidator(_hours)] = None
    days: Annotated[int | Literal["none"] | None, BeforeValidator(_days)] = None
    ends: Ends | None = None
    day: Literal["working", "open"] = "working"
    rates: bool = True
    target_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    risk: list[Literal["red", "amber", "green", "blue", "unrated"]] | None = Field(None, min_length=1)
    source_group: list[str] | None = Field(None, min_length=1)
    runs_past_closing: bool = False

    @model_validator(mode="after")
    def _says_how_long(self) -> "_Timescale":
        working_days = self.clock is Clock.WORKING_DAYS
        if working_days and self.days is None and self.hours != "none":
            raise ValueError("needs days = N, as its clock counts working days")
        if not working_days and (self.hours is None or self.days is not None):
            raise ValueError(f"needs hours = N and no days, as its clock is {self.clock.value}")
        if self.ends is not None and not working_days:
            raise ValueError("found ends, which is meant for working days")
        if self.runs_past_closing and self.clock is not Clock.WORKING_HOURS:
            raise ValueError("found runs_past_closing, which is meant for working hours")
        return self

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


class _Rating(Strict):
    red_left: Duration
    amber_left: Duration
    notice: Duration = 1800
    counted_in: Literal["elapsed", "staffed"] = "elapsed"
    look_ahead: bool = True

    @model_validator(mode="after")
    def _amber_first(self) -> "_Rating":
        if self.amber_left < self.red_left:
            raise ValueError("found amber_left shorter than red_left, expected amber to come first")
        return self


class _Pack(Strict):
    pack: _Head
    hours: _Hours
    timescale: list[_Timescale] = Field(min_length=1)
    rating: _Rating

    @model_validator(mode="after")
    def _rates_everything(self) -> "_Pack":
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
        return self
