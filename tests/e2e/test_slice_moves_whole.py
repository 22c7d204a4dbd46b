"""A slice that its pool cannot make whole moves whole to the pool beside it: real agents and a slice controller."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.e2e.acts import SITE, ask, becomes, clean, given_back, uid_of
from tests.e2e.test_slices import PATH, slices, state, units_of

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
POOLS = f"{SITE}.tpu7x-a", f"{SITE}.tpu7x-b"
BLOCKS = "projects/holdfast-lab/reservations/ironwood/reservationBlocks"
CUBES = [{"ids": "cube-000..cube-003"}]
BESIDE = {"acceleratorType": "tpu7x", "googleReservation": f"{BLOCKS}/block-b", "spares": 0, "units": CUBES}
TWO_POOLS = {
    "dwellSeconds": 5,
    "pools.tpu7x-a.spares": 0,
    "pools.tpu7x-a.units": CUBES,
    "pools.tpu7x-b": BESIDE,
}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Two pools of four cubes without spares, and a tenant who may reserve them all."""
    options = (
        ("--config", f"holdfast:datacenter.{key}={json.dumps(value)}") for key, value in TWO_POOLS.items()
    )
    with running_lab(tmp_path_factory.mktemp("moved"), [SITE], OPERATOR_AND_AGENTS) as lab:
        context = Context(lab)
        context.must("lab", "pulumi", "up", SITE, "--yes", *(word for option in options for word in option))
        context.engineer().apply(*tenant("mistral", {"tpu7x": 10_000}))
        context.until(lambda: counted(context), 60, "four healthy cubes in each pool")
        yield context


def counted(context: Context) -> str:
    """Not empty once both ledgers count every cube as healthy."""
    found = [context.engineer().get("acceleratorpool", pool).get("status", {}) for pool in POOLS]
    return "yes" if all(one.get("capacity", {}).get("healthy") == 4 for one in found) else ""


def held(context: Context, uid: str) -> dict[str, list[str]]:
    """The units of a promise by pool."""
    found = {
        pool: context.engineer().get("acceleratorpool", pool)["status"].get("units", {}) for pool in POOLS
    }
    theirs = {
        pool: sorted(unit for unit, given in units.items() if given.get("promise") == uid)
        for pool, units in found.items()
    }
    return {pool: units for pool, units in theirs.items() if units}


def test_its_new_cubes_are_joined_and_open_before_the_old_ones_are_taken_apart(context: Context) -> None:
    wanted = ask(PATH, topology="4x8x8")
    wanted["spec"]["repair"] = {"policy": "Automatic"}
    context.person("mistral").apply(wanted)
    becomes(context, PATH, "Active", 60)
    uid, (old,) = uid_of(context, PATH), slices(context)
    ((here, cubes),) = held(context, uid).items()
    of_one = f"holdfast.dev/pool={here},holdfast.dev/unit={cubes[0]}"
    hosts = context.engineer(SITE).get("nodes", "-l", of_one)["items"]
    context.must("lab", "cloud", "fault", "host", hosts[0]["metadata"]["name"])
    context.until(
        lambda: joined_beside(context, old["metadata"]["name"]), 90, "a new Slice beside the old one"
    )
    context.until(lambda: "" if here in held(context, uid) else "left", 90, f"{here} is left")
    becomes(context, PATH, "Active", 60)
    (new,) = slices(context)
    assert (state(new), new["metadata"]["name"] == old["metadata"]["name"]) == ("ACTIVE", False)
    ((there, others),) = held(context, uid).items()
    assert (there != here, set(units_of(new))) == (True, set(others))


def joined_beside(context: Context, old: str) -> str:
    """Not empty while another Slice is active and the old one is there still."""
    states = {one["metadata"]["name"]: state(one) for one in slices(context)}
    return "yes" if old in states and "ACTIVE" in (states[name] for name in states if name != old) else ""


def test_nothing_is_amiss_then_and_all_comes_back(context: Context) -> None:
    assert clean(context)
    given_back(context, PATH)
    assert slices(context) == []
