"""The two plugins by themselves: what is foreseen, filled in, replaced, applied, and refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as wire

from holdfast_lab.cloud.apiserver import RefusedByServer, Unreachable
from holdfast_lab.cloud.call_log import CallLog
from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.objects import Objects
from holdfast_lab.cloud.plugins.gcp import GcpPlugin
from holdfast_lab.cloud.plugins.installation import install, launcher_of
from holdfast_lab.cloud.plugins.kubernetes import KubernetesPlugin
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import UNKNOWN, to_plain, to_struct
from holdfast_lab.pulumi_protocol.provider import Existing, Subject

NETWORK = Subject("urn:pulumi:s::p::gcp:compute/network:Network::net")
POOL_URN = "urn:pulumi:s::p::x:y:Z$kubernetes:holdfast.dev/v1alpha1:AcceleratorPool::AcceleratorPool/a.b"
POOL = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "AcceleratorPool", "metadata": {"name": "a.b"}}
PATH = "/apis/holdfast.dev/v1alpha1/acceleratorpools/a.b"


@pytest.fixture
def gcp(cloud: GoogleCloud) -> GcpPlugin:
    plugin = GcpPlugin(cloud)
    plugin.configure({"project": "holdfast-lab", "region": "us-east4"})
    return plugin


def test_project_place_and_name_are_filled_in(gcp: GcpPlugin) -> None:
    router = Subject("urn:pulumi:s::p::gcp:compute/router:Router::r")
    inputs = gcp.check(router, {}, {"network": "net"}).inputs
    assert (inputs["project"], inputs["region"]) == ("holdfast-lab", "us-east4")
    assert inputs["name"].startswith("r-")
    assert gcp.check(router, inputs, {"network": "net"}).inputs["name"] == inputs["name"]


def test_a_preview_foresees_every_output_and_leaves_the_clouds_own_unknown(gcp: GcpPlugin) -> None:
    made = gcp.create(NETWORK, {"name": "net", "project": "holdfast-lab"}, preview=True)
    assert (made.outputs["name"], made.outputs["selfLink"], made.id) == ("net", UNKNOWN, "")


def test_an_unknown_value_outside_a_preview_is_refused(gcp: GcpPlugin) -> None:
    with pytest.raises(Refusal, match="still unknown"):
        gcp.create(NETWORK, {"name": UNKNOWN, "project": "holdfast-lab"}, preview=False)


def test_a_type_the_cloud_does_not_have_is_refused_by_name(gcp: GcpPlugin) -> None:
    bucket = Subject("urn:pulumi:s::p::gcp:storage/bucket:Bucket::b")
    with pytest.raises(Refusal, match=r"no gcp:storage/bucket:Bucket, so nothing was done"):
        gcp.check(bucket, {}, {})


@pytest.mark.parametrize("project", ["our-real-project", ""])
def test_another_project_is_refused_when_the_provider_is_configured(gcp: GcpPlugin, project: str) -> None:
    assert gcp.check_config({"project": project}).failures
    with pytest.raises(Refusal, match="is not the lab's"):
        gcp.configure({"project": project})


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ({"mtu": 1460}, {"mtu": 8896}, (True, True)),
        ({"routingMode": "REGIONAL"}, {"routingMode": "GLOBAL"}, (False, False)),
        ({"name": "net"}, {"name": "other"}, (True, False)),
    ],
    ids=["replace, delete first", "in place", "replace, create first"],
)
def test_a_change_is_made_in_place_or_by_replacing(
    gcp: GcpPlugin, old: Any, new: Any, outcome: tuple[bool, bool]
) -> None:
    change = gcp.diff(NETWORK, {"name": "net"} | old, {"name": "net"} | new)
    assert (bool(change.replaces), change.delete_first) == outcome


@pytest.mark.parametrize(
    ("new", "replaces"),
    [
        ("10.0.0.0/19", []),
        *((other, ["ipCidrRange"]) for other in ("10.0.0.0/21", "10.1.0.0/20", UNKNOWN)),
    ],
    ids=["wider", "narrower", "elsewhere", "not known yet"],
)
def test_a_subnets_range_is_widened_in_place_and_in_no_other_way(
    gcp: GcpPlugin, new: str, replaces: list[str]
) -> None:
    subnet = Subject("urn:pulumi:s::p::gcp:compute/subnetwork:Subnetwork::nodes")
    old = {"name": "nodes", "ipCidrRange": "10.0.0.0/20"}
    assert gcp.diff(subnet, old, {**old, "ipCidrRange": new}).replaces == replaces


def test_data_sources_know_googles_reservations(gcp: GcpPlugin) -> None:
    asked = {"name": "block-a", "reservation": "ironwood", "zone": "us-east4-b"}
    found = gcp.invoke("gcp:compute/getReservationBlock:getReservationBlock", asked)
    assert found["healthInfos"][0]["healthStatus"] == "HEALTHY"
    with pytest.raises(Refusal, match="Error 404"):
        gcp.invoke("gcp:compute/getReservation:getReservation", {"name": "nothing"})
    with pytest.raises(Refusal, match="cannot answer"):
        gcp.invoke("gcp:storage/getBucket:getBucket", {})


def test_secrets_reach_the_cloud_opened_and_detailed_differences_the_engine(stub: Any) -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hidden"}
    made = stub.Create(
        wire.CreateRequest(
            urn=NETWORK.urn,
            properties=to_struct({"name": "n", "description": secret, "project": "holdfast-lab"}),
        )
    )
    assert to_plain(made.properties)["description"] == "hidden"
    request = wire.DiffRequest(urn=NETWORK.urn, old_inputs=to_struct({"mtu": 1}), news=to_struct({"mtu": 2}))
    answer = stub.Diff(request)
    assert (list(answer.replaces), answer.detailedDiff["mtu"].kind) == (
        ["mtu"],
        wire.PropertyDiff.UPDATE_REPLACE,
    )


class FakeApi:
    """An API server of one kind; `refusal` is what it says to every write."""

    def __init__(self) -> None:
        self.live: dict[str, Any] = {}
        self.writes: list[tuple[str, Any]] = []
        self.refusal: Refusal | None = None

    def find(self, path: str) -> Any:
        if path == "/apis/holdfast.dev/v1alpha1":
            kinds = {"name": "acceleratorpools", "kind": "AcceleratorPool", "namespaced": False}
            return {"resources": [kinds, {**kinds, "name": "acceleratorpools/status"}]}
        return self.live.get(path)

    def call(self, verb: str, path: str, query: Any = None, body: Any = None, media: str = "") -> Any:
        if self.refusal:
            raise self.refusal
        self.writes.append((verb, query))
        made = {**body, "metadata": {**body["metadata"], "uid": "u1"}, "status": {}}
        if "dryRun" not in query:
            self.live[path] = made
        return made

    def delete(self, path: str, options: Any) -> None:
        if self.refusal:
            raise self.refusal
        self.writes.append(("DELETE", options))
        self.live.pop(path)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def kubernetes(tmp_path: Path, api: FakeApi) -> KubernetesPlugin:
    plugin = KubernetesPlugin(tmp_path)
    plugin._objects = Objects(api)  # type: ignore[arg-type]
    return plugin


def test_an_object_is_applied_with_pulumis_field_manager(kubernetes: KubernetesPlugin, api: FakeApi) -> None:
    made = kubernetes.create(Subject(POOL_URN), POOL, preview=False)
    assert (made.id, made.outputs["metadata"]["uid"]) == ("a.b", "u1")
    assert api.writes == [
        ("PATCH", {"fieldManager": "pulumi-kubernetes", "force": "true", "fieldValidation": "Strict"})
    ]


def test_a_preview_asks_without_doing_and_leaves_no_call(
    kubernetes: KubernetesPlugin, api: FakeApi, tmp_path: Path
) -> None:
    foreseen = kubernetes.create(Subject(POOL_URN), POOL, preview=True)
    assert foreseen.outputs["status"] == UNKNOWN
    assert api.writes[0][1]["dryRun"] == "All"
    assert (api.live, CallLog(tmp_path).read()) == ({}, [])


@pytest.mark.parametrize("answer", [Unreachable("no answer"), RefusedByServer(404, "no such kind")])
def test_a_preview_goes_on_where_the_server_cannot_say(
    kubernetes: KubernetesPlugin, api: FakeApi, answer: Refusal
) -> None:
    api.refusal = answer
    assert kubernetes.create(Subject(POOL_URN), POOL, preview=True).outputs["kind"] == "AcceleratorPool"


def test_a_preview_shows_what_a_policy_would_refuse(kubernetes: KubernetesPlugin, api: FakeApi) -> None:
    api.refusal = RefusedByServer(422, "spec.units may not shrink below peak")
    with pytest.raises(Refusal, match="may not shrink below peak"):
        kubernetes.update(Subject(POOL_URN, "a.b"), Existing("a.b"), POOL, preview=True)


def test_a_deletion_names_the_very_object_and_a_refusal_comes_back_whole(
    kubernetes: KubernetesPlugin, api: FakeApi, tmp_path: Path
) -> None:
    made = kubernetes.create(Subject(POOL_URN), POOL, preview=False)
    api.refusal = RefusedByServer(
        422, "ValidatingAdmissionPolicy 'pools' denied: in use by mistral/pretrain-q1"
    )
    with pytest.raises(Refusal, match="denied: in use by mistral/pretrain-q1"):
        kubernetes.delete(Subject(POOL_URN, "a.b"), made)
    assert CallLog(tmp_path).read()[-1]["result"] == "refused"
    api.refusal = None
    kubernetes.delete(Subject(POOL_URN, "a.b"), made)
    assert api.writes[-1][1]["preconditions"] == {"uid": "u1"}
    assert kubernetes.read(Subject(POOL_URN, "a.b"), POOL) == Existing()


def test_another_name_is_another_object_and_a_spec_is_not(kubernetes: KubernetesPlugin) -> None:
    moved = {**POOL, "metadata": {"name": "c.d"}}
    assert kubernetes.diff(Subject(POOL_URN), POOL, moved).replaces == ["metadata.name"]
    assert kubernetes.diff(Subject(POOL_URN), POOL, {**POOL, "spec": {}}).replaces == []


def test_no_ambient_cluster_is_taken(tmp_path: Path) -> None:
    assert KubernetesPlugin(tmp_path).check_config({}).failures[0].property == "kubeconfig"


def test_a_cluster_identifier_decides_whether_it_is_another_cluster(tmp_path: Path) -> None:
    plugin, old = KubernetesPlugin(tmp_path), {"kubeconfig": "a", "clusterIdentifier": "hub"}
    assert plugin.diff_config(old, {**old, "kubeconfig": "b"}).replaces == []
    assert plugin.diff_config(old, {**old, "clusterIdentifier": "c"}).replaces == ["clusterIdentifier"]
    assert plugin.diff_config({"kubeconfig": "a"}, {"kubeconfig": "b"}).replaces == ["kubeconfig"]


def test_an_installed_plugin_refuses_to_run_outside_a_lab(tmp_path: Path) -> None:
    install(tmp_path)
    environment = {key: value for key, value in os.environ.items() if key != "HOLDFAST_LAB"}
    done = subprocess.run(
        [launcher_of(tmp_path, "gcp")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is not the absolute path" in done.stderr.replace("is '' and not", "is not")
    assert Path(sys.executable).name in launcher_of(tmp_path, "gcp").read_text()
