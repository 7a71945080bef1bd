"""Percentages as they were printed: which whole numbers they can have come from.

44.0 has one decimal, and stands for whatever rounds to it, half up.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def rounded(value: Decimal, like: Decimal) -> Decimal:
    """Half up, to as many decimals as another figure was printed with."""
    return value.quantize(like, ROUND_HALF_UP)


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """`part` of `whole` in percent, not rounded."""
    return Decimal(100 * part) / whole


def parts_of(whole: Decimal, share: Decimal) -> list[int]:
    """The whole numbers that are this share of another."""
    near = int(share * whole / 100)
    return [n for n in range(max(0, near - 1), near + 3) if rounded(percentage(n, whole), share) == share]


def wholes_of(part: Decimal, share: Decimal) -> list[int]:
    """Whole numbers of which another is this share: of many the nearest few. The share is not zero."""
    near = int(100 * part / share)
    return [n for n in range(max(1, near - 3), near + 5) if rounded(percentage(part, n), share) == share]


def nearest(share: Decimal, most: int) -> Fraction | None:
    """None where some whole number up to `most` has this share; else the nearest that a part of one comes to it."""
    half = Fraction(10) ** int(share.as_tuple().exponent) / 200
    exactly = Fraction(share) / 100
    closest = exactly.limit_denominator(most)
    # Half up: the lower end belongs to what rounds to the share, the upper one does not.
    made = abs(closest - exactly) < half or (exactly - half).denominator <= most
    return None if made else closest
