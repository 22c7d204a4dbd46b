"""What a node pool asks of Google for each way to pay for it and each shape of unit."""

from __future__ import annotations

from typing import Any

from tests.infra.declarations import Declared, changed
from tests.infra.recording import Registered, run

from holdfast_infra.program import main

END = "2026-02-01T00:00:00Z"


def unit(**pool: object) -> Registered:
    declared: Declared = {"spares": 0, "units": [{"ids": "u-0"}], **pool}
    recorded = run(main, "lake-mariner", changed(("pools", {"a": declared})))
    (found,) = (each for each in recorded.of("NodePool") if each.labels)
    return found


def config(found: Registered) -> dict[str, Any]:
    return dict(found.inputs["nodeConfig"])


def test_on_demand_hosts_eat_nobodys_reservation() -> None:
    found = unit(acceleratorType="l4", capacity="on-demand", machineType="g2-standard-48")
    assert config(found)["reservationAffinity"] == {"consumeReservationType": "NO_RESERVATION"}
    assert (found.inputs["nodeCount"], config(found)["machineType"]) == (1, "g2-standard-48")
    assert config(found)["guestAccelerators"][0]["count"] == 4


def test_spot_hosts_are_spot_and_nothing_else() -> None:
    found = unit(acceleratorType="l4", capacity="spot")
    assert config(found)["spot"] is True
    assert config(found)["reservationAffinity"] == {"consumeReservationType": "NO_RESERVATION"}
    assert "flexStart" not in config(found)


def test_flex_start_grows_from_nothing_ends_and_is_never_repaired() -> None:
    found = unit(
        acceleratorType="l4",
        capacity="flex-start",
        maxRunSeconds=600,
        units=[{"ids": "u-0", "retiredBy": END}],
    )
    assert (config(found)["flexStart"], config(found)["maxRunDuration"]) == (True, "600s")
    assert "nodeCount" not in found.inputs
    assert found.inputs["autoscaling"] == {
        "totalMinNodeCount": 0,
        "totalMaxNodeCount": 1,
        "locationPolicy": "ANY",
    }
    assert found.inputs["management"]["autoRepair"] is False


def test_queued_slices_come_whole_or_not_at_all() -> None:
    found = unit(acceleratorType="tpu-v5p", topology="2x2x4", capacity="queued")
    assert found.inputs["queuedProvisioning"] == {"enabled": True}
    assert found.inputs["autoscaling"]["totalMaxNodeCount"] == 4


def test_a_slice_of_several_hosts_is_placed_by_its_topology() -> None:
    found = unit(acceleratorType="tpu-v5p", topology="4x4x8", googleReservation="r")
    assert found.inputs["placementPolicy"] == {"type": "COMPACT", "tpuTopology": "4x4x8"}
    assert (found.inputs["nodeCount"], found.inputs["maxPodsPerNode"]) == (32, 15)


def test_a_slice_of_one_host_takes_no_placement() -> None:
    found = unit(acceleratorType="tpu-v5e", googleReservation="r")
    assert "placementPolicy" not in found.inputs
    assert (found.inputs["nodeCount"], config(found)["machineType"]) == (1, "ct5lp-hightpu-4t")


def test_a_cube_comes_from_its_own_sub_block() -> None:
    found = unit(
        acceleratorType="tpu7x",
        googleReservation="r/reservationBlocks/b",
        units=[{"ids": "u-0", "subBlocks": "b-0007"}],
    )
    (path,) = config(found)["reservationAffinity"]["values"]
    assert path.endswith("/reservations/r/reservationBlocks/b/reservationSubBlocks/b-0007")


def test_a_policy_that_another_stack_has_made_is_named_and_not_made_again() -> None:
    pool: Declared = {
        "acceleratorType": "tpu7x",
        "spares": 0,
        "units": [{"ids": "u-0"}],
        "googleReservation": "r/reservationBlocks/b",
    }
    named = ("workloadPolicies", {"4x4x4": "lake-mariner-a-4x4x4"})
    recorded = run(main, "lake-mariner", changed(("pools", {"a": pool}), named))
    assert recorded.of("ResourcePolicy") == []
    (found,) = (each for each in recorded.of("NodePool") if each.labels)
    assert found.inputs["placementPolicy"] == {"type": "COMPACT", "policyName": "lake-mariner-a-4x4x4"}
