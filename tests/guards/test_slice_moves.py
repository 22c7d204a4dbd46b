"""A slice that moves whole on a real API server, with the operator that is shipped: what it writes, every guard takes.

The agents are played: what they report is written here, as `agent/report.py` would write it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.documents import Document, document, pool, reservation
from tests.guards.server import OURS
from tests.guards.stage import UNITS, Stage, staged

from holdfast.hardware.instants import text_of

HERE, THERE = "ny.a", "ny.b"
SOON = 30.0
GONE = {
    "health": "Unhealthy", "hosts": 15, "hostsReady": 15, "occupied": True,
    "trouble": {"source": "Cloud", "reason": "NodeGone", "lasting": True},
}  # fmt: skip
PATH = f"{OURS}/namespaces/mistral/capacityreservations/training"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A slice that takes all four cubes of a pool, then another pool beside it."""
    with staged(tmp_path_factory.mktemp("moves")) as made:
        window = {"end": text_of(int(time.time()) + 3_600)}  # noqa: TID251
        asked = reservation("mistral", "training", topology="4x8x8", count=1, window=window)
        asked["spec"]["repair"] = {"policy": "Automatic"}
        made.make(asked)
        made.until(lambda: len(held(made, HERE)) == 4, SOON)
        declared = {unit: {"nodePool": f"np-b-{unit}"} for unit in UNITS}
        made.make(pool(THERE, seal="ny", units=declared, spares={"count": 0}))
        made.make(document("PoolReport", THERE, {"datacenter": "ny", "units": UNITS}))
        reports(made, HERE)
        made.until(lambda: ready(made)[0] == "Active", SOON)
        yield made


def units(stage: Stage, name: str) -> Document:
    pool_ = stage.server.call("GET", f"{OURS}/acceleratorpools/{name}").document
    found: Document = pool_.get("status", {}).get("units", {})
    return found


def held(stage: Stage, name: str) -> dict[str, int]:
    """The units in the tenant's hands, with their grants."""
    return {unit: one["grant"] for unit, one in units(stage, name).items() if one["state"] == "Active"}


def reports(stage: Stage, name: str, **worse: Document) -> None:
    """A pool's agent opens what is granted, cleans what is released, and says how units are."""
    given = units(stage, name)
    key = {"Active": "openGrant", "Releasing": "cleanGrant"}
    done = {unit: {key[one["state"]]: one["grant"]} for unit, one in given.items() if one["state"] in key}
    path = f"{OURS}/poolreports/{name}"
    told = stage.server.call("GET", path).document
    told["spec"]["units"] = {
        unit: {**plain, **done.get(unit, {}), **worse.get(unit, {})} for unit, plain in UNITS.items()
    }
    assert stage.server.call("PUT", path, told).accepted


def ready(stage: Stage) -> tuple[str, str]:
    """Reason and message of condition Ready."""
    found = stage.server.call("GET", PATH).document.get("status", {})
    return next(
        ((one["reason"], one["message"]) for one in found.get("conditions", ()) if one["type"] == "Ready"),
        ("", ""),
    )


def promised(stage: Stage) -> Document:
    """The one promise."""
    (found,) = stage.server.call("GET", f"{OURS}/capacitypromises").document["items"]
    return dict(found["spec"])


def test_a_slice_is_added_in_the_other_pool_and_given_up_in_its_own_once_that_is_open(stage: Stage) -> None:
    first = held(stage, HERE)
    reports(stage, HERE, u0=GONE)
    stage.until(lambda: len(held(stage, THERE)) == 4, SOON)
    stage.until(lambda: "moves whole" in ready(stage)[1], SOON)
    assert held(stage, HERE) == first
    assert (promised(stage)["slices"], promised(stage)["pools"]) == (1, {HERE: 4, THERE: 4})
    assert promised(stage)["moving"] == {"from": HERE, "to": THERE, "grants": sorted(first.values())}
    reports(stage, THERE)
    stage.until(lambda: not held(stage, HERE), SOON)
    reports(stage, HERE, u0=GONE)
    stage.until(lambda: ready(stage)[0] == "Active", SOON)
    assert (promised(stage)["slices"], promised(stage)["pools"]) == (1, {THERE: 4})
    stage.until(lambda: "moving" not in promised(stage), SOON)
