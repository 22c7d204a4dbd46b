"""Hosts that kwok plays and their pods, on a real control plane."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_lab.running import Lab
from holdfast_lab.testing import FAILED, Kubectl, admin, eventually, fake_host

pytestmark = pytest.mark.lab
SITE = "lake-mariner"


@pytest.fixture(scope="module")
def site(lab: Lab) -> Kubectl:
    return admin(lab, SITE)


def ready(site: Kubectl, kind: str, name: str) -> str:
    conditions = site.get(kind, name)["status"].get("conditions", [])
    return next((each["status"] for each in conditions if each["type"] == "Ready"), "")


def pod_on(host: str, name: str, **annotations: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "annotations": annotations},
        "spec": {"nodeName": host, "containers": [{"name": "train", "image": "none"}]},
    }


def job(name: str, host: str, **annotations: str) -> dict[str, Any]:
    pod = pod_on(host, name, **annotations)["spec"] | {"restartPolicy": "Never"}
    template = {"metadata": {"annotations": annotations}, "spec": pod}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": template, "backoffLimit": 0},
    }


def add_host(site: Kubectl, name: str) -> None:
    site.apply(fake_host(name, {"holdfast.dev/unit": "cube-000"}))
    eventually(lambda: ready(site, "node", name) == "True")


def fail(site: Kubectl, host: str) -> None:
    site.run("annotate", "node", host, f"{FAILED}=true")
    eventually(lambda: ready(site, "node", host) in ("False", "Unknown"))


def repair(site: Kubectl, host: str) -> None:
    site.run("annotate", "node", host, f"{FAILED}-")
    eventually(lambda: ready(site, "node", host) == "True")


def test_a_host_made_by_hand_becomes_ready_and_keeps_what_it_was_born_with(site: Kubectl) -> None:
    add_host(site, "born")
    node = site.get("node", "born")
    assert node["metadata"]["labels"]["holdfast.dev/unit"] == "cube-000"
    assert node["status"]["allocatable"]["google.com/tpu"] == "4"


def test_a_node_without_the_annotation_is_nobodys(site: Kubectl) -> None:
    stranger = fake_host("stranger")
    del stranger["metadata"]["annotations"]
    site.apply(stranger)
    add_host(site, "neighbour")
    assert ready(site, "node", "stranger") != "True"


def test_a_jobs_pod_is_scheduled_runs_and_completes(site: Kubectl) -> None:
    add_host(site, "worker")
    site.apply(job("train", "worker", **{"lab.holdfast.dev/run-seconds": "1"}))
    site.run("wait", "job/train", "--for=condition=Complete", "--timeout=30s")


def test_a_pod_that_is_deleted_ends_within_its_grace(site: Kubectl) -> None:
    add_host(site, "ending")
    site.apply(pod_on("ending", "slow", **{"lab.holdfast.dev/stop-seconds": "60"}))
    site.run("wait", "pod/slow", "--for=condition=Ready", "--timeout=20s")
    site.run("delete", "pod", "slow", "--grace-period=2", "--timeout=15s")


def test_a_failed_host_is_not_ready_and_comes_back(site: Kubectl) -> None:
    add_host(site, "flaky")
    site.run("taint", "node", "flaky", "holdfast.dev/reservation=none:NoSchedule")
    fail(site, "flaky")
    repair(site, "flaky")
    node = site.get("node", "flaky")
    assert {"key": "holdfast.dev/reservation", "value": "none", "effect": "NoSchedule"} in node["spec"][
        "taints"
    ]
    assert node["metadata"]["labels"]["holdfast.dev/unit"] == "cube-000"


def test_a_host_that_is_only_away_says_nothing_else_of_itself(site: Kubectl) -> None:
    add_host(site, "restarting")
    site.run("annotate", "node", "restarting", f"{FAILED}=away")
    eventually(lambda: ready(site, "node", "restarting") in ("False", "Unknown"))
    said = site.get("node", "restarting")["status"]["conditions"]
    assert not [one for one in said if one["type"] == "KernelDeadlock" and one["status"] == "True"]
    repair(site, "restarting")


def test_a_failed_hosts_pods_neither_finish_nor_end_until_it_is_back(site: Kubectl) -> None:
    add_host(site, "broken")
    site.apply(job("long", "broken", **{"lab.holdfast.dev/run-seconds": "6"}))
    site.apply(pod_on("broken", "stuck"))
    site.run("wait", "pod/stuck", "--for=condition=Ready", "--timeout=20s")
    fail(site, "broken")
    site.run("delete", "pod", "stuck", "--wait=false")
    waited = site.attempt("wait", "job/long", "--for=condition=Complete", "--timeout=9s")
    assert waited.returncode != 0
    assert site.get("pod", "stuck")["status"]["phase"] == "Running"
    repair(site, "broken")
    site.run("wait", "job/long", "--for=condition=Complete", "--timeout=30s")
    site.run("wait", "pod/stuck", "--for=delete", "--timeout=20s")
