"""The networks between accelerators, by type."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.program import main


def fabric(kind: str) -> Recording:
    pool = {
        "acceleratorType": kind,
        "spares": 0,
        "units": [{"ids": "u-0"}],
        "googleReservation": "r/reservationBlocks/b",
    }
    range_ = ("network/fabrics", {kind: "192.168.0.0/17"})
    return run(main, "lake-mariner", changed(("pools", {"a": pool}), range_))


# VPCs beside the cluster's own with their MTU, subnets in them, networks of each host.
SHAPES = [
    ("h100", [8244] * 4, 4, 4),
    ("h100-mega", [8244] * 8, 8, 8),
    ("h200", [8896] * 2, 9, 9),
    ("b200", [8896] * 2, 9, 9),
    ("gb300-nvl72", [8896] * 2, 1, 9),
    ("tpu7x", [8896], 1, 1),
    ("rtx-pro-6000", [None], 1, 1),
]


@pytest.mark.parametrize(("kind", "mtus", "subnets", "attached"), SHAPES)
def test_a_type_has_the_networks_its_hosts_boot_with(
    kind: str, mtus: list[int], subnets: int, attached: int
) -> None:
    recorded = fabric(kind)
    networks = [each for each in recorded.of("compute/network:Network") if kind in each.name]
    assert [each.inputs.get("mtu") for each in networks] == mtus
    ranges = [
        IPv4Network(each.inputs["ipCidrRange"]) for each in recorded.of("Subnetwork") if kind in each.name
    ]
    assert len(ranges) == subnets
    assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))
    (unit,) = (each for each in recorded.of("NodePool") if each.labels)
    assert len(unit.inputs["networkConfig"]["additionalNodeNetworkConfigs"]) == attached


def test_plain_networks_are_open_inside_and_rdma_networks_take_no_rule() -> None:
    names = {each.name for each in fabric("h200").of("Firewall")}
    assert names == {"lake-mariner-h200-host-inside"}


def test_the_networks_of_gb200_are_gkes_own() -> None:
    pool = {
        "acceleratorType": "gb200-nvl72",
        "spares": 0,
        "units": [{"ids": "u-0"}],
        "googleReservation": "r",
    }
    recorded = run(main, "lake-mariner", changed(("pools", {"a": pool})))
    (unit,) = (each for each in recorded.of("NodePool") if each.labels)
    assert unit.inputs["networkConfig"] == {"acceleratorNetworkProfile": "auto", "enablePrivateNodes": True}
    assert unit.labels["cloud.google.com/gke-networking-dra-driver"] == "true"
