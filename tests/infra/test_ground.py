"""A deletion that is part of a replacement of what it stands on, told from one that is not."""

from __future__ import annotations

import pytest
from tests.infra.ledgers import POOL, pool
from tests.infra.test_hub_guard import CLUSTER, NODE_POOL, FakeHub, removal, unit

from holdfast_infra.hub_guard import Change, HubGuard

NETWORK = "gcp:compute/network:Network"
PUBLISHED = "kubernetes:holdfast.dev/v1alpha1:AcceleratorPool"
CLOSED = {"metadata": {"name": POOL}, "spec": {}}


def run_with_ground() -> HubGuard:
    """A run of which nothing is answered yet, over a hub in which nothing is promised."""
    run = HubGuard(FakeHub([pool("a", "b")]), "lake-mariner")
    run.ground.await_answer(NETWORK, "lake-mariner-network")
    run.ground.await_answer(CLUSTER, "lake-mariner")
    run.ground.await_answer(PUBLISHED, f"AcceleratorPool/{POOL}", [POOL])
    return run


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (removal("a"), "lake-mariner-network would be replaced"),
        (Change(NODE_POOL, "lake-mariner-system", {"name": "system"}, None), "lake-mariner-network would be"),
        (Change(CLUSTER, "lake-mariner", {"name": "lake-mariner"}, None), "lake-mariner would be replaced"),
        (Change(PUBLISHED, f"AcceleratorPool/{POOL}", CLOSED, None), f"AcceleratorPool/{POOL} would be"),
    ],
)
def test_what_others_stand_on_is_not_replaced_even_where_nothing_is_promised(
    change: Change, named: str
) -> None:
    run = run_with_ground()
    assert str(run.refusal(change)).startswith(named)
    for kind, name in ((NETWORK, "lake-mariner-network"), (CLUSTER, "lake-mariner")):
        run.ground.answer(kind, name)
    run.ground.answer(PUBLISHED, f"AcceleratorPool/{POOL}")
    assert run.refusal(change) is None


def test_a_unit_is_cycled_once_its_own_ground_is_answered() -> None:
    run = run_with_ground()
    run.ground.answer(NETWORK, "lake-mariner-network")
    run.ground.answer(CLUSTER, "lake-mariner")
    assert "would be replaced" in str(run.refusal(removal("a")))
    run.ground.answer(PUBLISHED, f"AcceleratorPool/{POOL}")
    run.ground.await_answer(NETWORK, "lake-mariner-h200-rdma", ["lake-mariner.h200-a"])
    assert run.refusal(removal("a")) is None


def test_a_change_in_place_is_no_replacement() -> None:
    change = Change(NODE_POOL, "n", unit("a"), unit("a") | {"nodeCount": 15})
    assert run_with_ground().refusal(change) is None
