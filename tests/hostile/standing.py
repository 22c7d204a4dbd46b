"""What the tenants run before anybody attacks: a pod on their own host, one that waits for a host that is not there,
a Deployment that makes no pod yet, a suspended Job and a gated pod that do not say where they are to run, a claim that
no pod uses."""

from __future__ import annotations

import json
from functools import partial

from tests.hostile.attack import filled
from tests.hostile.own_attacks import CHANNEL_CLASS, DEVICES, asking
from tests.hostile.pod_specs import APPS, BATCH, CORE, lawful
from tests.hostile.world import TENANTS, World, done, until

CALM = {"app": "calm"}


def run(world: World) -> None:
    """Each tenant starts them with its own identity, and the first pod runs."""
    for name in TENANTS:
        spec = json.loads(filled(world, json.dumps(lawful(name))))
        nowhere = {**spec, "nodeSelector": {**spec["nodeSelector"], "kubernetes.io/hostname": "nowhere"}}
        template = {"metadata": {"labels": CALM}, "spec": spec}
        calm = {"replicas": 0, "selector": {"matchLabels": CALM}, "template": template}
        person = world.person(name, "site")
        gated = {**spec, "nodeSelector": {}, "schedulingGates": [{"name": "kueue.x-k8s.io/admission"}]}
        for called, what in (("train", spec), ("waits", nowhere), ("gated", gated)):
            pod = {"metadata": {"name": called, "labels": {"app": called}}, "spec": what}
            done(person.call("POST", f"{CORE}/namespaces/{name}/pods", pod))
        idle = {"metadata": {"name": "idle"}, "spec": {"devices": asking(CHANNEL_CLASS)}}
        done(person.call("POST", f"{DEVICES}/namespaces/{name}/resourceclaims", idle))
        deployment = {"metadata": {"name": "calm"}, "spec": calm}
        done(person.call("POST", f"{APPS}/namespaces/{name}/deployments", deployment))
        anywhere = {**spec, "restartPolicy": "Never", "nodeSelector": {}}
        sleeping = {"suspend": True, "template": {"spec": anywhere}}
        done(
            person.call(
                "POST", f"{BATCH}/namespaces/{name}/jobs", {"metadata": {"name": "sleeps"}, "spec": sleeping}
            )
        )
    for name in TENANTS:
        until(partial(where, world, name, "train"), f"the pod of {name} runs")


def where(world: World, tenant: str, pod: str) -> str:
    """The node on which a tenant's pod runs; empty while it does not."""
    found = done(world.site.call("GET", f"{CORE}/namespaces/{tenant}/pods/{pod}"))
    return str(found["spec"].get("nodeName", "")) if found["status"].get("phase") == "Running" else ""
