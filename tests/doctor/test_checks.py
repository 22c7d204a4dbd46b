"""Each thing that can be wrong with an installation is found, named and given a remedy; and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doctor.healthy import NOW, Change, examined, full, lease
from tests.documents import edit

from holdfast.cluster.transport.errors import Refused, Unavailable
from holdfast.doctor.checks import CHECKS
from holdfast.doctor.finding import Weight

CRD, POOL_CRD = "customresourcedefinitions", "acceleratorpools.holdfast.dev"
POLICIES, BINDINGS = "validatingadmissionpolicies", "validatingadmissionpolicybindings"
GUARD, WINDOW = "holdfast-pool-in-use", "holdfast-reservation-window"
SCHEMA = ("spec", "versions", [{"name": "v1alpha1"}])
FROZEN = {
    "conditions": [
        {"type": "Stalled", "status": "True", "reason": "DeletionsFrozen", "message": "7 are gone"}
    ]
}
LEADER = "holdfast-system/holdfast-planner"
QUOTA = "mistral/holdfast-tenant"


def test_a_healthy_hub_has_nothing_wrong() -> None:
    assert examined() == []


def test_checks_go_from_what_all_rests_on_to_what_rests_on_it() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "server_version", "rights", "clocks", "definitions", "guards", "operator", "agents", "readable", "ledgers",
        "rest", "tenants", "quotas",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "area", "subject", "wrong"),
    [
        (edit(CRD, POOL_CRD, None), "definitions", POOL_CRD, "is missing"),
        (edit(CRD, POOL_CRD, *SCHEMA), "definitions", POOL_CRD, "spec.versions[0].served differs"),
        (edit(CRD, POOL_CRD, "status", {}), "definitions", POOL_CRD, "is not served yet"),
        (edit(CRD, POOL_CRD, "metadata", "deletionTimestamp", "x"), "definitions", POOL_CRD, "is being deleted"),
        (edit(POLICIES, GUARD, None), "guards", f"policies/{GUARD}", "is missing"),
        (edit(BINDINGS, WINDOW, None), "guards", f"policybindings/{WINDOW}", "is missing"),
        (edit(POLICIES, WINDOW, "spec", "failurePolicy", "Ignore"), "guards", f"policies/{WINDOW}", "failurePolicy"),
        (edit(BINDINGS, GUARD, "spec", "validationActions", ["Warn"]), "guards", f"policybindings/{GUARD}", "altered"),
        (edit(POLICIES, GUARD, "metadata", "finalizers", None), "guards", f"policies/{GUARD}", "lost its finalizer"),
        (edit("election", {}), "operator", "operator", "has no Lease"),
        (edit("election", LEADER, lease(NOW - 90)), "operator", "operator", "silent for 90 s"),
        (edit("heartbeats", {}), "agents", "agent of ny", "has no Lease"),
        (edit("heartbeats", "holdfast-agents/ny", lease(NOW - 3_600)), "agents", "agent of ny", "silent for 3600 s"),
        (edit("tenants", "mistral", "spec", "group", 7), "objects", "tenants/mistral", "spec.group"),
        (edit("acceleratorpools", "ny.a", "status", "capacity", {"deficit": 2}), "ledgers", "ny.a", "promised 2 units"),
        (edit("acceleratorpools", "ny.a", "metadata", "annotations", {"holdfast.dev/restored": "2027-01-15T07:00:00Z"}),
         "frozen", "hub", "the backup of 2027-01-15T07:00:00Z and rests"),
        (edit("tenants", {}), "tenants", "namespace mistral", "there is no such Tenant"),
        (edit("tenants", "mistral", "status", FROZEN), "frozen", "tenant mistral", "7 are gone"),
    ],
)  # fmt: skip
def test_what_breaks_something_is_an_error(change: Change, area: str, subject: str, wrong: str) -> None:
    found = [one for one in examined(change) if one.area == area]
    assert [(one.subject, one.weight) for one in found] == [(subject, Weight.ERROR)]
    assert wrong in found[0].wrong
    assert found[0].remedy


@pytest.mark.parametrize(
    ("change", "area", "wrong"),
    [
        (edit(CRD, POOL_CRD, "metadata", "annotations", {"holdfast.dev/decommission": "ada"}), "definitions", "begun"),
        (edit(POLICIES, GUARD, "metadata", "deletionTimestamp", "x"), "guards", "keeps it in force"),
        (edit("acceleratorpools", "ny.a", "status", full(922)), "ledgers", "922 of 1024 promises"),
        (edit("resourcequotas", {}), "quotas", "has no ResourceQuota"),
        (edit("resourcequotas", QUOTA, "status", "used", {"count/capacityreservations.holdfast.dev": "180"}), "quotas",
         "uses 180 of 200 capacityreservations.holdfast.dev"),
        (edit("election", LEADER, lease(NOW + 60)), "clocks", "60 s in the future"),
    ],
)  # fmt: skip
def test_what_will_break_something_is_a_warning(change: Change, area: str, wrong: str) -> None:
    found = examined(change)
    assert [(one.area, one.weight) for one in found] == [(area, Weight.WARNING)]
    assert wrong in found[0].wrong


@pytest.mark.parametrize(
    ("reading", "area", "wrong"),
    [
        ({"version": {"major": "1", "minor": "33+"}}, "versions", "is Kubernetes 1.33"),
        ({"version": {}}, "versions", "does not tell its version"),
        ({"here": NOW + 30.0}, "clocks", "30 s ahead of"),
        ({"here": NOW - 30.0}, "clocks", "30 s behind"),
        ({"now": None}, "clocks", "sends no Date"),
        ({"unread": {"tenants": Refused("403", 403)}}, "rights", "may not be read by this identity"),
        ({"unread": {"tenants": Unavailable("404")}}, "rights", "could not be read: 404"),
    ],
)
def test_what_is_wrong_around_it_is_found(reading: Any, area: str, wrong: str) -> None:
    assert [(one.area, wrong in one.wrong) for one in examined(**reading)] == [(area, True)]


@pytest.mark.parametrize(
    "change",
    [
        edit("acceleratorpools", "ny.a", "status", full(921)),
        edit("resourcequotas", QUOTA, "status", "used", {"count/capacityreservations.holdfast.dev": "179"}),
        edit("election", LEADER, lease(NOW - 60)),
        edit("datacenters", {}),
    ],
)
def test_what_is_just_within_bounds_is_not_wrong(change: Change) -> None:
    assert examined(change) == []


def test_what_could_not_be_read_is_not_judged() -> None:
    lists: dict[str, Any] = {}
    unread = {
        name: Refused("403", 403)
        for name in ("heartbeats", "election", CRD, POLICIES, BINDINGS, "resourcequotas")
    }
    assert {one.area for one in examined(lists=lists, unread=unread)} == {"rights"}
