"""What a benchmark says: medians of five, as ratios to a raw limit measured in the same run."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table

RUNS = 5
SCALE = float(os.environ.get("MASH_BENCH_SCALE", "1"))
"""0.1 makes every store a tenth as large: a quick look, of which only the ratios say something."""


def scaled(size: int) -> int:
    """A size of the issue, at the scale of this run."""
    return max(1_000, int(size * SCALE))


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def processor_seconds(work: Callable[[], object]) -> float:
    """How long a call computes, whatever else the machine does meanwhile."""
    start = process_time()
    work()
    return process_time() - start


def in_turns(measured: Callable[[], float], raw: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Both, five times in turns, so that what else the machine does meets both alike."""
    rounds = [(measured(), raw()) for _ in range(RUNS)]
    return [pair[0] for pair in rounds], [pair[1] for pair in rounds]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Times are seconds, one a run; without a limit it is only told.

    The ratio is measured to raw; with `at_least` it is raw to measured, and the limit is what it must reach.
    """

    name: str
    measured: Sequence[float]
    raw: Sequence[float] = ()
    limit: float | None = None
    at_least: bool = False
    mib: float | None = None
    mib_limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """Median to median."""
        if not self.raw:
            return None
        ratio = median(self.measured) / median(self.raw)
        return 1 / ratio if self.at_least else ratio

    @property
    def missed(self) -> list[str]:
        """The limits that this figure misses, in words."""
        said = []
        if self.ratio is not None and self.limit is not None:
            if self.at_least and self.ratio < self.limit:
                said.append(f"{self.name}: {self.ratio:.0f} times faster, at least {self.limit:g} are promised")
            if not self.at_least and self.ratio > self.limit:
                said.append(f"{self.name}: {self.ratio:.2f} times raw, at most {self.limit:g} are promised")
        if self.mib is not None and self.mib_limit is not None and self.mib > self.mib_limit:
            said.append(f"{self.name}: {self.mib:.0f} MiB over idle, at most {self.mib_limit:g} are promised")
        return said

    def cells(self) -> Iterator[str]:
        """The figure as a row of the table."""
        yield self.name
        yield _duration(median(self.measured))
        yield _duration(median(self.raw)) if self.raw else ""
        yield "" if self.ratio is None else f"{self.ratio:,.0f}" if self.at_least else f"{self.ratio:.2f}"
        yield "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}"
        yield "" if self.mib is None else f"{self.mib:,.0f}"
        yield "" if self.mib_limit is None else f"≤ {self.mib_limit:g}"
        yield "MISSED" if self.missed else ""


@dataclass(slots=True)
class Report:
    """Every figure of a run, and what is to be said beside them."""

    figures: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Put a figure into the table, and fail where it misses a limit."""
        self.figures.append(figure)
        assert not figure.missed, "; ".join(figure.missed)

    def print(self) -> None:
        """The table, then the remarks."""
        title = f"medians of {RUNS}" + ("" if SCALE == 1 else f", at {SCALE:g} of the size")
        table = Table(title=title, title_justify="left")
        table.add_column("name")
        for heading in ("measured", "raw", "ratio", "limit", "MiB", "limit"):
            table.add_column(heading, justify="right")
        table.add_column("")
        for figure in self.figures:
            table.add_row(*figure.cells())
        console = Console(width=120)
        console.print(table)
        for remark in self.remarks:
            console.print(remark)


def _duration(given: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if given >= size:
            return f"{given / size:.3g} {unit}"
    return f"{given / 1e-9:.3g} ns"
