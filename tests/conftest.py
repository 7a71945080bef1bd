"""For every room: Hypothesis, reproducible in CI and curious on a developer's machine, and real databases."""

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.browser", "tests.databases"]

# A database or a calendar of several years takes longer than the default deadline of 200 ms now and then; no
# test here measures time, so none may fail by it.
settings.register_profile("dev", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for a real clock starts first, so that one worker waits while the others work."""
    items.sort(key=lambda item: item.get_closest_marker("realtime") is None)
