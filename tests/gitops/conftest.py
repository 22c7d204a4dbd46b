"""Everything here needs the judges of GitOps tools, which `make gitops-test` builds from their Go modules."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """None of it is run unless it is asked for."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.gitops)
