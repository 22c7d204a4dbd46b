"""Each stack's program, run once at lab size for the tests to which size does not matter."""

from __future__ import annotations

from functools import cache

from tests.infra.recording import Recording, declared, run

from holdfast_infra.program import main

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
