"""Hosts and objects on real control planes: what a fake API server cannot show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from holdfast_lab.cloud.apiserver import ApiServer
from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.plugins.kubernetes import KubernetesPlugin
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.cloud.sites import LabSites
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.provider import Existing, Subject
from holdfast_lab.running import Lab
from holdfast_lab.testing import running_lab

pytestmark = pytest.mark.lab
SITE = "lake-mariner"
PLACE = {"project": LAB_PROJECT, "location": "us-east4"}
CONFIG_MAP = Subject("urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::kept", "default/kept")
KEPT = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": "default"}}
PROMISED = "promised to mistral/pretrain-q1"
DELETIONS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["configmaps"]}
POLICY = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicy",
    "metadata": {"name": "keep"},
    "spec": {
        "matchConstraints": {"resourceRules": [DELETIONS]},
        "validations": [{"expression": "oldObject.metadata.name != 'kept'", "message": PROMISED}],
    },
}
BINDING = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicyBinding",
    "metadata": {"name": "keep"},
    "spec": {"policyName": "keep", "validationActions": ["Deny"]},
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    nothing = tmp_path_factory.mktemp("manifests")
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], manifests=nothing) as lab:
        yield lab


def ready(api: ApiServer) -> dict[str, str]:
    """The Nodes with the status of their condition Ready."""
    found = {}
    for node in api.get("/api/v1/nodes")["items"]:
        conditions = {each["type"]: each["status"] for each in node["status"].get("conditions", [])}
        found[node["metadata"]["name"]] = conditions.get("Ready", "none")
    return found


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)
    return holds()


def test_a_node_pools_hosts_become_nodes_fail_return_and_leave(lab: Lab) -> None:
    cloud, site = GoogleCloud(lab.state.root), LabSites(lab.state.root).named(SITE)
    cluster = cloud.create("gcp:container/cluster:Cluster", "urn:c", {**PLACE, "name": SITE})
    assert cluster.outputs["endpoint"] == site.api.host.removeprefix("https://")
    pool = {
        **PLACE,
        "name": "a",
        "cluster": SITE,
        "nodeCount": 2,
        "nodeConfig": {"machineType": "a3-ultragpu-8g"},
    }
    made = cloud.create("gcp:container/nodePool:NodePool", "urn:a", pool)
    assert soon(lambda: ready(site.api) == {"gke-a-00": "True", "gke-a-01": "True"})
    site.fail("gke-a-01", "away")
    assert soon(lambda: ready(site.api)["gke-a-01"] != "True")
    assert site.failed() == ["gke-a-01"]
    site.fail("gke-a-01", None)
    assert soon(lambda: ready(site.api)["gke-a-01"] == "True")
    cloud.delete(made.id)
    assert ready(site.api) == {}


def test_a_policys_refusal_of_a_deletion_reaches_the_engine_whole(lab: Lab) -> None:
    plugin = KubernetesPlugin(lab.state.root)
    plugin.configure({"kubeconfig": str(lab.state.clusters / "hub" / "admin.kubeconfig")})
    for manifest in (POLICY, BINDING):
        plugin.create(
            Subject(f"urn:pulumi:s::p::kubernetes:x:{manifest['kind']}::keep"), manifest, preview=False
        )
    assert soon(lambda: refused(plugin))
    assert plugin.read(CONFIG_MAP, KEPT).id == "default/kept"


def refused(plugin: KubernetesPlugin) -> bool:
    """Whether the policy is in force by now; until then the object can be deleted."""
    made = plugin.create(CONFIG_MAP, KEPT, preview=False)
    try:
        plugin.delete(CONFIG_MAP, made)
    except Refusal as refusal:
        return PROMISED in str(refusal)
    return False


def test_another_object_of_the_same_name_is_not_deleted(lab: Lab) -> None:
    plugin = KubernetesPlugin(lab.state.root)
    plugin.configure({"kubeconfig": str(lab.state.clusters / SITE / "admin.kubeconfig")})
    made = plugin.create(CONFIG_MAP, KEPT, preview=False)
    metadata = {**made.outputs["metadata"], "uid": "00000000-0000-0000-0000-000000000000"}
    with pytest.raises(Refusal, match="does not match the UID in record"):
        plugin.delete(CONFIG_MAP, Existing(made.id, {**made.outputs, "metadata": metadata}))


HOST = Subject("urn:pulumi:s::p::kubernetes:core/v1:NodePatch::host/brought-0", "brought-0")
MARKED = {"metadata": {"name": "brought-0", "labels": {"holdfast.dev/unit": "brought-0"}}}
NODE = {"apiVersion": "v1", "kind": "Node"}


def test_a_patch_marks_a_host_that_is_there_and_gives_up_its_marks_alone(lab: Lab) -> None:
    api = ApiServer.enter(str(lab.clusters[SITE].kubeconfig("admin")))
    plugin = KubernetesPlugin(lab.state.root)
    plugin.configure({"kubeconfig": str(lab.clusters[SITE].kubeconfig("admin"))})
    with pytest.raises(Refusal, match="Node brought-0 does not exist"):
        plugin.create(HOST, NODE | MARKED, preview=True)
    api.call(
        "POST", "/api/v1/nodes", body=NODE | {"metadata": {"name": "brought-0", "labels": {"rack": "7"}}}
    )
    made = plugin.create(HOST, NODE | MARKED, preview=False)
    assert labels(api) >= {"rack": "7", "holdfast.dev/unit": "brought-0"}.items()
    plugin.delete(HOST, made)
    assert ("rack", "7") in labels(api)
    assert "holdfast.dev/unit" not in dict(labels(api))


def labels(api: ApiServer) -> set[tuple[str, str]]:
    """Labels of the brought host."""
    return set(api.get("/api/v1/nodes/brought-0")["metadata"]["labels"].items())
