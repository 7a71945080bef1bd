"""Chance that can be repeated: the same names give the same numbers on every machine and in every year."""

from random import Random

_GOLDEN = (5**0.5 - 1) / 2


def stream(*names: object) -> Random:
    """A stream of its own for each combination of names, such as a seed and a date."""
    return Random(":".join(map(str, names)))  # noqa: S311 - made-up data, no secret


def poisson(mean: float, random: Random) -> int:
    """How many events fall into a span in which `mean` are expected."""
    count, waited = -1, 0.0
    while waited <= mean:
        waited += random.expovariate(1)
        count += 1
    return count


def spread(start: float, index: int) -> float:
    """The `index`-th of a sequence that fills 0 to 1 evenly, from any start.

    Where independent draws would wander from the published share by a point or two in half a year, these
    keep to it, and still look like nothing in particular from one to the next.
    """
    return (start + index * _GOLDEN) % 1.0
