"""What the hub's policies refuse, each beside the same act once its reason is gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.documents import UID, Document, changed, document, edit, entry, grant, ledger, pool, unique
from tests.guards.server import (
    DEFINITIONS,
    ENGINEER,
    PLANNER,
    Answer,
    Identity,
    Server,
    address,
    service_account,
)

DEFINITION = f"{DEFINITIONS}/stackseals.holdfast.dev"
AGENT = service_account("holdfast-agents", "ny")
LEASES = "/apis/coordination.k8s.io/v1/namespaces/holdfast-agents/leases"
PATIENCE_SECONDS = 20.0


def planned(hub: Server, declared: Document, **over: Any) -> Document:
    """A stored pool with a ledger."""
    made = hub.create(declared)
    assert made.message == ""
    answer = hub.replace({**made.document, "status": ledger(**over)}, "/status", PLANNER)
    assert answer.message == ""
    return answer.document


def emptied(hub: Server, stored: Document) -> Document:
    """The pool after its promise was released and its units were freed."""
    for promises in ({UID: entry(state="Releasing", round=2)}, {}):
        change = {"promises": promises, "units": {}}
        stored = hub.replace(
            {**stored, "status": {**stored["status"], **change}}, "/status", PLANNER
        ).document
    return stored


QUARANTINED = {"grant": 1, "state": "Quarantined", "since": 1}


def eventually(hub: Server, act: Callable[[], Answer]) -> Answer:
    """The answer once the server's cache, from which it reads other objects, has caught up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := act()).accepted and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


def report(name: str, datacenter: str = "ny") -> Document:
    """A report without units."""
    return document("PoolReport", name, {"datacenter": datacenter})


def test_a_pool_in_use_is_not_deleted_and_names_its_reservations(hub: Server) -> None:
    stored = planned(hub, pool())
    assert "still backs research/pretrain-q1" in hub.delete(stored, ENGINEER).message
    assert hub.delete(emptied(hub, stored), ENGINEER).accepted


def test_a_pool_with_nothing_but_a_quarantined_unit_is_not_deleted(hub: Server) -> None:
    stored = planned(hub, pool(), promises={}, units={"u0": QUARANTINED})
    assert "1 units in hand" in hub.delete(stored, ENGINEER).message


@pytest.mark.parametrize(
    ("what", "why", "wrong", "right"),
    [
        (
            "a granted unit",
            "cannot be removed from the pool; holdfast status says whose it is",
            "u0",
            "u1",
        ),
        (
            "one unit more than peak",
            "smaller than what is promised from it at its peak; holdfast status says by whom",
            "u1 u2 u3 u4 u5 u6",
            "u3 u4 u5 u6 u7",
        ),
    ],
)
def test_removing_units(hub: Server, what: str, why: str, wrong: str, right: str) -> None:
    stored = planned(hub, pool(), asOf=2000, units={"u0": grant()})

    def without(names: str) -> Document:
        return changed(stored, lambda new: [new["spec"]["units"].pop(name) for name in names.split()])

    assert why in hub.replace(without(wrong), who=ENGINEER).message, what
    assert hub.replace(without(right), who=ENGINEER).message == ""


def test_a_unit_not_yet_clean_is_not_removed(hub: Server) -> None:
    stored = planned(hub, pool(), promises={}, peak=0, units={"u0": QUARANTINED})
    without = changed(stored, lambda new: new["spec"]["units"].pop("u0"))
    assert "cannot be removed from the pool" in hub.replace(without, who=ENGINEER).message
    freed = hub.replace(changed(stored, edit("status", "units", {})), "/status", PLANNER).document
    without = changed(freed, lambda new: new["spec"]["units"].pop("u0"))
    assert hub.replace(without, who=ENGINEER).message == ""


def test_the_ledger_cannot_be_wiped_through_the_main_path(hub: Server) -> None:
    stored = planned(hub, pool())
    answer = hub.replace(changed(stored, edit("status", None)), who=ENGINEER)
    assert answer.document["status"] == stored["status"]


def test_a_pool_keeps_its_shape_and_its_name_says_where_it_stands(hub: Server) -> None:
    stored = hub.create(pool()).document
    assert "declare another pool" in hub.replace(changed(stored, edit("spec", "chipsPerUnit", 4))).message
    stray = changed(pool(), edit("metadata", "name", unique("tx.")))
    assert "named <datacenter>.<block>" in hub.create(stray).message


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("Reserved", "Spot", "declare another pool"),
        ("Queued", "OnDemand", "declare another pool"),
        ("OnDemand", "Reserved", ""),
        ("Spot", "FlexStart", ""),
    ],
)
def test_what_is_promised_and_what_may_be_taken_back_never_turn_into_one_another(
    hub: Server, before: str, after: str, message: str
) -> None:
    stored = hub.create(changed(pool(), edit("spec", "provisioningModel", before))).document
    answer = hub.replace(changed(stored, edit("spec", "provisioningModel", after))).message
    assert (message in answer) if message else (answer == "")


