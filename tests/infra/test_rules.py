"""Every rule across fields, beside the nearest declaration that it lets pass."""

from __future__ import annotations

import pytest
from tests.infra.declarations import H200, SOUND, SPOT, TPU, R, changed, pool, pools
from tests.infra.upgrade_rows import UPGRADES, Changes

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.declaration.rules import ODDITIES, RULES

FAR = {"nodes": "10.0.0.0/16", "pods": "10.128.0.0/12", "services": "10.8.0.0/20"}
STANDS = ("network", FAR)
# What is refused, the field and the sentence that say so, and what passes instead.
TABLE: list[tuple[Changes, str, Changes]] = [
    (
        [pools(a=pool("tpu7x", "r/reservationBlocks/a"), b=pool("tpu7x", "r/reservationBlocks/a"))],
        "pools.b.googleReservation = 'projects/p/reservations/r/reservationBlocks/a': is claimed by pool a too",
        [pools(a=pool("tpu7x", "r/reservationBlocks/a"), b=pool("tpu7x", "r/reservationBlocks/b"))],
    ),
    (
        [pools(a=pool("l4", "r"), b=pool("l4", "r/reservationBlocks/b"))],
        "is claimed by pool a too (projects/p/reservations/r), so hardware would be counted twice",
        [pools(a=pool("l4", "r"), b=pool("l4", "r"))],
    ),
    (
        [pools(a=pool("l4", "r"), b=pool("a100-80", "r"))],
        "cannot be of a2-ultragpu-8g here and of g2-standard-96 in pool a: a reservation has one machine type",
        [pools(a=pool("l4", "r"), b=pool("a100-80", "s"))],
    ),
    (
        [pools(a=pool("gb200-nvl72", "r/reservationBlocks/b/reservationSubBlocks/s"))],
        "is one sub-block, which is one domain, but the pool has 4 units",
        [pools(a=pool("gb200-nvl72", "r/reservationBlocks/b/reservationSubBlocks/s", "u-0"))],
    ),
    (
        [pools(a=pool("tpu7x", "r/reservationBlocks/b", "c-000..c-144")), STANDS],
        "pools.a.units = 145 cubes: are more than the 144 of one block",
        [pools(a=pool("tpu7x", "r/reservationBlocks/b", "c-000..c-143")), STANDS],
    ),
    (
        [(f"{TPU}/units/0/subBlocks", "s-1..s-2")],
        "pools.tpu7x-a.units[0].subBlocks = 2: are not as many as the 3 units of the range",
        [(f"{TPU}/units/0/subBlocks", "s-1..s-3")],
    ),
    (
        [(f"{TPU}/units/0/subBlocks", "s-1..s-3"), (f"{TPU}/units/1/subBlocks", "s-3")],
        "pools.tpu7x-a.units = 's-3': is the sub-block of tpu7x-a/cube-002 and of tpu7x-a/cube-005",
        [(f"{TPU}/units/0/subBlocks", "s-1..s-3"), (f"{TPU}/units/1/subBlocks", "s-4")],
    ),
    (
        [(f"{H200}/units/0/subBlocks", "s-1..s-3"), (f"{H200}/googleReservation", f"{R}/h")],
        "pools.h200-a.googleReservation = 'projects/p/reservations/h': is no block, so s-1 (unit host-000)",
        [(f"{H200}/units/0/subBlocks", "s-1..s-3")],
    ),
    (
        [pools(a=pool("l4", "r", "b-c"), a_b=pool("l4", "r", "c"))],
        "pools.a-b = 'a-b-c': is the GKE node pool of a unit of a-b and of one of a",
        [pools(a=pool("l4", "r", "b-c"), a_b=pool("l4", "r", "d"))],
    ),
    (
        [pools(default=pool("l4", "r", "pool"))],
        "pools.default = 'default-pool': is the node pool of unit pool, and a name of one that is no unit",
        [pools(default=pool("l4", "r", "pool-1"))],
    ),
    (
        [("name", "d" * 40), ("network/fabrics/gb300-nvl72", "192.168.128.0/17")],
        "network.fabrics.gb300-nvl72 = '" + "d" * 40,
        [("name", "d" * 39), ("network/fabrics/gb300-nvl72", "192.168.128.0/17")],
    ),
    (
        [("name", "d" * 38), ("network/fabrics/rtx-pro-6000", "192.168.128.0/17")],
        "as a firewall's name has more than 63 characters",
        [("name", "d" * 37), ("network/fabrics/rtx-pro-6000", "192.168.128.0/17")],
    ),
    (
        [(f"{H200}/capacity", "spot")],
        "pools.h200-a.googleReservation = 'projects/p/reservations/h/reservationBlocks/b': contradicts capacity spot",
        [pools(a=pool("l4", "r"), b=pool("l4", **SPOT))],
    ),
    (
        [pools(a=pool("tpu7x", capacity="on-demand"))],
        "pools.a.capacity = 'on-demand': brings no cubes",
        [pools(a=pool("tpu-v6e", capacity="on-demand"))],
    ),
    (
        [(f"{H200}/capacity", "future")],
        "pools.h200-a.capacity = 'future': has nothing to place host-000 on yet",
        [
            (f"{H200}/capacity", "future"),
            (f"{H200}/units/0/delivered", False),
            (f"{H200}/units/0/availableFrom", "2027-01-01T00:00:00Z"),
        ],
    ),
    (
        [pools(a=pool("l4", capacity="flex-start"))],
        "pools.a.units = 'u-00': is flex-start hardware, which Google takes back, and has no end",
        [
            pools(
                a=pool("l4", capacity="flex-start")
                | {"units": [{"ids": "u-0", "retiredBy": "2026-02-01T00:00:00Z"}]}
            )
        ],
    ),
    (
        [pools(a=pool("l4", "r", maxRunSeconds=600))],
        "pools.a.maxRunSeconds = 600: does nothing with capacity reservation",
        [pools(a=pool("l4", "r"))],
    ),
    (
        [pools(a=pool("gb200-nvl72", capacity="queued"))],
        "pools.a.capacity = 'queued': does not place the hosts of a domain of gb200-nvl72 together",
        [pools(a=pool("tpu-v5p", capacity="queued", topology="2x2x2"))],
    ),
    (
        [("powerMegawatts", 1), pools(a=pool("gb200-nvl72", "r", "u-00..u-11"))],
        "powerMegawatts = 1: is less than the declared chips alone draw at their rated power (1.0 MW)",
        [("powerMegawatts", 1), pools(a=pool("gb200-nvl72", "r", "u-00..u-10"))],
    ),
    (
        [("network/services", "10.8.0.0/29")],
        "network.services = '10.8.0.0/29': is of a size that Google refuses; write a number from 16 to 28",
        [("network/services", "10.8.0.0/28")],
    ),
    (
        [("network/fabrics/h200", "192.168.0.0/26")],
        "network.fabrics.h200 = '192.168.0.0/26': is of a size that Google refuses",
        [("network/fabrics/h200", "192.168.0.0/25")],
    ),
    (
        [("network/fabrics/h200", "192.168.0.0/24"), (f"{H200}/units", [{"ids": "host-000..host-012"}])],
        "network.fabrics.h200 = 256 addresses: is too few for these pools, which need 512; write a larger",
        [("network/fabrics/h200", "192.168.0.0/24"), (f"{H200}/units", [{"ids": "host-000..host-011"}])],
    ),
    *UPGRADES,
    (
        [pools(a=pool("l4", "r", machineType="g2-standard-95"))],
        "pools.a.machineType = 'g2-standard-95': has no l4; write g2-standard-4",
        [pools(a=pool("l4", "r", machineType="g2-standard-16"))],
    ),
    (
        [pools(a=pool("tpu-v5e", "r", topology="4x4", machineType="ct5lp-hightpu-8t"))],
        "pools.a.machineType = 'ct5lp-hightpu-8t': makes no slice 4x4 of tpu-v5e; write ct5lp-hightpu-4t",
        [pools(a=pool("tpu-v5e", "r", topology="2x4", machineType="ct5lp-hightpu-8t"))],
    ),
    (
        [pools(a=pool("tpu-v5p", "r", topology="4x4x6"))],
        "pools.a.topology = '4x4x6': is no slice of tpu-v5p",
        [pools(a=pool("tpu-v5p", "r", topology="4x4x8"))],
    ),
    (
        [(f"{TPU}/topology", "4x4x8")],
        "pools.tpu7x-a.topology = '4x4x8': is not the shape of a cube (4x4x4), and tpu7x has no other",
        [(f"{TPU}/topology", "4x4x4")],
    ),
    (
        [("siteKind", "kubernetes")],
        "pools.h200-a.googleReservation = 'projects/p/reservations/h/reservationBlocks/b': is Google's",
        [("siteKind", "kubernetes"), ("cluster", {}), pools(a=pool("b200"))],
    ),
    (
        [("siteKind", "gdc-bare-metal"), pools(a=pool("b200", **SPOT))],
        "pools.a.capacity = 'spot': is Google's, but hosts of a gdc-bare-metal site are there already",
        [("siteKind", "gdc-bare-metal"), ("cluster", {}), pools(a=pool("b200"))],
    ),
    (
        [("siteKind", "kubernetes"), pools(a=pool("b200"))],
        "cluster.minimumVersion = '1.35.2-gke.1842000': is not kept at a kubernetes site",
        [("siteKind", "kubernetes"), ("cluster", {"kubeconfig": "a"}), pools(a=pool("b200"))],
    ),
    (
        [("siteKind", "kubernetes"), ("cluster", {}), pools(a=pool("b200", nodeNames="gpu"))],
        "pools.a.nodeNames = 'gpu': is a host of unit u-00 (a) and of unit u-01 (a)",
        [("siteKind", "kubernetes"), ("cluster", {}), pools(a=pool("b200", nodeNames="gpu-{unit}"))],
    ),
    (
        [("siteKind", "gdc-bare-metal"), ("cluster", {}), pools(a=pool("gb200-nvl72", ids="d-00..d-27"))],
        "pools = 504 nodes: is more than one cluster holds (500)",
        [("siteKind", "kubernetes"), ("cluster", {}), pools(a=pool("gb200-nvl72", ids="d-00..d-27"))],
    ),
    (
        [pools(a=pool("mi300x", "r"))],
        "pools.a.acceleratorType = 'mi300x': is no accelerator of Google Cloud",
        [("siteKind", "kubernetes"), ("cluster", {}), pools(a=pool("mi300x"))],
    ),
    (
        [(f"{TPU}/pledges", [{"lender": "M", "facility": "f"}, {"lender": "N", "facility": "f"}])],
        "pools.tpu7x-a.pledges = 'f': is declared twice",
        [(f"{TPU}/pledges", [{"lender": "M", "facility": "f"}, {"lender": "M", "facility": "g"}])],
    ),
    (
        [("workloadPolicies", {"4x4x4": "lake-mariner-4x4x4"})],
        "workloadPolicies.4x4x4 = 'lake-mariner-4x4x4': is the policy that this stack would make itself",
        [("workloadPolicies", {"4x4x4": "lake-mariner-b-4x4x4"})],
    ),
    (
        [("network/existing", "shared")],
        "network.existing = 'shared': is no VPC's path",
        [("network/existing", "projects/net/global/networks/shared")],
    ),
    (
        [("cluster/kmsKey", "my-key")],
        "cluster.kmsKey = 'my-key': is no key of Cloud KMS",
        [("cluster/kmsKey", "projects/p/locations/us-east4/keyRings/r/cryptoKeys/k")],
    ),
    (
        [("cluster/authorizedNetworks", ["203.0.113.7/24"])],
        "cluster.authorizedNetworks[0] = '203.0.113.7/24': is no address range",
        [("cluster/authorizedNetworks", ["203.0.113.0/24"])],
    ),
]


