"""What the third act tells besides where sites have companions: jobs that name a queue, and nothing else."""

from __future__ import annotations

import json

from holdfast.hardware.names import QUEUE_LABEL
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import Document, job, pod_template
from holdfast_lab.story.promises import FINETUNE
from holdfast_lab.story.reading import is_true, nodes_of_pods
from holdfast_lab.story.running import GPU, own_nodes
from holdfast_lab.testing import Kubectl

SITE, HOSTS = "abernathy", 36
NOWHERE: Document = {"nodeSelector": {}, "tolerations": []}


def a_job_runs_by_queue(context: Context) -> str:
    """As mistral: a Job that says no more than its reservation's queue runs on all of its hosts."""
    whole = _named(context, job("queued", HOSTS, _anywhere()))
    return _done(context, whole, "job", "Complete", "job-name=queued")


def a_jobset_runs_by_queue(context: Context) -> str:
    """As mistral: a JobSet of two jobs does, too, a domain's worth of pods each."""
    spec = {"replicas": 2, "name": "half", "template": {"spec": job("half", HOSTS // 2, _anywhere())["spec"]}}
    whole = {
        "apiVersion": "jobset.x-k8s.io/v1alpha2",
        "kind": "JobSet",
        "metadata": {"name": "queued"},
        "spec": {"replicatedJobs": [spec]},
    }
    named = _named(context, whole)
    return _done(context, named, "jobset", "Completed", "jobset.sigs.k8s.io/jobset-name=queued")


def _anywhere() -> Document:
    """A pod that does not say where it runs."""
    template = pod_template(NOWHERE, GPU)
    template["spec"]["tolerations"] = []
    return template


def _named(context: Context, whole: Document) -> Document:
    """The object with the name of its queue, once that is there."""
    person, queue = _person(context), FINETUNE.partition("/")[2]
    context.until(
        lambda: "there" if person.attempt("get", "localqueue", queue).returncode == 0 else "",
        20,
        f"LocalQueue {queue}",
    )
    whole["metadata"]["labels"] = {QUEUE_LABEL: queue}
    return whole


def _person(context: Context) -> Kubectl:
    return context.person(FINETUNE.partition("/")[0], SITE)


def _done(context: Context, whole: Document, kind: str, condition: str, pods: str) -> str:
    person = _person(context)
    person.run("apply", "-f", "-", stdin=json.dumps(whole))
    seen: set[str] = set()

    def done() -> str:
        seen.update(nodes_of_pods(person, "mistral", pods))
        return "done" if is_true(person.get(kind, whole["metadata"]["name"]), condition) else ""

    context.until(done, 60, f"the {kind} of {FINETUNE} done")
    if not seen or seen - own_nodes(context, FINETUNE, SITE):
        raise AssertionError(f"pods of {FINETUNE} ran on {sorted(seen)}, not on its own hosts alone")
    return f"{FINETUNE}: by queue name alone, on {len(seen)} of its own hosts"
