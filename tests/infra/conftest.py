"""Each stack's program is run once, at lab size where size does not matter."""

from functools import cache

import pytest
from holdfast_infra.program import main

from tests.infra.recording import Recording, declared, run

SMALL = {
    "lake-mariner": {"tpu7x-a": "cube-000..cube-005"},
    "abernathy": {"gb300-a": "domain-00..domain-02", "h200-a": "host-000..host-002"},
    "barber-lake": {"tpu7x-a": "cube-000..cube-005"},
}


@cache
def small_run(stack: str) -> Recording:
    """What the program of a stack registers when its pools are small."""
    datacenter = declared(stack)
    for block, ids in SMALL[stack].items():
        dated = {"availableFrom": "2027-04-01T00:00:00Z"} if stack == "barber-lake" else {}
        datacenter["pools"][block] |= {"spares": 1, "units": [{"ids": ids, **dated}]}
    return run(main, stack, datacenter)


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
