"""One entry stops no pool: whatever a tenant asks, and whomever the server refuses, the others are answered."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.documents import Document, reservation
from tests.guards.server import OURS
from tests.guards.stage import Stage, staged

POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub of its own."""
    with staged(tmp_path_factory.mktemp("entries")) as stage:
        yield stage


def reserve(stage: Stage, tenant: str, name: str, seconds: int) -> str:
    """A reservation of one cube from now on; its path."""
    asked = reservation(tenant, topology="4x4x4", count=1, window={"durationSeconds": seconds})
    stage.make({**asked, "metadata": {"name": name, "namespace": tenant}})
    return f"{OURS}/namespaces/{tenant}/capacityreservations/{name}"


def answer(stage: Stage, path: str, kind: str = "Promised") -> str:
    """`status reason: message` of a condition."""
    found = stage.server.call("GET", path).document.get("status", {}).get("conditions", ())
    return next(
        (f"{one['status']} {one['reason']}: {one['message']}" for one in found if one["type"] == kind), ""
    )


def promised(stage: Stage, path: str) -> bool:
    return answer(stage, path).startswith("True")


def refuse_entries_of(stage: Stage, label: str) -> None:
    """A guard that takes no ledger with an entry of this reservation."""
    rule = f"!has(object.status) || object.status.promises.all(p, e, e.reservation != '{label}')"
    constraints: Document = {
        "resourceRules": [
            {
                "apiGroups": ["holdfast.dev"],
                "apiVersions": ["*"],
                "operations": ["UPDATE"],
                "resources": ["acceleratorpools/status"],
            }
        ]
    }
    spec = {"matchConstraints": constraints, "validations": [{"expression": rule, "message": "not this one"}]}
    policy = {"metadata": {"name": "not-this-one"}, "spec": {**spec, "failurePolicy": "Fail"}}
    binding = {
        "metadata": {"name": "not-this-one"},
        "spec": {"policyName": "not-this-one", "validationActions": ["Deny"]},
    }
    assert stage.server.call("POST", POLICIES, policy).accepted
    assert stage.server.call("POST", BINDINGS, binding).accepted


def test_more_slices_over_a_window_that_is_over_are_held_and_the_next_tenant_is_served(stage: Stage) -> None:
    greedy = reserve(stage, "mistral", "greedy", 2_592_000)
    stage.until(lambda: promised(stage, greedy), 15)
    time.sleep(12)
    change = {"spec": {"count": 3, "window": {"durationSeconds": 10}}}
    assert stage.server.call("PATCH", greedy, change).accepted
    stage.until(lambda: "has passed, and more is asked for" in answer(stage, greedy, "Stalled"), 15)
    other = reserve(stage, "anthropic", "eval", 3600)
    stage.until(lambda: promised(stage, other), 15)
    assert promised(stage, greedy)


def test_whom_the_server_refuses_waits_alone_and_is_promised_once_it_is_refused_no_more(stage: Stage) -> None:
    refuse_entries_of(stage, "mistral/poison")
    time.sleep(2)  # until the server knows its new policy
    poison = reserve(stage, "mistral", "poison", 3600)
    others = [reserve(stage, "anthropic", name, 3600) for name in ("one", "two")]
    stage.until(lambda: all(promised(stage, other) for other in others), 20)
    stage.until(lambda: answer(stage, poison).startswith("False Frozen"), 20)
    assert "not this one" not in answer(stage, poison), "the server's words are for the operator's log"
    assert stage.server.call("DELETE", f"{BINDINGS}/not-this-one").accepted
    stage.until(lambda: promised(stage, poison), 60)
