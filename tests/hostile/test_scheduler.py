"""Pods that are admitted and still reach nobody else's host: the scheduler keeps them on their own, or waiting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.documents import Document, Edit, changed, edit, edits, unique
from tests.guards.server import ENGINEER
from tests.hostile.attack import Attack, filled, play
from tests.hostile.pod_attacks import away_from
from tests.hostile.pod_specs import CORE, SELECTOR, created, lawful, tolerating
from tests.hostile.rules import Switches
from tests.hostile.standing import where
from tests.hostile.test_rules import RULES
from tests.hostile.world import HOSTS, SITE, SYSTEM_NODE, World, done, open_hosts, until

HOSTNAME = "kubernetes.io/hostname"


def started(world: World, who: str, change: Edit) -> str:
    """A pod of a tenant, admitted; its name."""
    name = unique("pod")
    spec = json.loads(filled(world, json.dumps(changed(lawful(who), change))))
    done(
        world.person(who, "site").call(
            "POST", f"{CORE}/namespaces/{who}/pods", {"metadata": {"name": name}, "spec": spec}
        )
    )
    return name


def unschedulable(world: World, who: str, name: str) -> str:
    """Why the scheduler has no place for it; empty while it has not looked."""
    found = done(world.site.call("GET", f"{CORE}/namespaces/{who}/pods/{name}"))
    assert not found["spec"].get("nodeName"), "it was given a node"
    said = [
        each.get("message", "")
        for each in found["status"].get("conditions", [])
        if each.get("reason") == "Unschedulable"
    ]
    return "".join(said)


def required(key: str, value: str) -> Document:
    """Affinity to nodes with this label."""
    term = {"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}


CONTAINED = [
    ("selects a neighbour's reservation", edits(edit("nodeSelector", {SELECTOR: "UID-OF-anthropic"}))),
    ("selects a neighbour's without toleration", edits(
        edit("nodeSelector", {SELECTOR: "UID-OF-anthropic"}), edit("tolerations", []))),
    ("has affinity to a neighbour's host", edit("affinity", required(HOSTNAME, "NODE-OF-anthropic"))),
    ("has affinity to the system's node", edit("affinity", required(HOSTNAME, SYSTEM_NODE))),
    ("has affinity to a closed host", edit("affinity", required(HOSTNAME, f"gke-{HOSTS[3]}"))),
    ("selects the system's pool, too", edit("nodeSelector", "cloud.google.com/gke-nodepool", "system")),
    ("selects nodes declared for its tenant, of which there are none", edit(
        "nodeSelector", {"holdfast.node-restriction.kubernetes.io/tenant": "mistral"})),
    ("asks for more chips than a host of its own has", lambda spec: spec["containers"][0].update(
        resources={"limits": {"nvidia.com/gpu": "9"}})),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change"), CONTAINED, ids=[what for what, _ in CONTAINED])
def test_a_pod_stays_pending_that(world: World, what: str, change: Edit) -> None:
    name = started(world, "mistral", change)
    until(lambda: unschedulable(world, "mistral", name), f"a pod that {what} is Unschedulable")


def test_each_tenants_pod_runs_on_its_own_host(world: World) -> None:
    for name in ("mistral", "anthropic", "mallory"):
        assert where(world, name, "train") in open_hosts(world, name)


@pytest.mark.parametrize("way", ["Job", "Deployment", "StatefulSet", "ReplicaSet"])
def test_whatever_makes_the_pods_they_run_on_the_tenants_own_host(world: World, way: str) -> None:
    request = created("mallory", way, lawful("mallory"))
    stored = done(play(world, Attack("", "mallory", "site", "", "", request)))
    uid = stored["metadata"]["uid"]
    until(
        lambda: _nodes_of(world, "mallory", uid) == set(open_hosts(world, "mallory")),
        f"the pods of a {way} run",
    )


def test_pods_that_come_by_the_clock_run_there_too(world: World) -> None:
    """Each minute: the controller's shortest. What it would run elsewhere is refused where it is written."""
    nightly = created("mallory", "CronJob", lawful("mallory"))
    body = changed(json.loads(json.dumps(nightly.body)), edit("spec", "schedule", "* * * * *"))
    made = done(play(world, Attack("", "mallory", "site", "", "", replace(nightly, body=body))))
    jobs = "/apis/batch/v1/namespaces/mallory/jobs"
    owner = {made["metadata"]["uid"]}

    def ran() -> bool:
        found = [
            one["metadata"]["uid"]
            for one in done(world.site.call("GET", jobs))["items"]
            if _owned(one, owner)
        ]
        return any(_nodes_of(world, "mallory", uid) == set(open_hosts(world, "mallory")) for uid in found)

    until(ran, "the pods of a CronJob run", 90)
    done(world.site.call("DELETE", f"/apis/batch/v1/namespaces/mallory/cronjobs/{made['metadata']['name']}"))


