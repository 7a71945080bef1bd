"""The domain's records are values: shared by threads, kept in sets, and never changed behind anybody's back."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from mash_monitor import domain
from mash_monitor.domain.intake import Inflow, Intake
from mash_monitor.domain.measures import Tally

COUNTERS = (Tally, Inflow, Intake)
"""What adds up contact after contact while it is being made."""


def records() -> Iterator[type]:
    for module in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == module.name:
                yield found


@pytest.mark.parametrize("record", [found for found in records() if found not in COUNTERS])
def test_a_record_cannot_be_changed_and_takes_no_more_than_its_fields(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(record)
