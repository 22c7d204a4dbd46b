"""A datacenter whose hosts are there already, of no cloud: its stack marks, publishes and brings the agent.

All that a platform team does there is done: somebody else has registered the hosts, the stack comes up with the site's
own kubeconfig, a reservation is bound and its Job runs, a host that is held may not leave the declaration, and in the
end the hosts are as they were.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.acts import ask, becomes, clean, given_back, uid_of

from holdfast_infra.stack_files.stack_yaml import dump
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import job, pod_template, tenant
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.story.reading import units_of
from holdfast_lab.testing import Kubectl, running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
SITE, POOL = "colo-oslo", "colo-oslo.b200-a"
ROOT = MANIFESTS.parent
HOSTS = tuple(f"host-{n:03d}" for n in range(4))


def host(name: str) -> dict[str, Any]:
    """A machine with eight GPUs, as its owner has registered it."""
    capacity = {"cpu": "200", "memory": "2000Gi", "pods": "110", "nvidia.com/gpu": "8"}
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {
            "name": name, "labels": {"kubernetes.io/hostname": name},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "status": {"capacity": capacity, "allocatable": capacity},
    }  # fmt: skip


def declaration(kubeconfig: Path, *hosts: str) -> dict[str, Any]:
    """The stack's configuration."""
    datacenter = {
        "name": SITE, "siteKind": "kubernetes", "region": "europe-north1", "zone": "europe-north1-a",
        "powerMegawatts": 40, "lifecycle": "Operational",
        "lease": {"landlord": "Equinix", "start": "2026-01-01T00:00:00Z", "end": "2036-01-01T00:00:00Z"},
        "cluster": {"kubeconfig": str(kubeconfig), "agent": {"image": "registry.example/holdfast:0.1.0"}},
        "drainLeadSeconds": 5, "graceSeconds": 3, "turnAroundSeconds": 3, "repairSeconds": 60,
        "pools": {"b200-a": {"acceleratorType": "b200", "spares": 1, "units": [{"ids": name} for name in hosts]}},
    }  # fmt: skip
    return {"config": {"holdfast:datacenter": datacenter}}


class Project:
    """The platform team's project: our program, their stack."""

    def __init__(self, folder: Path, context: Context) -> None:
        self.folder, self.context = folder, context
        self.kubeconfig = context.lab.clusters[SITE].kubeconfig("admin")
        for name in ("Pulumi.yaml", "infra", "operators"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        (folder / "stacks").mkdir()

    def declare(self, *hosts: str) -> None:
        """Write the stack file."""
        (self.folder / "stacks" / f"Pulumi.{SITE}.yaml").write_text(
            dump(declaration(self.kubeconfig, *hosts))
        )

    def pulumi(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the engine on the stack."""
        lab = ["lab", "pulumi", "--state", str(self.context.lab.state.root)]
        argv = [sys.executable, "-m", "holdfast", *lab, verb, SITE, *options]
        return subprocess.run(argv, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300)

    def up(self) -> str:
        """Bring it up, where that must succeed; what the engine said."""
        answer = self.pulumi("up", "--yes")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout


@pytest.fixture(scope="module")
def oslo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Four hosts in a cluster of their own, and a tenant who may reserve them."""
    with running_lab(tmp_path_factory.mktemp("oslo"), [SITE], OPERATOR_AND_AGENTS) as lab:
        context = Context(lab)
        owner = Kubectl(lab, lab.clusters[SITE].kubeconfig("admin"))
        owner.apply(*(host(name) for name in HOSTS))
        context.engineer().apply(*tenant("mistral", {"b200": 64}))
        yield context


@pytest.fixture(scope="module")
def project(oslo: Context, tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("project"), oslo)
    made.declare(*HOSTS)
    made.up()
    oslo.until(lambda: counted(oslo), 60, "four healthy hosts")
    return made


def counted(context: Context) -> str:
    pool = context.engineer().get("acceleratorpool", POOL)
    return "yes" if pool.get("status", {}).get("capacity", {}).get("healthy") == len(HOSTS) else ""


def runs_a_job(context: Context, path: str) -> None:
    """A Job of one pod a host ends well, on the hosts of this reservation."""
    (access,) = read(context.engineer(), path)["status"]["access"]
    work = job("work", 2, pod_template(access, {"nvidia.com/gpu": "8"}))
    tenants = context.person("mistral", SITE)
    tenants.run("apply", "-n", access["namespace"], "-f", "-", stdin=json.dumps(work))
    tenants.run("wait", "job/work", "-n", access["namespace"], "--for=condition=Complete", "--timeout=60s")
    tenants.run("delete", "job", "work", "-n", access["namespace"])


def test_its_hosts_are_published_and_closed_and_the_agent_is_there(project: Project, oslo: Context) -> None:
    nodes = oslo.engineer(SITE).get("nodes")["items"]
    marks = {one["metadata"]["name"]: one["metadata"]["labels"].get("holdfast.dev/unit") for one in nodes}
    assert marks == {name: name for name in HOSTS}
    assert all(one["spec"].get("taints") for one in nodes)
    owner = Kubectl(oslo.lab, project.kubeconfig)
    assert owner.get("configmap", "holdfast-agent", "-n", "holdfast-system")["data"] == {"datacenter": SITE}
    assert "unchanged" in project.pulumi("preview").stdout


def test_a_tenants_job_runs_on_what_it_reserved_and_a_held_host_does_not_leave(
    project: Project, oslo: Context
) -> None:
    oslo.person("mistral").apply(ask("mistral/tune", 2, "", "b200"))
    becomes(oslo, "mistral/tune", "Active")
    runs_a_job(oslo, "mistral/tune")
    held = sorted(units_of(oslo.engineer(), uid_of(oslo, "mistral/tune")))
    assert len(held) == 2
    project.declare(*(name for name in HOSTS if name != held[0]))
    refused = project.pulumi("up", "--yes")
    assert refused.returncode != 0
    assert "mistral/tune" in refused.stdout
    project.declare(*HOSTS)
    given_back(oslo, "mistral/tune")
    assert clean(oslo).startswith("clean")


def test_in_the_end_the_hosts_are_as_they_were(project: Project, oslo: Context) -> None:
    answer = project.pulumi("destroy", "--yes", "--run-program")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    nodes = oslo.engineer(SITE).get("nodes")["items"]
    assert not any("holdfast.dev/unit" in one["metadata"]["labels"] for one in nodes)
    assert json.loads(oslo.engineer().run("get", "acceleratorpools", "-o", "json"))["items"] == []
