"""What a tenant's people may do in their namespace at a site, kind by kind, whether the site serves the kind or not."""

from __future__ import annotations

import pytest
from tests.documents import unique
from tests.guards.server import SITE_AGENT, Identity, Server
from tests.guards.test_rights import acts, allowed, binding, bindings

from holdfast_lab.polling import poll

MILA = Identity("mila", ("mistral", "system:authenticated"))
WRITES = "get list watch create update patch delete"


@pytest.fixture(scope="module")
def home(site: Server) -> str:
    """A tenant's namespace with its people's role, as the agent makes it."""
    name = unique("tenant")
    space = {"metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}}}
    assert site.call("POST", "/api/v1/namespaces", space, SITE_AGENT).message == ""
    people = binding("holdfast-tenant", "Group", "mistral")
    assert site.call("POST", bindings(name), people, SITE_AGENT).message == ""
    assert poll(
        lambda: allowed(site, MILA, "get jobs.batch", name), 20
    )  # a right counts a moment after it is stored
    return name


MAY = [
    (WRITES, "jobs.batch cronjobs.batch deployments.apps statefulsets.apps poddisruptionbudgets.policy"),
    (WRITES, "jobsets.jobset.x-k8s.io leaderworkersets.leaderworkerset.x-k8s.io"),
    (WRITES, "rayclusters.ray.io rayjobs.ray.io rayservices.ray.io computedomains.resource.nvidia.com"),
    (WRITES, "resourceclaims.resource.k8s.io resourceclaimtemplates.resource.k8s.io"),
    (WRITES, "serviceaccounts.core roles.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io"),
    (WRITES, "networkpolicies.networking.k8s.io"),
    ("create", "serviceaccounts/token.core"),
    ("get list watch", "localqueues.kueue.x-k8s.io workloads.kueue.x-k8s.io"),
]
MAY_NOT = [
    ("create update patch delete", "localqueues.kueue.x-k8s.io workloads.kueue.x-k8s.io resourcequotas.core"),
    (WRITES, "clusterqueues.kueue.x-k8s.io resourceflavors.kueue.x-k8s.io topologies.kueue.x-k8s.io"),
    (WRITES, "cohorts.kueue.x-k8s.io admissionchecks.kueue.x-k8s.io workloadpriorityclasses.kueue.x-k8s.io"),
    ("update patch", "workloads/status.kueue.x-k8s.io jobs/status.batch jobsets/status.jobset.x-k8s.io"),
    ("update patch", "resourceclaims/status.resource.k8s.io computedomains/status.resource.nvidia.com"),
    ("create", "daemonsets.apps pods/binding.core pods/ephemeralcontainers.core pods/eviction.core"),
    ("bind escalate", "roles.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io"),
    ("impersonate", "serviceaccounts.core users.core groups.core"),
    ("deletecollection", "networkpolicies.networking.k8s.io rolebindings.rbac.authorization.k8s.io"),
]


@pytest.mark.parametrize(("verbs", "plurals"), MAY)
def test_a_tenant_may(site: Server, home: str, verbs: str, plurals: str) -> None:
    assert [act for act in acts(verbs, plurals) if not allowed(site, MILA, act, home)] == []


@pytest.mark.parametrize(("verbs", "plurals"), MAY_NOT)
def test_a_tenant_may_not(site: Server, home: str, verbs: str, plurals: str) -> None:
    assert [act for act in acts(verbs, plurals) if allowed(site, MILA, act, home)] == []


@pytest.mark.parametrize(("verbs", "plurals"), MAY)
def test_nothing_of_it_in_anothers_namespace(site: Server, home: str, verbs: str, plurals: str) -> None:
    assert home
    assert [act for act in acts(verbs, plurals) if allowed(site, MILA, act, "default")] == []
