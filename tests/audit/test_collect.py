"""From API servers to a picture: all of it, or a word about what was not seen."""

from __future__ import annotations

import pytest
from tests.audit.world import EVAL, POOL, QUIET, World, a_world
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.audit.collect import Blind, look
from holdfast.cluster.client import Api
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    NAMESPACE,
    NODE,
)


def serve(world: World) -> tuple[ApiServer, ApiServer]:
    """A hub and a site that hold this world."""
    hub, site = ApiServer(lambda: 1_800_000_000.0), ApiServer()
    kinds = {"pools": ACCELERATOR_POOL, "promises": CAPACITY_PROMISE, "reservations": CAPACITY_RESERVATION}
    for name, kind in kinds.items():
        for document in world[name].values():
            hub.add(kind, document)
    for name, labels in world["namespaces"].items():
        hub.add(NAMESPACE, {"metadata": {"name": name, "labels": labels}})
    for node in world["nodes"].values():
        site.add(NODE, node)
    return hub, site


def reach(server: ApiServer) -> Api:
    return simulated_api(server, SimulatedTime())


def test_a_picture_shows_the_hub_and_the_sites_given() -> None:
    hub, site = serve(a_world())
    seen = look(reach(hub), {"lake-mariner": reach(site)})
    assert set(seen.pools) == {POOL, QUIET}
    assert seen.promises[EVAL].spec.reservation == "eval"
    assert {one.path for one in seen.reservations.values()} == {"research/pretrain", "widgets/eval"}
    assert seen.namespaces["widgets"] == {"holdfast.dev/tenant": "acme"}
    assert sum(1 for _ in seen.nodes()) == 5
    assert seen.now == 1_800_000_000


def test_an_object_that_cannot_be_read_is_named() -> None:
    world = a_world()
    world["pools"][POOL]["spec"]["chipsPerUnit"] = -3
    hub, _ = serve(world)
    unread = look(reach(hub), {}).unread
    assert len(unread) == 1
    assert unread[0].startswith(f"acceleratorpools/{POOL}: ")


def test_a_site_that_does_not_answer_is_named() -> None:
    hub, site = serve(a_world())
    site.withdraw(NODE)
    with pytest.raises(Blind, match="could not look at nodes of lake-mariner"):
        look(reach(hub), {"lake-mariner": reach(site)})
