"""The lab as tests use it: one for a session, kubectl as anybody, hosts by hand, patience.

@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast_lab.installation import MANIFESTS
from holdfast_lab.lab import DEFAULT_SITES, down, up
from holdfast_lab.polling import poll
from holdfast_lab.processes import ProcessSet
from holdfast_lab.running import Lab

FAILED = "lab.holdfast.dev/failed"


@contextlib.contextmanager
def running_lab(
    folder: Path,
    sites: Sequence[str] = DEFAULT_SITES,
    process_sets: Sequence[ProcessSet] = (),
    manifests: Path = MANIFESTS,
) -> Iterator[Lab]:
    """A lab in `folder` for the length of the block; nothing of it runs afterwards."""
    try:
        yield up(folder, sites, process_sets, manifests=manifests)
    finally:
        down(folder)


@dataclass(frozen=True, slots=True)
class Kubectl:
    """The lab's kubectl with one kubeconfig and one of its contexts (its current one by default)."""

    lab: Lab
    kubeconfig: Path
    context: str = ""

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """What kubectl prints; raises AssertionError with its complaint when it fails."""
        answer = self.attempt(*arguments, stdin=stdin)
        if answer.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {answer.stderr.strip()}")
        return answer.stdout

    def attempt(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl and return how it went, for refusals that a test expects."""
        return subprocess.run(self.argv(*arguments), input=stdin, capture_output=True, text=True, check=False)

    def argv(self, *arguments: str) -> list[str]:
        """The command line, for a test that starts kubectl itself: a watch, for example."""
        context = [f"--context={self.context}"] if self.context else []
        program = str(self.lab.state.programs / "kubectl")
        return [program, f"--kubeconfig={self.kubeconfig}", *context, *arguments]

    def apply(self, *objects: Mapping[str, Any]) -> None:
        """Server-side apply the objects."""
        listing = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.run("apply", "--server-side", "-f", "-", stdin=json.dumps(listing))

    def get(self, *arguments: str) -> Any:
        """`kubectl get ... -o json`, decoded."""
        return json.loads(self.run("get", *arguments, "-o", "json"))


def admin(lab: Lab, cluster: str) -> Kubectl:
    """kubectl that may do anything in a cluster; for a test's own preparations."""
    return Kubectl(lab, lab.clusters[cluster].kubeconfig("admin"))


def platform_engineer(lab: Lab, cluster: str = "hub") -> Kubectl:
    """kubectl as `lab env` sets it up, in one of the clusters."""
    return Kubectl(lab, lab.state.kubeconfig, cluster)


def person_of(lab: Lab, tenant: str, cluster: str = "hub") -> Kubectl:
    """kubectl as a person of a tenant."""
    return Kubectl(lab, lab.add_tenant_credentials(tenant), cluster)


def fake_host(name: str, labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A Node that kwok plays: four chips, no taint."""
    capacity = {"cpu": "100", "memory": "400Gi", "pods": "110", "google.com/tpu": "4"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, **(labels or {})},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "status": {"capacity": capacity, "allocatable": capacity},
    }


def eventually(check: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as `check` holds; AssertionError after `seconds`."""
    if not poll(check, seconds):
        raise AssertionError(f"not within {seconds:.0f} s: {check.__qualname__}")
