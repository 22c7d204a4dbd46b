"""The third act: the tenants' pods run on their own units, and nobody else's can."""

from __future__ import annotations

import json
from typing import Any

from holdfast_lab.story.context import Stage
from holdfast_lab.story.fixtures import Document, job, pod, pod_template
from holdfast_lab.story.promises import FINETUNE, PRETRAIN
from holdfast_lab.story.reading import nodes_of_pods, reservation, units_of
from holdfast_lab.testing import Kubectl

TPU = {"google.com/tpu": 4}
GPU = {"nvidia.com/gpu": 4}
TRAINER = "trainer"
JOB_SECONDS = 2
FOREVER = 86_400


def jobs_complete(stage: Stage) -> str:
    """A job of each tenant runs to completion, on nodes of its own units only."""
    started = [
        (_start_job(stage, PRETRAIN, TPU, 16), PRETRAIN, "lake-mariner"),
        (_start_job(stage, FINETUNE, GPU, 18), FINETUNE, "abernathy"),
    ]
    return "; ".join(_job_done(stage, person, path, site) for person, path, site in started)


def _access(stage: Stage, path: str) -> Document:
    access: list[Document] = reservation(stage.person(path.partition("/")[0]), path)["status"]["access"]
    return access[0]


def _start_job(stage: Stage, path: str, chips: Document, hosts: int) -> Kubectl:
    access = _access(stage, path)
    person = stage.person(path.partition("/")[0], access["datacenter"])
    person.run(
        "apply",
        "-n",
        access["namespace"],
        "-f",
        "-",
        stdin=_json(job("work", hosts, _template(access, chips))),
    )
    return person


def _template(access: Document, chips: Document, seconds: int = JOB_SECONDS) -> Document:
    return pod_template(access, chips, seconds)


def _job_done(stage: Stage, person: Kubectl, path: str, site: str) -> str:
    namespace = path.partition("/")[0]

    def done() -> str:
        status = person.get("job", "work", "-n", namespace).get("status", {})
        return str(status.get("succeeded", "")) if _complete(status) else ""

    count = stage.until(done, 40, f"the job of {path} complete")
    used = nodes_of_pods(person, namespace, "job-name=work")
    strange = used - own_nodes(stage, path, site)
    if strange or not used:
        raise AssertionError(f"pods of {path} ran on nodes it does not hold: {sorted(strange)}")
    return f"{path}: {count} pods on {len(used)} of its own hosts"


def _complete(status: Document) -> bool:
    conditions = status.get("conditions", [])
    return any(each["type"] == "Complete" and each["status"] == "True" for each in conditions)


def own_nodes(stage: Stage, path: str, site: str) -> set[str]:
    """The nodes of the units that the ledger says a reservation holds."""
    uid = reservation(stage.engineer(), path)["metadata"]["uid"]
    units = units_of(stage.engineer(), uid)
    nodes: list[dict[str, Any]] = stage.engineer(site).get("nodes", "-l", "holdfast.dev/unit")["items"]
    labels = {node["metadata"]["name"]: node["metadata"]["labels"] for node in nodes}
    return {
        name
        for name, label in labels.items()
        if units.get(label["holdfast.dev/unit"]) == label["holdfast.dev/pool"]
    }


def a_long_run_stays(stage: Stage) -> str:
    """A pod of anthropic runs on and on."""
    access = _access(stage, PRETRAIN)
    person = stage.person("anthropic", access["datacenter"])
    trainer = pod(TRAINER, _template(access, TPU, FOREVER))
    person.run("apply", "-n", "anthropic", "-f", "-", stdin=_json(trainer))

    def running() -> str:
        found = person.get("pod", TRAINER, "-n", "anthropic")
        node = str(found["spec"].get("nodeName", ""))
        return node if found.get("status", {}).get("phase") == "Running" else ""

    node = stage.notes["trainer's node"] = stage.until(running, 30, "the trainer running")
    return f"running on {node}"


def a_forged_toleration_is_refused(stage: Stage) -> str:
    """As mistral at lake-mariner: anthropic's id in a toleration is refused; its own pod is not."""
    person, forged = stage.person("mistral", "lake-mariner"), _template(_access(stage, PRETRAIN), TPU)
    refused = person.attempt("apply", "-n", "mistral", "-f", "-", stdin=_json(pod("thief", forged)))
    if refused.returncode == 0:
        raise AssertionError("a pod of mistral with anthropic's toleration was admitted")
    return refused.stderr.strip().splitlines()[-1][-120:]


def a_nosy_selector_stays_pending(stage: Stage) -> str:
    """As mistral: a pod that selects anthropic's nodes without their toleration is admitted and never runs."""
    person, template = stage.person("mistral", "lake-mariner"), _template(_access(stage, PRETRAIN), TPU)
    template["spec"]["tolerations"] = []
    person.run("apply", "-n", "mistral", "-f", "-", stdin=_json(pod("nosy", template)))

    def unschedulable() -> str:
        found = person.get("pod", "nosy", "-n", "mistral")
        conditions = found.get("status", {}).get("conditions", [])
        said = [each.get("message", "") for each in conditions if each.get("reason") == "Unschedulable"]
        return said[0][:100] if said and not found["spec"].get("nodeName") else ""

    return "Pending: " + stage.until(unschedulable, 20, "the nosy pod Unschedulable")


def _json(document: Document) -> str:
    return json.dumps(document)
