"""ComputeDomains on a real control plane: real scheduler and claims, NVIDIA's driver played as its source says.

Two tenants hold an NVL72 domain each. A ComputeDomain of one lands on its own hosts alone, serves no neighbour's pods,
and leaves no trace on a host that goes to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import yaml
from tests.companions.world import (
    CHIPS,
    CLIQUES,
    HOSTS,
    SITE,
    World,
    build,
    done,
    nodes_of,
    placed,
    pods_of,
    reserve,
    started,
    template,
    until,
    wait_until_counted,
    whole,
)
from tests.documents import Document, unique
from tests.hostile.world import open_hosts

from holdfast_lab.compute_domains.objects import CHANNEL_CLASS, DRIVER, GROUP, LABEL, NAMESPACE
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.processes import OPERATOR_AND_AGENTS, compute_domain_commands
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
DOMAINS, DEVICES = "/apis/resource.nvidia.com/v1beta1", "/apis/resource.k8s.io/v1"
COUNTED = "count/computedomains.resource.nvidia.com"
JOBS = "/apis/batch/v1/namespaces/mistral/jobs"
RESERVATIONS = "/apis/holdfast.dev/v1alpha1/namespaces/mistral/capacityreservations"
EXAMPLE = MANIFESTS.parent / "examples" / "compute-domain" / "compute-domain.yaml"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Each tenant with its domain, and the driver at the site."""
    processes = (*OPERATOR_AND_AGENTS, compute_domain_commands)
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], processes) as lab:
        world = World(lab, tmp_path_factory.mktemp("people"))
        try:
            build(world, queues=False)
            wait_until_counted(world, COUNTED)
            yield world
        finally:
            world.close()


def domain(world: World, who: str) -> tuple[str, str]:
    """A ComputeDomain that a tenant's person makes, and is let; its uid and name, once its claims can be made."""
    name = unique("cd")
    spec = {"channel": {"resourceClaimTemplate": {"name": name}}}
    made = {"apiVersion": GROUP, "kind": "ComputeDomain", "metadata": {"name": name}, "spec": spec}
    path = f"{DOMAINS}/namespaces/{who}/computedomains"
    uid = str(done(world.person(who, "site").call("POST", path, made))["metadata"]["uid"])
    until(partial(_template, world, who, name), f"the claim template of {name}")
    return uid, name


def _template(world: World, who: str, name: str) -> bool:
    path = f"{DEVICES}/namespaces/{who}/resourceclaimtemplates/{name}"
    return world.person(who, "site").call("GET", path).accepted


def claiming(world: World, who: str, claim: str, app: str, pods: int) -> None:
    """A StatefulSet of a tenant's whose pods claim by a template, one on each host."""
    made = template(restartPolicy="Always", **placed(world, who))
    made["metadata"]["labels"] = {"app": app}
    made["spec"]["resourceClaims"] = [{"name": "channel", "resourceClaimTemplateName": claim}]
    made["spec"]["containers"][0]["resources"] = {"limits": CHIPS, "claims": [{"name": "channel"}]}
    spec = {"replicas": pods, "serviceName": app, "selector": {"matchLabels": {"app": app}}, "template": made}
    sets = f"/apis/apps/v1/namespaces/{who}/statefulsets"
    started(
        world, who, sets, {"metadata": {"name": app}, "spec": {**spec, "podManagementPolicy": "Parallel"}}
    )


def running(world: World, who: str, app: str) -> set[str]:
    """The hosts on which a tenant's pods run."""
    return nodes_of([pod for pod in pods_of(world, who, f"app={app}") if pod["status"]["phase"] == "Running"])


def labelled(world: World) -> dict[str, str]:
    """By host the ComputeDomain that it serves."""
    found = done(world.site.call("GET", "/api/v1/nodes"))["items"]
    marks = {one["metadata"]["name"]: one["metadata"]["labels"].get(LABEL, "") for one in found}
    return {host: uid for host, uid in marks.items() if uid}


def daemons(world: World) -> set[str]:
    """The hosts on which IMEX daemons run."""
    return nodes_of(list(done(world.site.call("GET", f"/api/v1/namespaces/{NAMESPACE}/pods"))["items"])) - {
        ""
    }


