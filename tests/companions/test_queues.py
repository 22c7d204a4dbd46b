"""A job that names its reservation's queue needs nothing else, and runs on the reservation's hosts and no others."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
import yaml
from tests.companions.world import (
    BATCH,
    HOSTS,
    JOBSET,
    KUEUE,
    QUEUE,
    SITE,
    World,
    condition,
    done,
    job,
    jobset,
    nodes_of,
    placed,
    pods_of,
    queue,
    started,
    template,
    until,
)
from tests.documents import Document
from tests.hostile.world import open_hosts

from holdfast_lab.installation import MANIFESTS
from holdfast_lab.testing import person_of


def completed(world: World, path: str, label: str) -> set[str]:
    """Wait until a Job or JobSet of mistral is done; the nodes its pods ran on."""
    seen: set[str] = set()

    def done_() -> bool:
        found = done(world.person("mistral", "site").call("GET", path))
        seen.update(nodes_of(pods_of(world, "mistral", label)))
        return condition(found, "Complete") or condition(found, "Completed")

    until(done_, f"{path} complete")
    return seen | nodes_of(pods_of(world, "mistral", label)) - {""}


def test_a_tenant_reads_its_queue_by_the_name_of_its_reservation(world: World) -> None:
    assert queue(world, "mistral")["spec"]["clusterQueue"] == f"holdfast-{world.held['mistral']}"


def test_a_job_runs_by_queue_name_alone(world: World) -> None:
    jobs = f"{BATCH}/namespaces/mistral/jobs"
    name = started(world, "mistral", jobs, job(HOSTS, template(), "train"))
    nodes = completed(world, f"{jobs}/{name}", f"job-name={name}") - {""}
    assert nodes == set(open_hosts(world, "mistral"))


def test_a_jobset_runs_by_queue_name_alone(world: World) -> None:
    sets = f"{JOBSET}/namespaces/mistral/jobsets"
    name = started(world, "mistral", sets, jobset(2, HOSTS // 2, template(), "train"))
    nodes = completed(world, f"{sets}/{name}", f"jobset.sigs.k8s.io/jobset-name={name}") - {""}
    assert nodes == set(open_hosts(world, "mistral"))


EXAMPLES = MANIFESTS.parent / "examples" / "jobs-in-a-queue"


@pytest.mark.parametrize("file", ["job.yaml", "jobset.yaml"])
def test_the_examples_run_as_they_stand(world: World, file: str) -> None:
    example = yaml.safe_load((EXAMPLES / file).read_text())
    set_, name = example["kind"] == "JobSet", example["metadata"]["name"]
    path = f"{JOBSET}/namespaces/mistral/jobsets" if set_ else f"{BATCH}/namespaces/mistral/jobs"
    label = f"jobset.sigs.k8s.io/jobset-name={name}" if set_ else f"job-name={name}"
    started(world, "mistral", path, example)
    assert completed(world, f"{path}/{name}", label) - {""} == set(open_hosts(world, "mistral"))


def test_what_holdfast_access_writes_names_the_queue_and_runs(world: World) -> None:
    environment = {**os.environ, "KUBECONFIG": str(world.lab.add_tenant_credentials("mistral"))}
    argv = [sys.executable, "-m", "holdfast", "access", "train", "-n", "mistral", "-o", "yaml"]
    said = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout
    (job_,) = (one for one in yaml.safe_load_all(said) if one["kind"] == "Job")
    assert job_["metadata"]["labels"][QUEUE] == "train"
    person_of(world.lab, "mistral", SITE).run("apply", "-f", "-", stdin=said)
    name = job_["metadata"]["name"]
    nodes = completed(world, f"{BATCH}/namespaces/mistral/jobs/{name}", f"job-name={name}") - {""}
    assert nodes == set(open_hosts(world, "mistral"))


def test_a_jobset_runs_by_selector_without_a_queue(world: World) -> None:
    sets = f"{JOBSET}/namespaces/mistral/jobsets"
    what = template(1, **placed(world, "mistral"))
    name = started(world, "mistral", sets, jobset(2, 4, what))
    nodes = completed(world, f"{sets}/{name}", f"jobset.sigs.k8s.io/jobset-name={name}") - {""}
    assert nodes <= set(open_hosts(world, "mistral"))


def test_a_job_that_is_larger_than_its_reservation_waits_and_says_why(world: World) -> None:
    jobs = f"{BATCH}/namespaces/mistral/jobs"
    name = started(world, "mistral", jobs, job(HOSTS + 1, template(), "train"))
    until(lambda: "insufficient" in why(world, name), "Kueue says why")
    assert done(world.site.call("GET", f"{jobs}/{name}"))["spec"]["suspend"]
    assert (
        world.person("mistral", "site").call("DELETE", f"{jobs}/{name}?propagationPolicy=Background").accepted
    )


def why(world: World, name: str) -> str:
    """What the tenant reads of its job's Workload."""
    found = done(world.person("mistral", "site").call("GET", f"{KUEUE}/namespaces/mistral/workloads"))[
        "items"
    ]
    mine = [one for one in found if one["metadata"]["ownerReferences"][0]["name"] == name]
    said = [each["message"] for one in mine for each in one.get("status", {}).get("conditions", [])]
    return " ".join(said)


