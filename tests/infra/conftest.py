"""Recorded runs."""

from __future__ import annotations

import pytest
from tests.infra.recording import Recording
from tests.infra.small_runs import small_run


@pytest.fixture(params=["lake-mariner", "abernathy"])
def built(request: pytest.FixtureRequest) -> Recording:
    """A datacenter with hardware."""
    return small_run(request.param)


@pytest.fixture
def lake_mariner() -> Recording:
    return small_run("lake-mariner")


@pytest.fixture
def abernathy() -> Recording:
    return small_run("abernathy")


@pytest.fixture
def barber_lake() -> Recording:
    return small_run("barber-lake")
