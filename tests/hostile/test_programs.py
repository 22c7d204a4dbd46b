"""A tenant's own programs: a service account with a role of its making does its work and reaches nobody else."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator

import pytest
from tests.documents import Document, unique
from tests.hostile.attack import Attack, Try, filled, play
from tests.hostile.pod_specs import BATCH, CORE, created, lawful
from tests.hostile.right_attacks import bound
from tests.hostile.world import RBAC, SITE, World, done, open_hosts, until

from holdfast_lab.ports import LOOPBACK

ALL_VERBS = ["get", "list", "watch", "create", "update", "patch", "delete"]
JOBS = [{"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ALL_VERBS}]
HOUR = {"spec": {"expirationSeconds": 3600}}


class Program:
    """A tenant's program at the site, known by the token that its tenant asked for."""

    def __init__(self, world: World, token: str) -> None:
        cluster = world.lab.clusters[SITE]
        tls = ssl.create_default_context(cafile=str(cluster.authority))
        self._head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._line = http.client.HTTPSConnection(LOOPBACK, cluster.ports.apiserver, timeout=30, context=tls)

    def status(self, verb: str, path: str, body: object = None) -> int:
        """How the server answers."""
        self._line.request(verb, path, None if body is None else json.dumps(body), self._head)
        answer = self._line.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        """End the connection."""
        self._line.close()


@pytest.fixture(scope="module")
def pipeline(world: World) -> Iterator[Program]:
    """What mistral's people make by themselves: an account, a role, a binding, a token."""
    people, name = world.person("mistral", "site"), unique("pipeline")
    account = {"kind": "ServiceAccount", "name": name, "namespace": "mistral"}
    role = {"metadata": {"name": name}, "rules": JOBS}
    binding = {**bound("Role", name, account), "metadata": {"name": name}}
    accounts = f"{CORE}/namespaces/mistral/serviceaccounts"
    done(people.call("POST", accounts, {"metadata": {"name": name}}))
    done(people.call("POST", f"{RBAC}/namespaces/mistral/roles", role))
    done(people.call("POST", f"{RBAC}/namespaces/mistral/rolebindings", binding))
    token = done(people.call("POST", f"{accounts}/{name}/token", HOUR))["status"]["token"]
    program = Program(world, str(token))
    until(lambda: program.status("GET", f"{BATCH}/namespaces/mistral/jobs") == 200, "it has its role")
    yield program
    program.close()


def test_it_starts_its_tenants_jobs(world: World, pipeline: Program) -> None:
    asked = created("mistral", "Job", lawful("mistral"))
    body: Document = json.loads(filled(world, json.dumps(asked.body)))
    assert pipeline.status(asked.verb, asked.path, body) == 201


BEYOND = [
    ("GET", f"{CORE}/nodes", None),
    ("GET", f"{CORE}/namespaces/mistral/secrets", None),
    ("GET", f"{BATCH}/namespaces/anthropic/jobs", None),
    ("GET", f"{BATCH}/jobs", None),
    ("POST", f"{CORE}/namespaces/anthropic/serviceaccounts/default/token", HOUR),
    ("POST", f"{RBAC}/namespaces/mistral/roles", {"metadata": {"name": "more"}, "rules": JOBS}),
    ("POST", f"{RBAC}/clusterrolebindings", {"metadata": {"name": "more"}}),
    ("PATCH", f"{CORE}/namespaces/mistral", {}),
]


@pytest.mark.parametrize(("verb", "path", "body"), BEYOND, ids=[f"{verb} {path}" for verb, path, _ in BEYOND])
def test_it_reaches_no_further_than_its_role(pipeline: Program, verb: str, path: str, body: object) -> None:
    assert pipeline.status(verb, path, body) == 403


def test_its_pods_are_held_where_its_tenants_are(world: World, pipeline: Program) -> None:
    asked = created("mistral", "Job", {**lawful("mistral"), "nodeName": open_hosts(world, "anthropic")[0]})
    body: Document = json.loads(filled(world, json.dumps(asked.body)))
    assert pipeline.status(asked.verb, asked.path, body) == 422


LAWFUL = [
    ("the tenant's own role for a program", f"{RBAC}/namespaces/mistral/rolebindings",
     bound("ClusterRole", "holdfast-tenant", {"kind": "ServiceAccount", "name": "default", "namespace": "mistral"})),
    ("a role for all its programs", f"{RBAC}/namespaces/mistral/rolebindings",
     bound("ClusterRole", "holdfast-tenant", {"kind": "Group", "name": "system:serviceaccounts:mistral",
                                              "apiGroup": "rbac.authorization.k8s.io"})),
    ("a network that hears some of its own pods", "/apis/networking.k8s.io/v1/namespaces/mistral/networkpolicies",
     {"metadata": {"name": "calm"}, "spec": {"podSelector": {"matchLabels": {"app": "db"}}, "ingress": [
         {"from": [{"podSelector": {"matchLabels": {"app": "api"}}}]}]}}),
    ("a network that calls nobody", "/apis/networking.k8s.io/v1/namespaces/mistral/networkpolicies",
     {"metadata": {"name": "quiet"}, "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}),
    ("a claim of a device", "/apis/resource.k8s.io/v1/namespaces/mistral/resourceclaims",
     {"metadata": {"name": "one"}, "spec": {"devices": {"requests": [
         {"name": "one", "exactly": {"deviceClassName": "gpu.nvidia.com"}}]}}}),
    ("a budget of disruptions", "/apis/policy/v1/namespaces/mistral/poddisruptionbudgets",
     {"metadata": {"name": "calm"}, "spec": {"maxUnavailable": 0, "selector": {"matchLabels": {"app": "api"}}}}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "path", "body"), LAWFUL, ids=[what for what, _, _ in LAWFUL])
def test_a_tenant_makes(world: World, what: str, path: str, body: Document) -> None:
    answer = play(world, Attack("", "mistral", "site", "", "", Try("POST", path, body)), dry=True)
    assert answer.message == "", what