def without(world: World, path: str, label: str) -> None:
    """No pod with a label ever comes while Kueue and JobSet have time to make some; then it is taken away."""
    time.sleep(3)
    assert pods_of(world, "mistral", label) == []
    assert world.person("mistral", "site").call("DELETE", f"{path}?propagationPolicy=Background").accepted


def test_a_neighbours_queue_is_no_queue_of_ones_own(world: World) -> None:
    """anthropic's is called alike, so a name reaches one's own; what is not there takes no job."""
    jobs = f"{BATCH}/namespaces/mistral/jobs"
    name = started(world, "mistral", jobs, job(1, template(), f"holdfast-{world.held['anthropic']}"))
    without(world, f"{jobs}/{name}", f"job-name={name}")


def unlawful(world: World) -> list[tuple[str, Document]]:
    """What templates would do that may not."""
    theirs = placed(world, "anthropic")
    return [
        ("hostNetwork is refused", template(1, hostNetwork=True)),
        ("bypasses the scheduler", template(1, nodeName=open_hosts(world, "anthropic")[0])),
        ("holds no such reservation", template(1, **theirs)),
        ("must name its key", template(1, tolerations=[{"operator": "Exists"}])),
        ("runAsUser: 0 is refused", template(1, securityContext={"runAsUser": 0, "runAsNonRoot": True})),
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_job_in_a_queue_is_confined_as_any_other(world: World, number: int) -> None:
    reason, what = unlawful(world)[number]
    jobs = f"{BATCH}/namespaces/mistral/jobs"
    answer = world.person("mistral", "site").call("POST", jobs, job(1, what, "train"))
    assert reason in answer.message


@pytest.mark.parametrize("in_queue", ["train", ""], ids=["in a queue", "without one"])
@pytest.mark.parametrize("number", range(5))
def test_a_jobset_makes_no_pod_that_may_not_be(world: World, number: int, in_queue: str) -> None:
    reason, what = unlawful(world)[number]
    if not in_queue:
        what = {**what, "spec": {**placed(world, "mistral"), **what["spec"]}}
    sets = f"{JOBSET}/namespaces/mistral/jobsets"
    answer = world.person("mistral", "site").call("POST", sets, jobset(1, 1, what, in_queue))
    if not answer.accepted:
        assert reason in answer.message
        return
    name = answer.document["metadata"]["name"]
    until(lambda: reason in events(world, name), f"the tenant reads why: {reason}", 20)
    without(world, f"{sets}/{name}", f"jobset.sigs.k8s.io/jobset-name={name}")


def events(world: World, name: str) -> str:
    """What the tenant reads in its namespace about an object."""
    found = done(world.person("mistral", "site").call("GET", "/api/v1/namespaces/mistral/events"))["items"]
    return " ".join(one.get("message") or "" for one in found if name in one["involvedObject"]["name"])


def test_a_suspended_job_is_not_woken_without_a_place(world: World) -> None:
    jobs = f"{BATCH}/namespaces/mistral/jobs"
    sleeping = job(1, template())
    sleeping["spec"]["suspend"] = True
    name = started(world, "mistral", jobs, sleeping)
    path = f"{jobs}/{name}"
    answer = world.person("mistral", "site").call("PATCH", path, {"spec": {"suspend": False}})
    assert "must say where to run" in answer.message
    without(world, path, f"job-name={name}")


REACHES = [
    ("POST", "{}/namespaces/mistral/localqueues", {"metadata": {"name": "x"}, "spec": {"clusterQueue": "x"}}),
    ("PATCH", "{}/namespaces/mistral/localqueues/train", {"spec": {"stopPolicy": "None"}}),
    ("DELETE", "{}/namespaces/mistral/localqueues/train", None),
    ("POST", "{}/clusterqueues", {"metadata": {"name": "x"}}),
    ("GET", "{}/clusterqueues", None),
    ("GET", "{}/resourceflavors", None),
    ("GET", "{}/namespaces/anthropic/localqueues", None),
    ("GET", "{}/namespaces/anthropic/workloads", None),
    ("POST", "{}/namespaces/mistral/workloads", {"metadata": {"name": "x"}}),
    ("POST", "{}/cohorts", {"metadata": {"name": "x"}}),
    ("POST", "{}/workloadpriorityclasses", {"metadata": {"name": "x"}, "value": 9}),
]


@pytest.mark.parametrize(
    ("verb", "path", "body"), REACHES, ids=[f"{verb} {path[3:]}" for verb, path, _ in REACHES]
)
def test_queues_are_read_and_not_written(world: World, verb: str, path: str, body: Document | None) -> None:
    assert world.person("mistral", "site").call(verb, path.format(KUEUE), body).status == 403
