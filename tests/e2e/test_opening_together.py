"""An atomic reservation over two datacenters: what one site has ready stays closed until the other can open, too."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.e2e.acts import SITE, after, ask, becomes, clean, gone, uid_of

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
OTHER = "abernathy"
POOLS = {SITE: f"{SITE}.tpu7x-a", OTHER: f"{OTHER}.tpu7x-b"}
CUBES = [{"ids": "cube-000..cube-001"}]
BLOCK = "projects/holdfast-lab/reservations/ironwood/reservationBlocks/block-b"
ADDED = {"acceleratorType": "tpu7x", "googleReservation": BLOCK, "spares": 0, "units": CUBES}
DECLARED = {
    SITE: {"pools.tpu7x-a.spares": 0, "pools.tpu7x-a.units": CUBES},
    OTHER: {
        "cluster.minimumVersion": "1.35.2-gke.1842000",
        "cluster.releaseChannel": "RAPID",
        "pools.tpu7x-b": ADDED,
        "pools.gb300-a.units": [{"ids": "domain-00..domain-00"}],
        "pools.gb300-a.spares": 0,
    },
}
PATH, AHEAD_SECONDS = "mistral/one-run", 25.0
LABEL = "holdfast.node-restriction.kubernetes.io/reservation"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Two datacenters with two cubes each, and a tenant who may reserve them all."""
    with running_lab(tmp_path_factory.mktemp("together"), [SITE, OTHER], OPERATOR_AND_AGENTS) as lab:
        context = Context(lab)
        for site, declared in DECLARED.items():
            options = (
                ("--config", f"holdfast:datacenter.{key}={json.dumps(value)}")
                for key, value in declared.items()
            )
            context.must(
                "lab", "pulumi", "up", site, "--yes", *(word for option in options for word in option)
            )
        context.engineer().apply(*tenant("mistral", {"tpu7x": 10_000}))
        context.until(lambda: counted(context), 90, "two healthy cubes in each datacenter")
        yield context


def counted(context: Context) -> str:
    """Not empty once both ledgers count their cubes as healthy."""
    found = [context.engineer().get("acceleratorpool", pool).get("status", {}) for pool in POOLS.values()]
    return "yes" if all(one.get("capacity", {}).get("healthy") == 2 for one in found) else ""


def hosts(context: Context, site: str, *words: str) -> list[str]:
    """The names of a site's hosts of cubes."""
    found = context.engineer(site).get("nodes", "-l", ",".join([f"holdfast.dev/pool={POOLS[site]}", *words]))
    return [str(one["metadata"]["name"]) for one in found["items"]]


def given(context: Context, uid: str) -> dict[str, int]:
    """How many units it has been given by pool."""
    ledgers = {
        pool: context.engineer().get("acceleratorpool", pool)["status"].get("units", {})
        for pool in POOLS.values()
    }
    return {
        pool: sum(unit.get("promise") == uid for unit in units.values()) for pool, units in ledgers.items()
    }


def promised(context: Context) -> str:
    """Not empty once both pools owe it two cubes."""
    told = read(context.engineer(), PATH).get("status", {}).get("promised", {}).get("pools", [])
    owed = {one["name"]: one["count"] for one in told}
    return "yes" if owed == dict.fromkeys(POOLS.values(), 2) else ""


def test_what_one_site_has_ready_stays_closed_while_the_other_lacks_a_cube(context: Context) -> None:
    wanted = ask(PATH, count=4)
    wanted["spec"]["window"]["start"] = after(AHEAD_SECONDS)
    wanted["spec"]["placement"] = {"acrossDatacenters": "Atomic"}
    context.person("mistral").apply(wanted)
    context.until(lambda: promised(context), 20, "both pools owe it two cubes")
    broken = hosts(context, OTHER)[0]
    context.must("lab", "cloud", "fault", "host", broken)
    uid = uid_of(context, PATH)
    here = POOLS[SITE]
    context.until(lambda: "yes" if given(context, uid)[here] == 2 else "", 60, f"{here} has given two cubes")
    context.until(lambda: lacks(context), 60, "the reservation says what it lacks")
    assert hosts(context, SITE, f"{LABEL}={uid}") == hosts(context, OTHER, f"{LABEL}={uid}") == []
    assert read(context.engineer(), PATH)["status"]["access"] == []


def lacks(context: Context) -> str:
    """Why it is not ready, once that no pool opens before all can is told."""
    conditions = read(context.engineer(), PATH).get("status", {}).get("conditions", [])
    told = next((str(one["message"]) for one in conditions if one["type"] == "Ready"), "")
    return told if "opens before all" in told else ""


def test_both_open_once_the_cube_is_back(context: Context) -> None:
    context.must("lab", "cloud", "fault", "clear", "host")
    becomes(context, PATH, "Active", 90)
    uid = uid_of(context, PATH)
    assert given(context, uid) == dict.fromkeys(POOLS.values(), 2)
    for site in POOLS:
        assert hosts(context, site, f"{LABEL}={uid}") == hosts(context, site)
    assert clean(context)
    gone(context, PATH)
