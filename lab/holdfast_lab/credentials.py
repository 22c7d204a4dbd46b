"""Who may talk to the lab's clusters, beside the lab itself: one kubeconfig per identity.

    <state>/kubeconfig                           platform engineer: hub (current) and every datacenter
    <state>/credentials/planner.kubeconfig       hub: service account planner
    <state>/credentials/agent-<dc>.kubeconfig    contexts `hub` and `site`, the agent's two accounts
    <state>/credentials/<tenant>.kubeconfig      a tenant's person: hub (current) and every datacenter

People enter with certificates, programs with tokens of service accounts, as on real clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from holdfast_lab import clock
from holdfast_lab.calls import AdminCalls
from holdfast_lab.certificates import Subject, issue
from holdfast_lab.control_plane.cluster import HUB, Cluster
from holdfast_lab.control_plane.keys import PLATFORM_ENGINEER, read_pair
from holdfast_lab.control_plane.kubeconfigs import access
from holdfast_lab.errors import LabError
from holdfast_lab.kubeconfig import Access, write_kubeconfig
from holdfast_lab.state import StateFolder

SYSTEM_NAMESPACE = "holdfast-system"
AGENTS_NAMESPACE = "holdfast-agents"
_TOKEN_SECONDS = 30 * 24 * 3600

Clusters = Mapping[str, Cluster]


def write_people(state: StateFolder, clusters: Clusters, tenants: Mapping[str, str]) -> None:
    """The platform engineer's kubeconfig, to which `lab env` points, and those of tenants (to group)."""
    name = PLATFORM_ENGINEER.name
    accesses = [access(cluster, read_pair(cluster, name)) for cluster in _hub_first(clusters)]
    write_kubeconfig(state.kubeconfig, accesses)
    for tenant, group in tenants.items():
        write_tenant(state, clusters, Subject(tenant, groups=(group,)), clock.now())


def write_accounts(state: StateFolder, clusters: Clusters) -> None:
    """The planner's kubeconfig and every agent's."""
    hub = clusters[HUB]
    planner = service_account(hub, SYSTEM_NAMESPACE, "planner")
    write_kubeconfig(planner_file(state), [planner])
    for cluster in _sites(clusters):
        there = service_account(hub, AGENTS_NAMESPACE, cluster.name, context="hub")
        here = service_account(cluster, SYSTEM_NAMESPACE, "agent", context="site")
        write_kubeconfig(agent_file(state, cluster.name), [there, here])


def accounts_written(state: StateFolder, clusters: Clusters) -> bool:
    """Whether `write_accounts` has come to its end for these clusters."""
    files = [planner_file(state), *(agent_file(state, cluster.name) for cluster in _sites(clusters))]
    return all(file.exists() for file in files)


def planner_file(state: StateFolder) -> Path:
    """The operator's kubeconfig."""
    return state.credentials / "planner.kubeconfig"


def agent_file(state: StateFolder, site: str) -> Path:
    """The kubeconfig of a datacenter's agent."""
    return state.credentials / f"agent-{site}.kubeconfig"


def write_tenant(state: StateFolder, clusters: Clusters, tenant: Subject, now: datetime) -> None:
    """A person of a tenant: the same name and group everywhere, a certificate per cluster, the tenant's namespace."""
    accesses = []
    for cluster in _hub_first(clusters):
        pair = issue(read_pair(cluster, "cluster-authority"), tenant, now)
        namespace = _namespace_of(cluster, tenant.name)
        accesses.append(replace(access(cluster, pair), namespace=namespace))
    write_kubeconfig(state.credentials / f"{tenant.name}.kubeconfig", accesses)


def _namespace_of(cluster: Cluster, tenant: str) -> str:
    """The namespace the cluster's labels give the tenant; the one called like the tenant where none is known.

    At a site there is only that one. On the hub platform engineers call it as they like; the first by name counts.
    """
    path = f"/api/v1/namespaces?labelSelector=holdfast.dev%2Ftenant%3D{tenant}"
    try:
        answer = AdminCalls(cluster).get(path)
    except OSError:
        return tenant
    found = answer.body["items"] if answer.status == 200 else []
    return min((each["metadata"]["name"] for each in found), default=tenant)


def service_account(cluster: Cluster, namespace: str, name: str, context: str = "") -> Access:
    """A token of the account, good for 30 days; account and namespace are made where missing."""
    calls = AdminCalls(cluster)
    _create(calls, "/api/v1/namespaces", "Namespace", namespace)
    accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    _create(calls, accounts, "ServiceAccount", name)
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _TOKEN_SECONDS},
    }
    answer = calls.create(f"{accounts}/{name}/token", request)
    if answer.status != 201:
        raise LabError(f"{cluster.name} gave no token for {namespace}/{name}: {answer.body}")
    return access(cluster, str(answer.body["status"]["token"]), context)


def _create(calls: AdminCalls, collection: str, kind: str, name: str) -> None:
    answer = calls.create(collection, {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}})
    if answer.status not in (201, 409):
        raise LabError(f"the API refused {kind} {name}: {answer.body}")


def _hub_first(clusters: Clusters) -> list[Cluster]:
    return sorted(clusters.values(), key=lambda cluster: (cluster.name != HUB, cluster.name))


def _sites(clusters: Clusters) -> list[Cluster]:
    return [cluster for cluster in _hub_first(clusters) if cluster.has_nodes]
