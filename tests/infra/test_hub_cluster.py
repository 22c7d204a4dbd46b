"""The hub's own cluster: what may be declared, what is made of it, and that it does not go while it knows a pool."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.infra.recording import Recording, configured
from tests.infra.test_hub_guard import FakeHub

from holdfast_infra.declaration import DeclarationError
from holdfast_infra.declaration.hub import parse_hub
from holdfast_infra.hub_guard.connection import NoDefinitions
from holdfast_infra.hub_guard.keeper import CLUSTER, HubKeeper
from holdfast_infra.program import main

IMAGE = "registry.example/holdfast:0.1.0"
KEY = "projects/p/locations/us-east4/keyRings/r/cryptoKeys/k"
NETWORK = {"nodes": "10.64.0.0/24", "pods": "10.68.0.0/18", "services": "10.64.16.0/22"}
SOUND: dict[str, Any] = {
    "name": "hub",
    "project": "holdfast-hub",
    "region": "us-east4",
    "network": NETWORK,
    "machineType": "n2-standard-8",
}
REFUSED: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"name": "Hub"}, "cluster.name = 'Hub': is no DNS label", {"name": "hub-2"}),
    ({"project": "12"}, "cluster.project = '12': is no Google Cloud project id", {"project": "other"}),
    ({"region": "us-east4-b"}, "cluster.region = 'us-east4-b': is a zone, and a hub in one", {"region": "us-east5"}),
    ({"region": "us-south1-ai1b"}, "is a zone", {"region": "northamerica-northeast2"}),
    ({"releaseChannel": "REGULER"}, "did you mean REGULAR?", {"releaseChannel": "STABLE"}),
    ({"minimumVersion": "1.33.9-gke.1"}, "is older than Kubernetes 1.34", {"minimumVersion": "1.34.0-gke.0"}),
    ({"kmsKey": KEY.replace("us-east4", "global")}, "cluster.kmsKey = .*: is a key of global", {"kmsKey": KEY}),
    ({"nodesPerZone": 11}, "cluster.nodesPerZone = 11: is out of bounds", {"nodesPerZone": 10}),
    ({"deletionProtection": "yes"}, "is a text, not true or false", {"deletionProtection": False}),
    ({"authorizedNetworks": ["203.0.113.7/24"]}, "is no address range", {"authorizedNetworks": ["203.0.113.0/24"]}),
    ({"machinetype": "n2"}, "did you mean machineType?", {"machineType": "n2-standard-4"}),
    ({"maintenanceWindows": []}, "cluster.maintenanceWindows = .*: is no field", {}),
    ({"network": NETWORK | {"services": "10.64.0.0/22"}}, "overlaps nodes", {"network": NETWORK}),
    ({"network": NETWORK | {"services": "10.64.16.0/29"}}, "of a size that Google refuses", {"network": NETWORK}),
    (
        {"network": NETWORK | {"nodes": "10.64.0.0/29"}},
        "cluster.network.nodes = 8 addresses: is too few for these nodes, which need 10",
        {"network": NETWORK | {"nodes": "10.64.0.0/28"}},
    ),
    (
        {"network": NETWORK | {"pods": "10.68.0.0/22"}},
        "cluster.network.pods = 1,024 addresses: is too few for these nodes, which need 1,536",
        {"network": NETWORK | {"pods": "10.68.0.0/21"}},
    ),
    ({"network": NETWORK | {"fabrics": {}}}, "cluster.network.fabrics = .*: is no field", {"network": NETWORK}),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "sentence", "right"), REFUSED, ids=[row[1][:40] for row in REFUSED])
def test_a_hubs_cluster_is_refused_for_and_passes_with(
    wrong: dict[str, Any], sentence: str, right: dict[str, Any]
) -> None:
    with pytest.raises(DeclarationError, match=sentence.replace("?", r"\?")):
        parse_hub({"cluster": {**SOUND, **wrong}})
    assert parse_hub({"cluster": {**SOUND, **right}}).cluster


def test_everything_wrong_with_it_is_said_at_once() -> None:
    with pytest.raises(DeclarationError) as refused:
        parse_hub({"cluster": {"region": "us-east4-b", "kmsKey": KEY.replace("4", "5")}, "operator": {}})
    fields = [each.field for each in refused.value.mistakes]
    missing = ["machineType", "name", "network", "project"]
    assert {f"cluster.{name}" for name in [*missing, "region", "kmsKey"]} | {"operator.image"} == set(fields)


def hub(**cluster: object) -> Recording:
    """A recorded first run: nothing answers where the hub is to be."""
    given = {"cluster": {**SOUND, **cluster}, "operator": {"image": IMAGE}}
    return configured(lambda _: main(lambda _: FakeHub(None)), "hub", {"holdfast:hub": given})


def test_its_cluster_is_private_regional_guarded_and_entered_by_name() -> None:
    (cluster,) = hub(kmsKey=KEY).of("cluster:Cluster")
    given = cluster.inputs
    assert (given["location"], "nodeLocations" in given) == ("us-east4", False)
    assert given["privateClusterConfig"] == {"enablePrivateNodes": True}
    assert given["controlPlaneEndpointsConfig"] == {
        "dnsEndpointConfig": {"allowExternalTraffic": True},
        "ipEndpointsConfig": {"enabled": False},
    }
    assert (given["releaseChannel"], given["deletionProtection"]) == ({"channel": "REGULAR"}, True)
    assert given["workloadIdentityConfig"] == {"workloadPool": "holdfast-hub.svc.id.goog"}
    assert given["databaseEncryption"] == {"state": "ENCRYPTED", "keyName": KEY}
    assert cluster.hooks["before_delete"] == ["keep-the-hub"]
    assert given["resourceLabels"] == {"holdfast-hub": "hub"}


def test_its_hook_asks_in_previews_but_in_one_that_the_guard_judges_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert hub().hooks_on_dry_run == {"keep-the-hub": True}
    monkeypatch.setattr("holdfast_infra.program.foresees_the_whole", lambda *_: True)
    assert hub().hooks_on_dry_run == {"keep-the-hub": False}


def test_what_runs_on_it_comes_after_its_cluster_and_nodes_through_its_name() -> None:
    made = hub()
    (cluster,), (nodes,) = made.of("cluster:Cluster"), made.of(":NodePool")
    (provider,) = made.of("providers:kubernetes")
    first, *_ = made.of(":CustomResourceDefinition")
    assert {cluster.urn, nodes.urn} <= made.waits_for(first)
    entered = json.loads(provider.inputs["kubeconfig"])
    assert entered["users"][0]["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
    assert provider.inputs["clusterIdentifier"] == "holdfast-hub-holdfast-hub/us-east4/hub"
    assert "taints" not in nodes.inputs["nodeConfig"]
    (declared,) = hub(context="lab").of("providers:kubernetes")
    assert declared.inputs["context"] == "lab"


def test_its_nodes_have_their_rights_as_long_as_they_stand() -> None:
    made = hub()
    roles = {each.urn for each in made.of("IAMMember")}
    (cluster,), (nodes,) = made.of("cluster:Cluster"), made.of(":NodePool")
    assert len(roles) == 2
    assert roles <= made.waits_for(cluster) & made.waits_for(nodes)
    assert not roles & (cluster.feeds | nodes.feeds)


POOLS: list[dict[str, Any]] = [{"metadata": {"name": "lake-mariner.a"}}]


@pytest.mark.parametrize(
    ("pools", "kind", "goes", "said"),
    [
        ([], CLUSTER, True, None),
        (
            POOLS,
            CLUSTER,
            True,
            "the hub knows lake-mariner.a, and with it every promise made on that would be gone",
        ),
        (None, CLUSTER, True, "the hub did not answer"),
        (POOLS, CLUSTER, False, None),
        (None, "gcp:container/nodePool:NodePool", True, None),
    ],
)
def test_the_cluster_stays_while_the_hub_knows_a_pool_or_is_silent(
    pools: list[dict[str, Any]] | None, kind: str, goes: bool, said: str | None
) -> None:
    refusal = HubKeeper(FakeHub(pools)).refusal(kind, goes=goes)
    assert (said is None) == (refusal is None)
    assert (said or "") in str(refusal)


class Bare(FakeHub):
    """A hub whose first up ended between its cluster and its kinds."""

    def pools(self) -> list[Any]:
        raise NoDefinitions("404 Not Found")


def test_a_hub_without_kinds_goes_once_a_person_has_made_them_there() -> None:
    refusal = str(HubKeeper(Bare([])).refusal(CLUSTER, goes=True))
    assert "has none of Holdfast's kinds" in refusal
    assert "kubectl apply -k manifests/definitions --server-side on it, then run this again" in refusal
    assert HubKeeper(FakeHub([])).refusal(CLUSTER, goes=True) is None


def test_a_hub_that_is_there_has_no_cluster_of_its_stack() -> None:
    made = configured(main, "hub", {"holdfast:hub": {}})
    assert made.hardware == []
    assert made.of(":CustomResourceDefinition")
