"""What uninstalling leaves, on a hub of its own: definitions and their guards, and with them every promise."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import pytest
import yaml
from tests.documents import UID, promise, reservation
from tests.guards.server import DEFINITIONS, Server, serving

from holdfast_lab.installation import MANIFESTS

POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"
GUARDS = (
    "definitions", "nothing-stands", "promise-kept", "pool-in-use", "seal-kept", "datacenter-kept",
    "first-uid", "restored",
)  # fmt: skip
KEPT = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "helm.sh/resource-policy": "keep",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
OURS = "app.kubernetes.io/part-of=holdfast"
PATIENCE_SECONDS = 20.0
NO_FINALIZER = '{"metadata":{"finalizers":null}}'
RESERVATION = reservation(
    "lent", "live", acceleratorType="h200", topology=None, count=1, window={"durationSeconds": 3600}
)
PROMISE = promise(
    UID, namespace="lent", reservation="live", acceleratorType="h200", topology=None, slices=1, unitsPerSlice=1,
    pools={"abernathy.h200-a": 1}, requestedSlices=1, round=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def leaving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub with one reservation and its promise, that nobody else uses."""
    with serving(tmp_path_factory.mktemp("leaving")) as server:
        namespace = {"metadata": {"name": "lent"}}
        assert server.create(namespace, path="/api/v1/namespaces").accepted
        assert server.create(RESERVATION).message == ""
        assert server.create(PROMISE).message == ""
        yield server


def kubectl(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    """What the administrator types, from the manifests' folder."""
    program = server.cluster.state.programs / "kubectl"
    argv = [str(program), f"--kubeconfig={server.cluster.kubeconfig('admin')}", *words]
    return subprocess.run(argv, cwd=MANIFESTS, capture_output=True, text=True, check=False, timeout=120)


def done(server: Server, *words: str) -> None:
    """The same, where it must succeed."""
    answer = kubectl(server, *words)
    assert answer.returncode == 0, answer.stderr


def kept(server: Server) -> tuple[int, list[str]]:
    """How many of our definitions stand, and which guards."""
    found = server.call("GET", DEFINITIONS).document["items"]
    definitions = [each for each in found if each["spec"]["group"] == "holdfast.dev"]
    guards = [name for name in GUARDS if server.call("GET", f"{POLICIES}/holdfast-{name}").accepted]
    return len(definitions), guards


def assert_all_stands(server: Server) -> None:
    """Every definition and guard, the reservation and its promise."""
    assert kept(server) == (9, list(GUARDS))
    done(server, "get", "capacityreservation/live", "-n", "lent")
    done(server, "get", f"capacitypromise/{UID}")


def _eventually_done(server: Server, *words: str) -> None:
    """The same, once the server's cache, from which a guard reads promises, has caught up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := kubectl(server, *words)).returncode and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("folder", ["hub", "overlays/in-cluster/hub", "definitions", "definitions/guards"])
def test_a_folder_deleted_twice_takes_no_promise_and_no_guard(leaving: Server, folder: str) -> None:
    for _ in range(2):
        kubectl(leaving, "delete", "--wait=false", "-k", folder)
    assert_all_stands(leaving)
    refused = kubectl(leaving, "delete", "crd", "capacitypromises.holdfast.dev")
    assert "annotate it with holdfast.dev/decommission first" in refused.stderr


def test_no_definition_is_annotated_while_a_promise_stands(leaving: Server) -> None:
    refused = kubectl(leaving, "annotate", "crd", "-l", OURS, "holdfast.dev/decommission=ada")
    assert "the promise of lent/live stands and would be lost" in refused.stderr
    assert_all_stands(leaving)


def test_the_documented_act_takes_everything_once_nothing_stands(leaving: Server) -> None:
    for state in (
        {"state": "Releasing", "cause": "Cancelled", "round": 2},
        {"state": "Released", "endedAt": 9},
    ):
        path = f"/apis/holdfast.dev/v1alpha1/capacitypromises/{UID}"
        assert leaving.call("PATCH", path, {"spec": state}).message == ""
    _eventually_done(leaving, "annotate", "crd", "-l", OURS, "holdfast.dev/decommission=ada")
    done(leaving, "delete", "crd", "-l", OURS)
    done(leaving, "patch", "-k", "definitions/guards", "--type=merge", "-p", NO_FINALIZER)
    done(leaving, "delete", "--ignore-not-found", "-k", "definitions/guards")
    assert kept(leaving) == (0, [])


def test_every_definition_and_guard_tells_gitops_to_keep_it(hub: Server) -> None:
    stored = [*hub.call("GET", DEFINITIONS).document["items"]]
    stored += [hub.call("GET", f"{POLICIES}/holdfast-{name}").document for name in GUARDS]
    stored += [hub.call("GET", f"{BINDINGS}/holdfast-{name}").document for name in GUARDS]
    for each in stored:
        assert each["metadata"]["annotations"].items() >= KEPT.items()


@pytest.mark.parametrize("file", [f"{name}.yaml" for name in GUARDS])
def test_every_guard_carries_the_finalizer_of_decommissioning(file: str) -> None:
    for document in yaml.safe_load_all((MANIFESTS / "definitions" / "guards" / file).read_text()):
        assert document["metadata"]["finalizers"] == ["holdfast.dev/decommission"]
