"""Who asks on a real hub: platform engineers and tenants' people, each with a certificate of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.guards.server import ENGINEER
from tests.guards.stage import Stage

from holdfast_lab import clock
from holdfast_lab.certificates import Subject, issue
from holdfast_lab.control_plane.keys import read_pair
from holdfast_lab.control_plane.kubeconfigs import access
from holdfast_lab.kubeconfig import write_kubeconfig

RIGHTS = "holdfast-reservation-editor"


@dataclass(frozen=True, slots=True)
class Person:
    """One person and her kubeconfig, and what the command line says to her."""

    kubeconfig: Path

    def run(
        self, *words: str, typed: str = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The command in a process of its own, as she types it."""
        surroundings = {**os.environ, "KUBECONFIG": str(self.kubeconfig), **(environment or {})}
        command = [sys.executable, "-m", "holdfast", *words]
        return subprocess.run(
            command, input=typed, capture_output=True, text=True, check=False, env=surroundings
        )

    def says(self, *words: str) -> str:
        """What it prints; it must succeed."""
        done = self.run(*words)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout


def person(
    stage: Stage, folder: Path, name: str, groups: Sequence[str], namespace: str = "default"
) -> Person:
    """Somebody of these groups, whose kubeconfig names this namespace."""
    cluster = stage.server.cluster
    pair = issue(read_pair(cluster, "cluster-authority"), Subject(name, groups=tuple(groups)), clock.now())
    file = folder / f"{name}.kubeconfig"
    write_kubeconfig(file, [replace(access(cluster, pair), namespace=namespace)])
    return Person(file)


def give_rights(stage: Stage, tenant: str) -> None:
    """The tenant's people may do what docs/tenants.md gives them."""
    api = "rbac.authorization.k8s.io"
    binding = {
        "metadata": {"name": "tenant"},
        "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": RIGHTS},
        "subjects": [{"apiGroup": api, "kind": "Group", "name": tenant}],
    }
    path = f"/apis/{api}/v1/namespaces/{tenant}/rolebindings"
    assert stage.server.call("POST", path, binding, ENGINEER).accepted