def test_a_pool_being_deleted_takes_no_new_promise(hub: Server) -> None:
    held = changed(pool(), edit("metadata", "finalizers", ["holdfast.dev/test"]))
    made = hub.create(held).document
    hub.delete(made)
    going = hub.call("GET", address(made)).document
    full, empty = ({**going, "status": ledger(promises=p)} for p in ({UID: entry()}, {}))
    assert "takes no new promise" in hub.replace(full, "/status", PLANNER).message
    assert hub.replace(empty, "/status", PLANNER).accepted
    last = hub.call("GET", address(made)).document
    assert hub.replace(changed(last, edit("metadata", "finalizers", [])), who=ENGINEER).accepted


def test_a_definition_is_not_deleted(hub: Server) -> None:
    assert "annotate it with holdfast.dev/decommission" in hub.call("DELETE", DEFINITION).message


def test_a_seal_stays_while_a_pool_of_its_stack_has_promises(hub: Server) -> None:
    stored, other = planned(hub, pool()), planned(hub, pool())
    name = unique("stack")
    seal = document("StackSeal", name, {"stack": name, "pools": [stored["metadata"]["name"]]})
    assert hub.create(seal, ENGINEER).message == ""
    time.sleep(1)
    assert f"its pool {stored['metadata']['name']} still backs" in hub.delete(seal, ENGINEER).message
    emptied(hub, stored)
    assert eventually(hub, lambda: hub.delete(seal, ENGINEER)).message == "", other


def test_a_datacenter_stays_while_a_pool_names_it(hub: Server) -> None:
    name = unique("dc")
    spec = {"siteKind": "kubernetes", "region": "here", "powerMegawatts": 1, "lifecycle": "Operational"}
    site = document("Datacenter", name, spec)
    assert hub.create(site, ENGINEER).message == ""
    standing = hub.create(pool(f"{name}.{unique()}"), ENGINEER).document
    time.sleep(1)
    assert "still has the pool" in hub.delete(site, ENGINEER).message
    assert hub.delete(standing, ENGINEER).accepted
    assert eventually(hub, lambda: hub.delete(site, ENGINEER)).message == ""


def test_an_agent_reports_only_for_its_own_datacenter(hub: Server) -> None:
    name = unique()
    assert "writes only reports of ny.*" in hub.create(report(f"tx.{name}", "tx"), AGENT).message
    assert "named <datacenter>.<block>" in hub.create(report(f"ny.{name}", "tx"), AGENT).message
    made = hub.create(report(f"ny.{name}"), AGENT)
    assert made.message == ""
    texas = service_account("holdfast-agents", "tx")
    assert "writes only reports of tx.*" in hub.replace(made.document, who=texas).message
    assert hub.replace(made.document, who=AGENT).accepted


def test_an_agent_renews_only_its_own_lease(hub: Server) -> None:
    def lease(name: str) -> Document:
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name},
            "spec": {},
        }

    assert "renews only the Lease ny" in hub.create(lease("tx"), AGENT, LEASES).message
    assert hub.create(lease("ny"), AGENT, LEASES).message == ""


def namespace(name: str, **labels: str) -> Document:
    """A namespace, perhaps a tenant's."""
    named = {"holdfast.dev/tenant": labels["tenant"]} if labels else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": named}}


@pytest.mark.parametrize("who", [ENGINEER, Identity()], ids=["platform engineer", "administrator"])
def test_a_namespace_never_changes_its_tenant(hub: Server, who: Identity) -> None:
    name = unique("ns")
    assert hub.create(namespace(name), who, "/api/v1/namespaces").accepted
    path = f"/api/v1/namespaces/{name}"

    def label(tenant: str | None) -> Answer:
        return hub.call("PATCH", path, {"metadata": {"labels": {"holdfast.dev/tenant": tenant}}}, who)

    assert label("mistral").accepted
    assert "belongs to tenant mistral" in label("anthropic").message
    assert "belongs to tenant mistral" in label(None).message
    assert label("mistral").accepted


def test_a_namespace_of_the_system_is_nobodys(hub: Server) -> None:
    ours = {"metadata": {"labels": {"holdfast.dev/tenant": "mistral"}}}
    assert (
        "cannot belong to a tenant"
        in hub.call("PATCH", "/api/v1/namespaces/holdfast-system", ours, ENGINEER).message
    )
