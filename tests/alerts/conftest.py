"""Everything here needs promtool or Prometheus, which `make alerts-test` builds from its pinned Go module."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """None of it is run unless it is asked for."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.alerts)
