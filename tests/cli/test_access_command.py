"""`holdfast access`: how what a reservation has is used, and a job that runs on it as it stands."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml
from tests.audit.world import PRETRAIN, a_world
from tests.cli.hub import serve
from tests.cli.test_hosts_command import PATH, Ask, access, ask, hub, site, unit
from tests.documents import Document, edit

from holdfast.cli.first_job import SLICE_LABEL, Where, Work, manifests, short
from holdfast.cluster.transport.kinds import LOCAL_QUEUE
from holdfast.hardware import accelerator
from holdfast.hardware.names import QUEUE_LABEL

__all__ = ["ask"]
LABEL = "holdfast.node-restriction.kubernetes.io/reservation"


def written(ask: Ask, *arguments: str) -> list[Document]:
    """What -o yaml writes."""
    there = {None: hub(access("lake-mariner")), "lake-mariner": site(unit("cube-000"), unit("cube-001"))}
    answer = ask(there, "access", PATH, "-o", "yaml", *arguments)
    assert answer.exit_code == 0, answer.output
    return list(yaml.safe_load_all(answer.output))


def test_context_namespace_selector_and_toleration_are_told(ask: Ask) -> None:
    there = {None: hub(access("lake-mariner")), "lake-mariner": site(unit("cube-000"), unit("cube-001"))}
    answer = ask(there, "access", PATH)
    assert answer.exit_code == 0
    for line in (
        "lake-mariner: 2 units open, 32 hosts",
        "  context        lake-mariner",
        "  namespace      mistral",
        f"  node selector  {LABEL}: {PRETRAIN}",
        f"  toleration     holdfast.dev/reservation Equal {PRETRAIN}",
        "holdfast access pretrain -n research -o yaml | kubectl --context lake-mariner apply -f -",
    ):
        assert line in answer.output


def test_the_job_asks_for_every_chip_of_every_host_by_the_tenants_own_selector(ask: Ask) -> None:
    service, job = written(ask)
    assert (service["kind"], service["spec"]["clusterIP"]) == ("Service", "None")
    assert service["spec"]["selector"] == {"job-name": job["metadata"]["name"]}
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    assert (job["metadata"]["namespace"], spec["completions"], spec["parallelism"]) == ("mistral", 32, 32)
    assert pod["nodeSelector"] == {LABEL: PRETRAIN}
    assert [one["key"] for one in pod["tolerations"]] == ["holdfast.dev/reservation", "google.com/tpu"]
    assert pod["containers"][0]["resources"]["limits"] == {"google.com/tpu": "4"}


def test_hosts_that_are_not_ready_are_not_asked_for(ask: Ask) -> None:
    there = {None: hub(access("lake-mariner")), "lake-mariner": site(unit("cube-000", ready=15))}
    told = json.loads(ask(there, "access", PATH, "-o", "json").output)
    assert told["datacenters"][0]["manifests"][1]["spec"]["completions"] == 15


def test_without_the_datacenters_word_the_catalogue_says_how_many_hosts(ask: Ask) -> None:
    answer = ask({None: hub(access("lake-mariner"))}, "access", PATH, "-o", "json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 2
    assert told["complete"] is False
    assert told["datacenters"][0]["manifests"][1]["spec"]["completions"] == 32


def test_of_several_datacenters_one_is_named(ask: Ask) -> None:
    both = hub(access("lake-mariner"), access("abernathy"))
    there = {None: both, "lake-mariner": site(unit("cube-000")), "abernathy": site(unit("cube-100"))}
    assert (
        "runs in lake-mariner, abernathy: say where with" in ask(there, "access", PATH, "-o", "yaml").output
    )
    assert ask(there, "access", PATH, "-o", "yaml", "-d", "abernathy").exit_code == 0
    assert "--datacenter texas" in ask(there, "access", PATH, "-o", "yaml", "-d", "texas").output


def test_before_anything_is_open_no_job_is_written(ask: Ask) -> None:
    answer = ask({None: hub()}, "access", PATH, "-o", "yaml")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert "has no unit open to it" in answer.stderr


def test_an_accelerator_that_is_not_known_is_said(ask: Ask) -> None:
    world = a_world()
    edit("reservations", PRETRAIN, "spec", "acceleratorType", "tpu9z")(world)
    edit("reservations", PRETRAIN, "status", "access", [access("lake-mariner")])(world)
    answer = ask({None: serve(world), "lake-mariner": site()}, "access", PATH, "-o", "yaml")
    assert answer.exit_code == 2
    assert "'tpu9z' is not in the catalogue" in answer.output


def queue(uid: str) -> Document:
    """A LocalQueue called like the reservation, kept for one of this uid."""
    labels = {"app.kubernetes.io/managed-by": "holdfast-agent", "holdfast.dev/reservation": uid}
    name = "research.pretrain"
    return {
        "metadata": {"name": name, "namespace": "mistral", "labels": labels},
        "spec": {"clusterQueue": "any"},
    }


def test_where_the_agent_keeps_a_queue_the_job_names_it_and_nothing_else(ask: Ask) -> None:
    there = {None: hub(access("lake-mariner")), "lake-mariner": site(unit("cube-000"))}
    there["lake-mariner"].add(LOCAL_QUEUE, queue(PRETRAIN))
    assert "  queue          research.pretrain" in ask(there, "access", PATH).output
    (_, job) = yaml.safe_load_all(ask(there, "access", PATH, "-o", "yaml").output)
    assert job["metadata"]["labels"][QUEUE_LABEL] == "research.pretrain"
    assert "nodeSelector" not in job["spec"]["template"]["spec"]


def test_a_queue_of_that_name_that_is_not_the_agents_is_none(ask: Ask) -> None:
    there = {None: hub(access("lake-mariner")), "lake-mariner": site(unit("cube-000"))}
    there["lake-mariner"].add(LOCAL_QUEUE, queue("another"))
    assert "queue" not in ask(there, "access", PATH).output


WHERE = Where("mistral", {LABEL: PRETRAIN}, ({"key": "holdfast.dev/reservation", "operator": "Equal"},))


def work(slices: dict[str, int], kind: str = "tpu7x") -> Work:
    return Work("pretrain-q1.2-first", "busybox", accelerator(kind), slices)


def test_several_slices_are_one_job_set_with_a_job_on_each() -> None:
    (whole,) = manifests(work({"mistral-a": 16, "mistral-b": 16}), WHERE)
    assert whole["apiVersion"] == "jobset.x-k8s.io/v1alpha2"
    jobs = [each["template"]["spec"] for each in whole["spec"]["replicatedJobs"]]
    assert [each["template"]["spec"]["nodeSelector"][SLICE_LABEL] for each in jobs] == [
        "mistral-a",
        "mistral-b",
    ]
    assert [each["completions"] for each in jobs] == [16, 16]


def test_without_job_sets_each_slice_has_a_job_of_its_own() -> None:
    long = replace(work({"mistral-a": 16, "mistral-b": 16}), job_sets=False, name="x" * 60)
    made = manifests(long, WHERE)
    assert [each["kind"] for each in made] == ["Service", "Job", "Service", "Job"]
    jobs = made[1::2]
    assert len({each["metadata"]["name"] for each in jobs}) == 2
    chosen = [each["spec"]["template"]["spec"]["nodeSelector"][SLICE_LABEL] for each in jobs]
    assert chosen == ["mistral-a", "mistral-b"]


def test_formed_slices_are_told_apart_by_what_the_datacenter_says(ask: Ask) -> None:
    units = [unit(f"cube-00{n}", slice={"name": f"hf-{n}", "state": "ACTIVE"}) for n in range(2)]
    there = site(*units)
    told = json.loads(
        ask({None: hub(access("lake-mariner")), "lake-mariner": there}, "access", PATH, "-o", "json").output
    )
    jobs = [each for each in told["datacenters"][0]["manifests"] if each["kind"] == "Job"]
    assert [each["spec"]["completions"] for each in jobs] == [16, 16]


def test_one_host_needs_no_service() -> None:
    (job,) = manifests(work({"": 1}), WHERE)
    assert job["kind"] == "Job"
    assert "subdomain" not in job["spec"]["template"]["spec"]


def test_a_queue_takes_the_place_of_selector_and_tolerations() -> None:
    queued = Where("mistral", {LABEL: PRETRAIN}, (), queue="pretrain-q1")
    (job,) = manifests(work({"": 1}), queued)
    assert job["metadata"]["labels"] == {QUEUE_LABEL: "pretrain-q1"}
    assert not {"nodeSelector", "tolerations"} & job["spec"]["template"]["spec"].keys()


def test_hosts_of_another_architecture_are_tolerated() -> None:
    (_, job) = manifests(work({"": 18}, "gb300-nvl72"), WHERE)
    keys = [one["key"] for one in job["spec"]["template"]["spec"]["tolerations"]]
    assert keys == ["holdfast.dev/reservation", "nvidia.com/gpu", "kubernetes.io/arch"]


@pytest.mark.parametrize(("name", "label"), [("a.b", "a-b"), ("x" * 43 + "-y", "x" * 43)])
def test_a_jobs_name_leaves_room_for_its_pods(name: str, label: str) -> None:
    assert short(name) == label
