"""A hub that is lost with all it stored, and an empty one in its place; the sites, and what runs there, stay."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.e2e.acts import SITE

from holdfast_lab.cluster_start import end_clusters
from holdfast_lab.control_plane.cluster import HUB
from holdfast_lab.lab import up
from holdfast_lab.process_control.supervision import stop
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.state import RecordFile
from holdfast_lab.story.context import Context
from holdfast_lab.testing import Kubectl, admin

TRAINER = "trainer"


def lose(context: Context) -> None:
    """End operator, agents and hub, forget what its etcd held, and start an empty hub with our manifests."""
    state = context.lab.state
    record = RecordFile(state).read()
    stop(record.operator_and_agents.values())
    end_clusters([record.clusters[HUB]])
    shutil.rmtree(context.lab.clusters[HUB].folder / "etcd")
    up(state.root, [SITE], ())


def connect(context: Context) -> None:
    """Start the operator and the agents, with the identities that the new hub has given them."""
    up(context.lab.state.root, [SITE], OPERATOR_AND_AGENTS)


def administrator(context: Context) -> Kubectl:
    """kubectl as the hub's administrator."""
    return admin(context.lab, HUB)


def holdfast(context: Context, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line as the hub's administrator."""
    kubeconfig = str(context.lab.clusters[HUB].kubeconfig("admin"))
    argv = [str(Path(sys.executable).absolute()), "-m", "holdfast", *words]
    return subprocess.run(
        argv, env={**os.environ, "KUBECONFIG": kubeconfig}, capture_output=True, text=True, check=False
    )


def running(context: Context, tenant: str) -> str:
    """The uid of a tenant's trainer at the site, while it runs and nobody has told it to end; else empty."""
    found: dict[str, Any] = context.person(tenant, SITE).get("pod", TRAINER, "-n", tenant)
    lives = found.get("status", {}).get("phase") == "Running" and "deletionTimestamp" not in found["metadata"]
    return str(found["metadata"]["uid"]) if lives else ""


def marks(context: Context) -> dict[str, str]:
    """What stands on every node of the site: labels, annotations and taints."""
    nodes = context.engineer(SITE).get("nodes", "-l", "holdfast.dev/unit")["items"]
    return {
        one["metadata"]["name"]: json.dumps([
            one["metadata"]["labels"], one["metadata"].get("annotations", {}), one["spec"].get("taints", [])
        ], sort_keys=True)
        for one in nodes
    }  # fmt: skip