def test_the_example_runs_as_it_stands_and_lands_on_its_own_hosts_alone(world: World) -> None:
    person, own = world.person("mistral", "site"), set(open_hosts(world, "mistral"))
    cd, job = yaml.safe_load_all(EXAMPLE.read_text().replace("RESERVATION-UID", world.held["mistral"]))
    job["spec"]["template"]["metadata"]["annotations"] = {"lab.holdfast.dev/run-seconds": "600"}
    for path, one in ((f"{DOMAINS}/namespaces/mistral/computedomains", cd), (JOBS, job)):
        done(person.call("POST", path, one))
    until(lambda: running(world, "mistral", "ranks") == own, "a rank on each host of the domain")
    assert set(labelled(world)) == daemons(world) == own
    until(lambda: status(world, "ranks").get("status") == "Ready", "the domain is Ready")
    nodes = status(world, "ranks")["nodes"]
    assert {node["name"] for node in nodes} == own
    assert {node["cliqueID"] for node in nodes} == {told(world, "mistral")} <= set(CLIQUES)
    done(person.call("DELETE", f"{JOBS}/ranks?propagationPolicy=Background"))
    until(lambda: not labelled(world) and not daemons(world), "no label and no daemon where nothing claims")


def status(world: World, name: str) -> Document:
    """What a tenant reads of its ComputeDomain."""
    path = f"{DOMAINS}/namespaces/mistral/computedomains/{name}"
    return dict(done(world.person("mistral", "site").call("GET", path)).get("status", {}))


def told(world: World, who: str) -> str:
    """The domain that a tenant reads of its unit."""
    path = f"/apis/holdfast.dev/v1alpha1/namespaces/{who}/reservedhosts"
    (unit,) = done(world.person(who, "site").call("GET", path))["items"]
    return str(unit["spec"]["domain"])


def test_a_neighbours_domain_prepares_no_claim_of_ones_own(world: World) -> None:
    theirs = domain(world, "anthropic")[0]
    for who in ("anthropic", "mistral"):
        path = f"{DEVICES}/namespaces/{who}/resourceclaimtemplates"
        started(
            world, who, path, {"metadata": {"name": "by-hand"}, "spec": {"spec": {"devices": claim(theirs)}}}
        )
        claiming(world, who, "by-hand", "by-hand", 1)
    until(
        lambda: running(world, "anthropic", "by-hand"),
        "whose domain it is, is served by a claim of its own hand",
    )
    until(lambda: "namespace is different" in said(world, "mistral"), "the driver says why not")
    assert running(world, "mistral", "by-hand") == set()
    assert not set(labelled(world)) & set(open_hosts(world, "mistral"))
    gone(world, "by-hand", "anthropic", "mistral")


def claim(uid: str) -> Document:
    """A claim of a channel of a ComputeDomain, as the driver's own templates have it."""
    config: dict[str, Any] = {"apiVersion": GROUP, "kind": "ComputeDomainChannelConfig", "domainID": uid}
    return {
        "requests": [{"name": "channel", "exactly": {"deviceClassName": CHANNEL_CLASS}}],
        "config": [{"opaque": {"driver": DRIVER, "parameters": config}}],
    }


def gone(world: World, app: str, *tenants: str) -> None:
    """Take a StatefulSet away and wait for the end of its pods."""
    for who in tenants:
        done(world.person(who, "site").call("DELETE", f"/apis/apps/v1/namespaces/{who}/statefulsets/{app}"))
    for who in tenants:
        until(partial(_none_left, world, who, app), f"the pods of {app} of {who} gone")


def _none_left(world: World, who: str, app: str) -> bool:
    return not pods_of(world, who, f"app={app}")


def said(world: World, who: str) -> str:
    """What a tenant reads in its namespace."""
    found = done(world.person(who, "site").call("GET", f"/api/v1/namespaces/{who}/events"))["items"]
    return " ".join(one.get("message") or "" for one in found)


def test_a_host_goes_on_once_its_former_tenants_domain_has_left_it(world: World) -> None:
    name = domain(world, "mistral")[1]
    claiming(world, "mistral", name, "last", HOSTS)
    own = set(open_hosts(world, "mistral"))
    until(lambda: running(world, "mistral", "last") == own == daemons(world), "a rank on each host")
    done(world.person("mistral", "hub").call("DELETE", f"{RESERVATIONS}/train"))
    until(lambda: not set(labelled(world)) & own and not daemons(world) & own, "label and daemons gone", 90)
    world.held["mistral"] = reserve(world, "mistral", "next")
    until(lambda: whole(world, "mistral"), "the domain open for the next", 120)
    assert not daemons(world) & own
