"""Every input of everything the program makes has a row, and every row judges as it says, in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from tests.infra.declarations import REMOVED, Declared, changed, pool, pools
from tests.infra.recording import Recording, run
from tests.infra.small_runs import SMALL, small_run

from holdfast_infra.hub_guard import judges
from holdfast_infra.hub_guard.inputs import INPUTS, changes
from holdfast_infra.hub_guard.judges import Verdict
from holdfast_infra.program import main

HARMLESS, ASKS, REFUSED = Verdict.HARMLESS, Verdict.ASKS, Verdict.REFUSED
NODE_POOL, CLUSTER = "gcp:container/nodePool:NodePool", "gcp:container/cluster:Cluster"
SUBNET, FIREWALL = "gcp:compute/subnetwork:Subnetwork", "gcp:compute/firewall:Firewall"
POOL, SITE = (f"kubernetes:holdfast.dev/v1alpha1:{kind}" for kind in ("AcceleratorPool", "Datacenter"))
KEY = "projects/p/locations/us-east4/keyRings/r/cryptoKeys/k"
FLEX: Declared = {"maxRunSeconds": 600, "units": [{"ids": "u-0", "retiredBy": "2026-02-01T00:00:00Z"}]}
SURE = {"confidenceBasisPoints": 9_990, "availabilityBasisPoints": 9_950}
EVERY_OPTION: list[Declared] = [
    changed(
        ("cluster/kmsKey", KEY),
        ("cluster/authorizedNetworks", ["203.0.113.0/24"]),
        ("network/fabrics", {"h100": "192.168.0.0/17"}),
        pools(a=pool("h100", "r")),
    ),
    changed(pools(a=pool("l4", capacity="spot"), b=pool("l4", capacity="flex-start", **FLEX))),
    changed(pools(a=pool("tpu-v5p", topology="2x2x4", capacity="queued"))),
    changed(("siteKind", "kubernetes"), ("cluster", {}), pools(a=pool("b200"))),
    changed(("pools/tpu7x-a/spares", REMOVED), ("pools/tpu7x-a/sparesByConfidence", SURE)),
    changed(("network/existing", "projects/host/global/networks/shared")),
]
ELSEWHERE = {"pulumi:", "holdfast:"}
"""Providers and components: nothing of them is changed at a cloud, and no hook is called."""


@cache
def recordings() -> tuple[Recording, ...]:
    return (
        *(small_run(stack) for stack in SMALL),
        *(run(main, "lake-mariner", each) for each in EVERY_OPTION),
    )


def leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for name, below in value.items():
            yield from leaves(below, f"{path}.{name}" if path else name)
    else:
        yield path


def given() -> set[tuple[str, str]]:
    return {
        (each.kind, path)
        for recorded in recordings()
        for each in recorded.seen.values()
        if each.hooks["before_update"] and not each.kind.startswith(tuple(ELSEWHERE))
        for path in leaves(each.inputs)
    }


def names(row: str, path: str) -> bool:
    return path == row or path.startswith(f"{row}.")


def test_every_input_that_the_program_gives_has_a_row() -> None:
    without = {
        (kind, path) for kind, path in given() if not any(names(row, path) for row in INPUTS.get(kind, {}))
    }
    assert without == set()


def test_every_row_is_of_an_input_that_the_program_gives() -> None:
    inputs = given()
    idle = {
        (kind, row) for kind, rows in INPUTS.items() for row in rows
        if not any(kind == of and names(row, path) for of, path in inputs)
    }  # fmt: skip
    assert idle == set()


def exclusion(start: str, end: str | None, scope: str = "NO_MINOR_OR_NODE_UPGRADES") -> dict[str, Any]:
    ends = {"endTime": f"{end}T00:00:00Z"} if end else {}
    return {"startTime": f"{start}T00:00:00Z", **ends, "exclusionOptions": {"scope": scope}}


ALWAYS, WINTER = exclusion("2026-01-01", None), exclusion("2026-12-01", "2027-04-01")
AROUND_MAY = [exclusion("2026-01-01", "2027-05-01"), exclusion("2027-06-01", None)]
MARKED = {"holdfast.dev/pool": "p", "holdfast.dev/unit": "u"}
BORN_CLOSED = {"key": "holdfast.dev/reservation", "value": "none", "effect": "NO_EXECUTE"}
LEASE = {"kind": "SiteLease", "name": "l", "holder": "h"}
MORE = {"key": "more", "value": "x", "effect": "NO_SCHEDULE"}
DIRECTIONS: list[tuple[str, str, Any, Any, Verdict]] = [
    (NODE_POOL, "nodeCount", 3, 4, HARMLESS),
    (NODE_POOL, "nodeCount", 4, 3, ASKS),
    (NODE_POOL, "nodeCount", None, 3, ASKS),
    (NODE_POOL, "upgradeSettings.maxSurge", 1, 0, HARMLESS),
    (NODE_POOL, "upgradeSettings.maxSurge", 0, 1, ASKS),
    (NODE_POOL, "upgradeSettings.maxSurge", None, 1, ASKS),
    (NODE_POOL, "upgradeSettings.maxUnavailable", 2, 1, HARMLESS),
    (NODE_POOL, "upgradeSettings.maxUnavailable", 1, 2, ASKS),
    (NODE_POOL, "management.autoRepair", False, True, HARMLESS),
    (NODE_POOL, "management.autoRepair", True, False, ASKS),
    (NODE_POOL, "management.autoRepair", True, None, ASKS),
    (NODE_POOL, "management.autoUpgrade", True, False, HARMLESS),
    (NODE_POOL, "management.autoUpgrade", False, True, ASKS),
    (NODE_POOL, "nodeConfig.labels", MARKED, MARKED | {"team": "a"}, ASKS),
    (NODE_POOL, "nodeConfig.labels", MARKED, MARKED | {"holdfast.dev/unit": "v"}, REFUSED),
    (NODE_POOL, "nodeConfig.labels", MARKED, None, REFUSED),
    (NODE_POOL, "nodeConfig.taints", [BORN_CLOSED], [BORN_CLOSED, MORE], HARMLESS),
    (NODE_POOL, "nodeConfig.taints", [BORN_CLOSED], [MORE], REFUSED),
    (CLUSTER, "maintenancePolicy.maintenanceExclusions", [WINTER], [WINTER, ALWAYS], HARMLESS),
    (CLUSTER, "maintenancePolicy.maintenanceExclusions", [WINTER], [ALWAYS], HARMLESS),
    (CLUSTER, "maintenancePolicy.maintenanceExclusions", [WINTER], [], ASKS),
    (CLUSTER, "maintenancePolicy.maintenanceExclusions", [WINTER], None, ASKS),
    (CLUSTER, "maintenancePolicy.maintenanceExclusions", [ALWAYS], AROUND_MAY, ASKS),
    (
        CLUSTER,
        "maintenancePolicy.maintenanceExclusions",
        [ALWAYS],
        [exclusion("2026-01-01", None, "NO_MINOR_UPGRADES")],
        ASKS,
    ),
    (CLUSTER, "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic", False, True, HARMLESS),
    (CLUSTER, "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic", True, False, ASKS),
    (CLUSTER, "databaseEncryption", None, {"keyName": KEY}, HARMLESS),
    (CLUSTER, "databaseEncryption", {"keyName": KEY}, {"keyName": "other"}, ASKS),
    (CLUSTER, "databaseEncryption", {"keyName": KEY}, None, ASKS),
    (CLUSTER, "addonsConfig.sliceControllerConfig.enabled", False, True, HARMLESS),
    (CLUSTER, "addonsConfig.sliceControllerConfig.enabled", True, False, ASKS),
    (SUBNET, "ipCidrRange", "10.0.0.0/20", "10.0.0.0/19", HARMLESS),
    (SUBNET, "ipCidrRange", "10.0.0.0/19", "10.0.0.0/20", ASKS),
    (SUBNET, "secondaryIpRanges", ["a"], ["a", "b"], HARMLESS),
    (SUBNET, "secondaryIpRanges", ["a", "b"], ["b"], ASKS),
    (SUBNET, "privateIpGoogleAccess", False, True, HARMLESS),
    (SUBNET, "privateIpGoogleAccess", True, False, ASKS),
    (FIREWALL, "sourceRanges", ["a"], ["a", "b"], HARMLESS),
    (FIREWALL, "sourceRanges", ["a"], ["b"], ASKS),
    (FIREWALL, "allows", [{"protocol": "tcp"}], [{"protocol": "tcp"}, {"protocol": "udp"}], HARMLESS),
    (FIREWALL, "allows", [{"protocol": "tcp"}], [{"protocol": "tcp", "ports": ["1"]}], ASKS),
    ("kubernetes:core/v1:NodePatch", "metadata.labels", MARKED, MARKED | {"holdfast.dev/pool": "q"}, REFUSED),
    ("kubernetes:core/v1:NodePatch", "metadata.labels", MARKED, MARKED | {"team": "a"}, ASKS),
    (POOL, "spec.provisioningModel", "Reserved", "OnDemand", HARMLESS),
    (POOL, "spec.provisioningModel", "Reserved", "Spot", REFUSED),
    (POOL, "spec.provisioningModel", "Spot", "Reserved", REFUSED),
    (POOL, "spec.units", {"a": {}}, {"a": {}, "b": {}}, HARMLESS),
    (POOL, "spec.units", {"a": {}, "b": {}}, {"a": {}}, ASKS),
    (POOL, "spec.units", {"a": {}}, {"a": {"retiring": True}}, ASKS),
    (POOL, "spec.spares.count", 1, 2, HARMLESS),
    (POOL, "spec.spares.count", 2, 1, ASKS),
    (POOL, "spec.spares.confidenceBasisPoints", None, 9_990, HARMLESS),
    (POOL, "spec.spares.confidenceBasisPoints", 9_990, 9_900, ASKS),
    (POOL, "spec.spares.availabilityBasisPoints", 9_950, 9_900, HARMLESS),
    (POOL, "spec.spares.availabilityBasisPoints", 9_900, 9_950, ASKS),
    (POOL, "spec.repairSeconds", 9, 8, HARMLESS),
    (POOL, "spec.repairSeconds", 8, 9, ASKS),
    (POOL, "spec.askLimitSeconds", 8, 9, HARMLESS),
    (POOL, "spec.askLimitSeconds", 9, 8, ASKS),
    (POOL, "spec.dwellSeconds", 0, 300, HARMLESS),
    (POOL, "spec.dwellSeconds", 300, 0, ASKS),
    (POOL, "spec.dwellSeconds", None, 0, ASKS),
    (POOL, "spec.minHealthyHosts", 18, 16, HARMLESS),
    (POOL, "spec.minHealthyHosts", 16, 18, ASKS),
    (POOL, "spec.minHealthyHosts", 16, None, ASKS),
    (POOL, "spec.obligations", [LEASE | {"until": "2030-01-01T00:00:00Z"}], [LEASE], HARMLESS),
    (POOL, "spec.obligations", [LEASE], [LEASE | {"until": "2030-01-01T00:00:00Z"}], ASKS),
    (SITE, "spec.lifecycle", "UnderConstruction", "Operational", HARMLESS),
    (SITE, "spec.lifecycle", "Operational", "UnderConstruction", ASKS),
    (SITE, "spec.lease.end", "2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z", HARMLESS),
    (SITE, "spec.lease.end", "2031-01-01T00:00:00Z", "2030-01-01T00:00:00Z", ASKS),
    (SITE, "spec.lease.end", None, "2030-01-01T00:00:00Z", ASKS),
]
WHATEVER = {judges.harmless: HARMLESS, judges.asks: ASKS, judges.refused: REFUSED}


def at(path: str, value: Any) -> dict[str, Any]:
    """Inputs in which this value stands at this path."""
    name, _, rest = path.partition(".")
    return {} if value is None else {name: at(rest, value) if rest else value}


def verdicts(kind: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Verdict]:
    return {each.path: each.verdict for each in changes(kind, old, new)}


@pytest.mark.parametrize(("kind", "path", "old", "new", "verdict"), DIRECTIONS)
def test_a_row_with_a_direction(kind: str, path: str, old: Any, new: Any, verdict: Verdict) -> None:
    assert verdicts(kind, at(path, old), at(path, new)) == {path: verdict}
    assert verdicts(kind, at(path, old), at(path, old)) == {}


def test_every_row_with_a_direction_is_tried_both_ways() -> None:
    directed = {
        (kind, row) for kind, rows in INPUTS.items() for row, judge in rows.items() if judge not in WHATEVER
    }
    tried = {row: {verdict for *of, _, _, verdict in DIRECTIONS if tuple(of) == row} for row in directed}
    assert {row for row, found in tried.items() if len(found) < 2} == set()


@pytest.mark.parametrize("kind", INPUTS)
def test_every_other_row_has_one_answer(kind: str) -> None:
    for row, judge in INPUTS[kind].items():
        if judge in WHATEVER:
            for old, new in (("a", "b"), (None, "b"), ("a", None)):
                assert verdicts(kind, at(row, old), at(row, new)) == {row: WHATEVER[judge]}


@pytest.mark.parametrize(
    ("kind", "path"), [(NODE_POOL, "nodeConfig.imageType"), (CLUSTER, "new"), ("gcp:a/b:C", "d")]
)
def test_what_no_row_names_asks(kind: str, path: str) -> None:
    assert verdicts(kind, {}, at(path, "x")) == {path: ASKS}


@pytest.mark.parametrize(
    ("kind", "path", "new"),
    [
        (NODE_POOL, "nodeCount", "not known yet"),
        (SUBNET, "ipCidrRange", "not known yet"),
        (CLUSTER, "maintenancePolicy.maintenanceExclusions", [exclusion("soon", None)]),
        (POOL, "spec.units", "many"),
        (SITE, "spec.lease.end", "soon"),
    ],
)
def test_a_value_that_cannot_be_judged_asks(kind: str, path: str, new: Any) -> None:
    assert verdicts(kind, {}, at(path, new)) == {path: ASKS}


def test_what_the_provider_notes_for_itself_is_no_change() -> None:
    noted = {"__defaults": [], "upgradeSettings": {"maxSurge": 0, "__defaults": ["strategy"]}}
    assert changes(NODE_POOL, noted, {"upgradeSettings": {"maxSurge": 0}}) == ()