def refusals(changes: Changes) -> str:
    try:
        parse(changed(*changes))
    except DeclarationError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("wrong", "sentence", "right"), TABLE, ids=[row[1][:60] for row in TABLE])
def test_a_rule_refuses_and_its_nearest_neighbour_passes(
    wrong: Changes, sentence: str, right: Changes
) -> None:
    assert sentence in refusals(wrong)
    assert refusals(right) == ""


@pytest.mark.parametrize(("wrong", "sentence", "right"), TABLE, ids=[row[1][:60] for row in TABLE])
def test_a_typo_elsewhere_hides_no_rule(wrong: Changes, sentence: str, right: Changes) -> None:
    typos: Changes = [("lifecycel", "x"), ("graceSeconds", "60")]
    assert sentence in refusals([*wrong, *typos])
    assert len(refusals([*right, *typos]).splitlines()) == 3


def test_a_rule_that_could_not_read_its_field_is_silent() -> None:
    lines = refusals([("network/fabrics/h200", "x"), ("cluster/releaseChannel", 7), ("zone", 5)]).splitlines()
    assert len(lines) == 4


def test_every_rule_stands_once_and_says_what_must_be() -> None:
    names = [rule.__name__ for rule in (*RULES, *ODDITIES)]
    assert len(names) == len(set(names))


def test_a_sound_declaration_has_no_warning() -> None:
    assert [str(warning) for warning in parse(SOUND).warnings] == []