def _nodes_of(world: World, who: str, owner: str) -> set[str]:
    pods = done(world.site.call("GET", f"{CORE}/namespaces/{who}/pods"))["items"]
    sets = done(world.site.call("GET", f"/apis/apps/v1/namespaces/{who}/replicasets"))["items"]
    owners = {owner} | {one["metadata"]["uid"] for one in sets if _owned(one, {owner})}
    return {pod["spec"].get("nodeName", "") for pod in pods if _owned(pod, owners)}


def _owned(one: Document, owners: set[str]) -> bool:
    return any(each["uid"] in owners for each in one["metadata"].get("ownerReferences", []))


@pytest.fixture
def declared(world: World) -> Iterator[str]:
    """The last host, declared for mistral by a platform engineer instead of being sold."""
    node = f"{CORE}/nodes/gke-{HOSTS[3]}"
    before = done(world.site.call("GET", node))["spec"]["taints"]
    own = {"key": "holdfast.dev/tenant", "value": "mistral", "effect": "NoExecute"}
    label = "holdfast.node-restriction.kubernetes.io/tenant"
    spec = {"spec": {"taints": [own]}}
    done(
        world.site.call(
            "PATCH",
            node,
            {"metadata": {"labels": {label: "mistral", "holdfast.dev/pool": None}}, **spec},
            ENGINEER,
        )
    )
    yield f"gke-{HOSTS[3]}"
    back = {
        "metadata": {"labels": {label: None, "holdfast.dev/pool": f"{SITE}.h200-a"}},
        "spec": {"taints": before},
    }
    done(world.site.call("PATCH", node, back))


def test_a_node_declared_for_a_tenant_takes_its_pods(world: World, declared: str) -> None:
    own = {"key": "holdfast.dev/tenant", "value": "mistral"}
    select = edit("nodeSelector", {"holdfast.node-restriction.kubernetes.io/tenant": "mistral"})
    name = started(world, "mistral", edits(select, edit("tolerations", [own])))
    until(lambda: where(world, "mistral", name) == declared, "it runs on the declared node")


AWAY_FROM_VICTIMS = {
    "labelSelector": {"matchLabels": {"app": "victim"}},
    "namespaceSelector": {},
    "topologyKey": "topology.kubernetes.io/zone",
}


@pytest.fixture
def without_the_rule(world: World) -> Iterator[None]:
    """All hosts in one zone, and the rule on affinities off."""
    for host in HOSTS:
        zone = {"metadata": {"labels": {"topology.kubernetes.io/zone": "us-east4-b"}}}
        done(world.site.call("PATCH", f"{CORE}/nodes/gke-{host}", zone))
    switches = Switches(world)
    switches.off(next(each for each in RULES if each.place == "site" and "of other namespaces" in each.words))
    request = created("mallory", "Job", changed(lawful("mallory"), away_from(namespaceSelector={})))
    until(
        lambda: play(world, Attack("", "mallory", "site", "", "", request), dry=True).accepted, "the rule off"
    )
    yield
    switches.off()


@pytest.mark.usefixtures("without_the_rule")
def test_anti_affinity_across_namespaces_would_close_the_zone_to_a_neighbour(world: World) -> None:
    """Why there is a rule: without it, one pod of mallory keeps anthropic's next pod from its own host."""
    term = {"requiredDuringSchedulingIgnoredDuringExecution": [AWAY_FROM_VICTIMS]}
    guard = started(world, "mallory", edit("affinity", {"podAntiAffinity": term}))
    until(lambda: where(world, "mallory", guard), "mallory's pod runs")
    victim = _victim(world)
    until(lambda: "anti-affinity" in unschedulable(world, "anthropic", victim), "anthropic's pod is kept out")
    done(world.site.call("DELETE", f"{CORE}/namespaces/mallory/pods/{guard}"))
    until(lambda: where(world, "anthropic", victim), "and comes in when mallory's has gone")


def _victim(world: World) -> str:
    spec = json.loads(filled(world, json.dumps(lawful("anthropic"))))
    pod = {"metadata": {"name": unique("victim"), "labels": {"app": "victim"}}, "spec": spec}
    return str(
        done(world.person("anthropic", "site").call("POST", f"{CORE}/namespaces/anthropic/pods", pod))[
            "metadata"
        ]["name"]
    )


def test_a_toleration_is_of_use_only_where_the_label_is(world: World) -> None:
    """The lawful toleration of one's own reservation opens no node of another's: values differ."""
    name = started(
        world,
        "anthropic",
        edits(
            edit("nodeSelector", {SELECTOR: "UID-OF-mistral"}), edit("tolerations", [tolerating("anthropic")])
        ),
    )
    until(lambda: unschedulable(world, "anthropic", name), "Unschedulable")
