"""The third act: the tenants' pods run on their own units, and nobody else's can."""

from __future__ import annotations

import json
from typing import Any

from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import Document, job, pod, pod_template
from holdfast_lab.story.promises import FINETUNE, PRETRAIN
from holdfast_lab.story.reading import is_true, nodes_of_pods, reservation, units_of
from holdfast_lab.testing import Kubectl

TPU = {"google.com/tpu": 4}
GPU = {"nvidia.com/gpu": 4}
TRAINER = "trainer"
FOREVER = 86_400


def jobs_complete(context: Context) -> str:
    """A job of each tenant runs to completion, on nodes of its own units only."""
    started = [
        (_start_job(context, PRETRAIN, TPU, 16), PRETRAIN, "lake-mariner"),
        (_start_job(context, FINETUNE, GPU, 18), FINETUNE, "abernathy"),
    ]
    return "; ".join(_job_done(context, person, path, site) for person, path, site in started)


def _access(context: Context, path: str) -> Document:
    access: list[Document] = reservation(context.person(path.partition("/")[0]), path)["status"]["access"]
    return access[0]


def _start_job(context: Context, path: str, chips: Document, hosts: int) -> Kubectl:
    access = _access(context, path)
    person = context.person(path.partition("/")[0], access["datacenter"])
    person.run(
        "apply",
        "-n",
        access["namespace"],
        "-f",
        "-",
        stdin=json.dumps(job("work", hosts, pod_template(access, chips))),
    )
    return person


def _job_done(context: Context, person: Kubectl, path: str, site: str) -> str:
    namespace = path.partition("/")[0]

    def done() -> str:
        found = person.get("job", "work", "-n", namespace)
        return str(found["status"].get("succeeded", "")) if is_true(found, "Complete") else ""

    count = context.until(done, 40, f"the job of {path} complete")
    used = nodes_of_pods(person, namespace, "job-name=work")
    strange = used - own_nodes(context, path, site)
    if strange or not used:
        raise AssertionError(f"pods of {path} ran on nodes it does not hold: {sorted(strange)}")
    return f"{path}: {count} pods on {len(used)} of its own hosts"


def own_nodes(context: Context, path: str, site: str) -> set[str]:
    """The nodes of the units that the ledger says a reservation holds."""
    uid = reservation(context.engineer(), path)["metadata"]["uid"]
    units = units_of(context.engineer(), uid)
    nodes: list[dict[str, Any]] = context.engineer(site).get("nodes", "-l", "holdfast.dev/unit")["items"]
    labels = {node["metadata"]["name"]: node["metadata"]["labels"] for node in nodes}
    return {
        name
        for name, label in labels.items()
        if units.get(label["holdfast.dev/unit"]) == label["holdfast.dev/pool"]
    }


def a_long_run_stays(context: Context) -> str:
    """A pod of anthropic runs on and on."""
    access = _access(context, PRETRAIN)
    person = context.person("anthropic", access["datacenter"])
    trainer = pod(TRAINER, pod_template(access, TPU, FOREVER))
    person.run("apply", "-n", "anthropic", "-f", "-", stdin=json.dumps(trainer))

    def running() -> str:
        found = person.get("pod", TRAINER, "-n", "anthropic")
        node = str(found["spec"].get("nodeName", ""))
        return node if found.get("status", {}).get("phase") == "Running" else ""

    node = context.notes["trainer's node"] = context.until(running, 30, "the trainer running")
    return f"running on {node}"


def a_forged_toleration_is_refused(context: Context) -> str:
    """As mistral at lake-mariner: anthropic's id in a toleration is refused; its own pod is not."""
    person, forged = context.person("mistral", "lake-mariner"), pod_template(_access(context, PRETRAIN), TPU)
    refused = person.attempt("apply", "-n", "mistral", "-f", "-", stdin=json.dumps(pod("thief", forged)))
    if refused.returncode == 0:
        raise AssertionError("a pod of mistral with anthropic's toleration was admitted")
    return refused.stderr.strip().splitlines()[-1][-120:]


def a_nosy_selector_stays_pending(context: Context) -> str:
    """As mistral: a pod that selects anthropic's nodes without their toleration is admitted and never runs."""
    person, template = (
        context.person("mistral", "lake-mariner"),
        pod_template(_access(context, PRETRAIN), TPU),
    )
    template["spec"]["tolerations"] = []
    person.run("apply", "-n", "mistral", "-f", "-", stdin=json.dumps(pod("nosy", template)))

    def unschedulable() -> str:
        found = person.get("pod", "nosy", "-n", "mistral")
        conditions = found.get("status", {}).get("conditions", [])
        said = [each.get("message", "") for each in conditions if each.get("reason") == "Unschedulable"]
        return said[0][:100] if said and not found["spec"].get("nodeName") else ""

    return "Pending: " + context.until(unschedulable, 20, "the nosy pod Unschedulable")
