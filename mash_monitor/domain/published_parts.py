"""What a printed figure is by the others printed beside it, or why it can be of no contacts at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mash_monitor.domain.printed import nearest, parts_of, percentage, rounded, wholes_of
from mash_monitor.domain.published_names import OWN_TO_A_PERIOD, Names, Ratio

Section = Mapping[str, Decimal]
DERIVED = "_derived"
_ALL = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """The figures of a section, and of all months that it is the sum of where it has any."""

    section: Section
    months: Sequence[Section]
    names: Names

    def give(self, key: str) -> Decimal | None:
        """A figure by the others; None where they do not say."""
        ratio = self.names.ratios.get(key)
        if ratio is None:
            return self._sum(key)
        part, whole = self._count(ratio.part), self._count(ratio.whole)
        return rounded(percentage(part, whole), self.section[key]) if part is not None and whole else None

    def forbid(self, key: str) -> str:
        """Why there can be no such number of contacts, whatever is not known; empty where there can."""
        printed, ratio = self.section[key], self.names.ratios.get(key)
        if ratio is None:
            return "" if printed >= 0 and not printed % 1 else "a count is a whole number"
        if not 0 <= printed <= _ALL:
            return "a share is from 0 to 100"
        part, whole, most = map(self._count, (ratio.part, ratio.whole, ratio.most))
        if whole:
            return "" if part is not None or parts_of(whole, printed) else _between(printed, whole)
        if part is not None:
            return "" if not printed or wholes_of(part, printed) else f"{part:,} are this share of no whole number"
        closest = nearest(printed, int(most)) if most and most >= 1 else None
        if closest is None:
            return ""
        told = rounded(percentage(closest.numerator, closest.denominator), printed)
        return f"no share of up to {most:,} contacts is that: the nearest is {told}"

    def _count(self, name: str) -> Decimal | None:
        number = _given(name, self.section)
        return self._sum(name) if number is None else number

    def _sum(self, name: str) -> Decimal | None:
        numbers = [_found(name, month, self.names.ratios) for month in self.months]
        if not numbers or None in numbers or name in OWN_TO_A_PERIOD:
            return None
        return sum(filter(None, numbers), start=Decimal(0))


def _between(printed: Decimal, whole: Decimal) -> str:
    near = int(printed * whole / 100)
    told = (f"{number:,} is {rounded(percentage(number, whole), printed)}" for number in (near, near + 1))
    return f"no whole number of {whole:,} gives it: {', '.join(told)}"


def _given(name: str, section: Section) -> Decimal | None:
    return section.get(name, section.get(f"{name}{DERIVED}"))


def _found(name: str, section: Section, ratios: Mapping[str, Ratio]) -> Decimal | None:
    """A count: given, or the one whole number that a share of it, or its share of others, allows."""
    if (number := _given(name, section)) is not None:
        return number
    for key, share in section.items():
        ratio = ratios.get(key)
        if ratio is None or name not in ratio[:2]:
            continue
        part, whole = _given(ratio.part, section), _given(ratio.whole, section)
        fitting = parts_of(whole, share) if whole else wholes_of(part, share) if part and share else []
        if len(fitting) == 1:
            return Decimal(fitting[0])
    return None
