"""Programs of our own gone astray: an agent, a planner, held to their place by policies."""

from __future__ import annotations

from collections.abc import Iterator

from tests.documents import UID, document, entry, ledger
from tests.guards.server import ADMIN, OURS, SITE_AGENT, service_account
from tests.hostile.attack import Attack, Try, meta
from tests.hostile.right_attacks import FENCE, labels, role
from tests.hostile.world import BORN_TAINT, CHIP_TAINT, LEAVING, RBAC

AGENT = service_account("holdfast-agents", "lake-mariner")
NODES, HOMES, CONFINEMENT = "holdfast-agent-nodes", "holdfast-agent-namespaces", "holdfast-agent-confinement"


def attacks() -> Iterator[Attack]:
    """All of them, program by program."""
    yield from _the_sites_agent()
    yield from _the_hubs_agent()
    yield from _the_planner()


def _the_sites_agent() -> Iterator[Attack]:
    node = "/api/v1/nodes/gke-host-003"
    for sentence, reason, change in (
        (
            "a node claimed for another pool",
            "writes no label but",
            labels(**{"holdfast.dev/pool": "ny.other"}),
        ),
        (
            "a node with words of its own",
            "writes no annotation but",
            {"metadata": {"annotations": {"a": "b"}}},
        ),
        ("a node without its chips' taint", "writes no taints but", {"spec": {"taints": [BORN_TAINT]}}),
        ("a node without our taint", "always carries the taint", {"spec": {"taints": [CHIP_TAINT]}}),
        ("a cordoned node", "cordoning a node is for people", {"spec": {"unschedulable": True}}),
    ):
        tried = Try("PATCH", node, change)
        yield Attack(sentence, "the site's agent", "site", NODES, reason, tried, (), SITE_AGENT)
    stray = {"metadata": meta("stray", labels={"holdfast.dev/tenant": "mistral"})}
    for sentence, path, made in (
        ("a namespace not named like its tenant", "/api/v1/namespaces", stray),
        (
            "a role in the system's namespace",
            f"{RBAC}/namespaces/kube-system/rolebindings",
            role("ClusterRole", FENCE),
        ),
        (
            "a quota in the system's namespace",
            "/api/v1/namespaces/kube-system/resourcequotas",
            {"metadata": meta("none"), "spec": {"hard": {"pods": "0"}}},
        ),
        (
            "a wall around the system's namespace",
            "/apis/networking.k8s.io/v1/namespaces/kube-system/networkpolicies",
            {"metadata": meta("none"), "spec": {"podSelector": {}}},
        ),
    ):
        tried = Try("POST", path, made)
        yield Attack(
            sentence, "the site's agent", "site", HOMES, "a tenant's own namespace", tried, (), SITE_AGENT
        )


def _the_hubs_agent() -> Iterator[Attack]:
    report = document("PoolReport", "texas.a", {"datacenter": "texas", "units": {}})
    beat = "/apis/coordination.k8s.io/v1/namespaces/holdfast-agents/leases"
    for sentence, reason, tried in (
        (
            "a report on another datacenter",
            "writes only reports of",
            Try("POST", f"{OURS}/poolreports", report),
        ),
        (
            "a heartbeat of another datacenter",
            "renews only the Lease",
            Try("POST", beat, {"metadata": meta("texas"), "spec": {}}),
        ),
    ):
        yield Attack(sentence, "an agent", "hub", CONFINEMENT, reason, tried, (), AGENT)


def _the_planner() -> Iterator[Attack]:
    then = 2_000_000_000
    owed = entry(**{"from": then + 1000, "until": then + 2000, "state": "Prepared"})
    status = ledger(epoch=10**6, asOf=then, granted=0, promises={UID: owed})
    tried = Try("PATCH", f"{OURS}/acceleratorpools/{LEAVING}/status", {"status": status})
    reason, who = "a pool being deleted takes no new promise", "a lost planner"
    yield Attack(
        "a promise in a pool that is leaving",
        who,
        "hub",
        "holdfast-pool-terminating",
        reason,
        tried,
        (),
        ADMIN,
    )
