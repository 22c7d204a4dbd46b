"""The hub's stack on a real, bare API server: it comes up, stays, and leaves kinds and promises when it goes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.infra.declarations import SOUND

from holdfast_infra.declaration import parse
from holdfast_infra.in_cluster.manifests import manifests
from holdfast_infra.published_objects import pool_spec
from holdfast_lab.cloud.store import Store
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.running import Lab
from holdfast_lab.testing import Kubectl, running_lab

pytestmark = pytest.mark.lab
ROOT = MANIFESTS.parent
OURS = ("--selector", "app.kubernetes.io/part-of=holdfast", "-o", "name")
TENANT = {
    "apiVersion": "holdfast.dev/v1alpha1", "kind": "Tenant", "metadata": {"name": "mistral"},
    "spec": {"group": "mistral", "entitlements": [{"acceleratorType": "tpu7x", "chips": 64}]},
}  # fmt: skip

KNOWN = "lake-mariner.tpu7x-a"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A hub with nothing of Holdfast in it."""
    nothing = tmp_path_factory.mktemp("nothing")
    with running_lab(tmp_path_factory.mktemp("lab"), sites=(), manifests=nothing) as lab:
        yield lab


def pulumi(lab: Lab, verb: str, *options: str, code: int = 0) -> str:
    """What `holdfast lab pulumi` prints, where it must end with this exit code."""
    argv = [str(Path(sys.executable).parent / "holdfast"), "lab", "pulumi", "--state", str(lab.state.root)]
    answer = subprocess.run(
        [*argv, verb, "hub", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert answer.returncode == code, answer.stdout + answer.stderr
    return answer.stdout + answer.stderr


def test_the_hub_comes_up_stays_as_it_is_and_leaves_what_is_promised(bare: Lab) -> None:
    kubectl = Kubectl(bare, bare.clusters["hub"].kubeconfig("admin"))
    pulumi(bare, "up", "--yes")
    kubectl.run("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump(TENANT))
    assert "serviceaccount/planner" in kubectl.run(
        "get", "serviceaccounts", "-n", "holdfast-system", "-o", "name"
    )
    assert "unchanged" in pulumi(bare, "preview")
    kept = kubectl.run("get", "crds", "-o", "name")
    pulumi(bare, "destroy", "--yes", "--run-program")
    assert kubectl.run("get", "crds", "-o", "name") == kept
    assert kubectl.run("get", "tenants", "-o", "name") == "tenant.holdfast.dev/mistral\n"
    assert kubectl.attempt("get", "clusterrole", "holdfast-planner").returncode != 0
    pulumi(bare, "up", "--yes")
    kubectl.run("get", "clusterrole", "holdfast-planner")


def a_pool() -> dict[str, Any]:
    """A pool as a datacenter's stack publishes it."""
    declared = parse(SOUND)
    spec = pool_spec(declared.pools[0], declared.lease, declared.hand_over, "lake-mariner")
    kind = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "AcceleratorPool"}
    return {**kind, "metadata": {"name": KNOWN}, "spec": spec}


def cluster(**fields: object) -> tuple[str, str]:
    """The hub's stack with a cluster of its own, which the lab's hub plays."""
    ranges = {"nodes": "10.64.0.0/24", "pods": "10.68.0.0/18", "services": "10.64.16.0/22"}
    declared = {
        "name": "hub", "project": "holdfast-lab", "region": "us-east4", "network": ranges, "context": "hub",
        "machineType": "n2-standard-8", "deletionProtection": False,
    }  # fmt: skip
    return "--config", f"holdfast:hub.cluster={json.dumps({**declared, **fields})}"


def test_the_hubs_own_cluster_comes_first_and_does_not_go_while_it_knows_a_pool(bare: Lab) -> None:
    kubectl = Kubectl(bare, bare.clusters["hub"].kubeconfig("admin"))
    pulumi(bare, "destroy", "--yes", "--run-program")
    said = pulumi(bare, "up", "--yes", *cluster())
    assert said.index("Cluster hub") < said.index("CustomResourceDefinition")
    assert "unchanged" in pulumi(bare, "preview", *cluster())
    kubectl.apply(a_pool())
    elsewhere = cluster(region="us-east5")
    for verb, change in (("destroy", cluster()), ("up", elsewhere)):
        options = ("--run-program",) if verb == "destroy" else ()
        assert f"the hub knows {KNOWN}" in pulumi(bare, verb, "--yes", *options, *change, code=1)
    kubectl.run("delete", "acceleratorpool", KNOWN)
    pulumi(bare, "destroy", "--yes", "--run-program", *cluster())
    assert Store(bare.state.root).all() == []


@pytest.mark.parametrize(
    "folder", ["definitions", "hub", "site", "overlays/in-cluster/hub", "overlays/in-cluster/site"]
)
def test_the_program_reads_what_kubectl_reads(bare: Lab, folder: str) -> None:
    printed = Kubectl(bare, bare.clusters["hub"].kubeconfig("admin")).run(
        "kustomize", str(MANIFESTS / folder)
    )
    wanted = [each for each in yaml.safe_load_all(printed) if each]
    assert sorted(map(str, map(_sorted, wanted))) == sorted(
        map(str, map(_sorted, manifests(MANIFESTS / folder)))
    )


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _sorted(value[key]) for key in sorted(value, key=str)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
