"""Queries on a real API server with an operator: asked under a tenant's own identity, and nobody reads another's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from tests.documents import Document, changed, document, edit, unique
from tests.guards.server import ENGINEER, PLANNER, Answer, Identity, Server, address
from tests.guards.stage import Stage, staged
from tests.guards.test_rights import binding, bindings

MILA = Identity("mila", ("mistral", "system:authenticated"))
ALICE = Identity("alice", ("anthropic", "system:authenticated"))
ASK = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": 2, "window": {"durationSeconds": 3600}}
COUNT = "count/availabilityqueries.holdfast.dev"


def query(namespace: str = "mistral", **spec: Any) -> Document:
    """A query of a tenant."""
    return document("AvailabilityQuery", unique("q"), {"reservation": ASK, **spec}, namespace=namespace)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub of four cubes, an operator on it, and people of two tenants who may reserve in their own namespace."""
    with staged(tmp_path_factory.mktemp("queries")) as stage:
        for tenant, who in (("mistral", MILA), ("anthropic", ALICE)):
            people = binding("holdfast-reservation-editor", "Group", tenant)
            assert stage.server.call("POST", bindings(tenant), people, ENGINEER).message == ""
            stage.until(partial(may_list, stage.server, tenant, who), 20)
        yield stage


def may_list(server: Server, namespace: str, who: Identity) -> bool:
    return server.call("GET", address(query(namespace)).rpartition("/")[0], who=who).accepted


def answered(stage: Stage, asked: Document, who: Identity) -> Document:
    """The status once there is one."""
    assert asked.get("metadata", {}).get("uid"), asked
    found: list[Document] = []

    def there() -> bool:
        found[:] = [stage.server.call("GET", address(asked), who=who).document.get("status", {})]
        return "answeredAt" in found[0]

    stage.until(there, 20)
    return found[0]


def ask(stage: Stage, who: Identity, namespace: str = "mistral", **spec: Any) -> Document:
    made = stage.server.create(query(namespace, **spec), who)
    assert made.message == ""
    return made.document


def test_a_tenant_asks_and_is_answered_with_offers(stage: Stage) -> None:
    told = answered(stage, ask(stage, MILA, answer="Slots", maxOffers=3), MILA)
    assert [one["count"] for one in told["offers"]] == [2, 2, 2]
    assert told["offers"][0]["pools"] == [{"name": "ny.a", "count": 2}]
    assert [(one["type"], one["status"], one["reason"]) for one in told["conditions"]] == [
        ("Ready", "True", "Offered")
    ]


def test_an_offer_that_is_reserved_is_promised(stage: Stage) -> None:
    offer = answered(stage, ask(stage, ALICE, "anthropic", answer="Earliest"), ALICE)["offers"][0]
    window = {"start": offer["start"], "end": offer["end"]}
    spec = {**ASK, "window": window, "placement": {"datacenters": offer["datacenters"]}}
    made = stage.server.create(
        document("CapacityReservation", unique("r"), spec, namespace="anthropic"), ALICE
    )
    assert made.message == ""
    stage.until(lambda: stage.states([made.document]) == {"Committed"}, 20)
    stage.cancel(made.document)


def test_bad_input_is_told_on_that_query_only(stage: Stage) -> None:
    told = answered(stage, ask(stage, MILA, reservation={**ASK, "count": 99}), MILA)
    assert told["hold"]["reason"] == "ExceedsCapacity"
    assert {"kind": "Fewer", "count": 4, "datacenters": []} in told["hold"]["relaxations"]
    told = answered(stage, ask(stage, MILA, reservation={**ASK, "acceleratorType": "abacus"}), MILA)
    assert told["hold"]["reason"] == "Misconfigured"


def test_nobody_reads_or_deletes_anothers_query(stage: Stage) -> None:
    asked = ask(stage, MILA)
    for verb in ("GET", "DELETE"):
        assert stage.server.call(verb, address(asked), who=ALICE).status == 403
    assert stage.server.call("GET", address(asked).rpartition("/")[0], who=ALICE).status == 403
    assert stage.server.create(query("mistral"), ALICE).status == 403
    assert stage.server.delete(asked, MILA).accepted


def test_nobody_but_the_planner_answers(stage: Stage) -> None:
    asked = ask(stage, MILA)
    status = {"status": {"answeredAt": "2027-01-04T00:00:00Z"}}
    for who in (MILA, ENGINEER):
        assert stage.server.call("PATCH", address(asked) + "/status", status, who).status == 403
    assert stage.server.call("PATCH", address(asked) + "/status", status, PLANNER).accepted


def refused(answer: Answer) -> str:
    return answer.message


def test_a_query_is_asked_once_and_what_it_may_say_is_bounded(stage: Stage) -> None:
    asked = ask(stage, MILA)
    answered(stage, asked, MILA)
    stored = stage.server.call("GET", address(asked)).document
    moved = stage.server.replace(changed(stored, edit("spec", "answer", "Slots")))
    assert "a query is asked once: make a new one" in refused(moved)
    for spec in ({"maxOffers": 17}, {"answer": "Never"}, {"ttlSecondsAfterAnswered": 86_401}):
        assert stage.server.create(query(**spec), MILA).status == 422
    both = {**ASK, "window": {"durationSeconds": 60, "end": "2127-01-04T00:00:00Z"}}
    assert "exactly one of them" in refused(stage.server.create(query(reservation=both), MILA))


def test_an_answered_query_is_deleted_by_the_operator(stage: Stage) -> None:
    asked = ask(stage, MILA, ttlSecondsAfterAnswered=2)
    stage.until(lambda: stage.server.call("GET", address(asked), who=MILA).status == 404, 20)


def test_the_quota_of_a_namespace_bounds_its_queries_and_nobody_elses(stage: Stage) -> None:
    quota = {"metadata": {"name": "holdfast-tenant"}, "spec": {"hard": {COUNT: "2"}}}
    path = "/api/v1/namespaces/mistral/resourcequotas"
    assert stage.server.call("POST", path, quota, ENGINEER).accepted
    counted = {
        "status": {"hard": {COUNT: "2"}, "used": {COUNT: "0"}}
    }  # as the counting controller would write it
    assert stage.server.call("PATCH", f"{path}/holdfast-tenant/status", counted).accepted
    stage.until(lambda: "status unknown" not in stage.server.create(query(), MILA).message, 20)
    made = [stage.server.create(query(), MILA) for _ in range(4)]
    assert [one.status for one in made].count(403) >= 2
    assert "exceeded quota" in made[-1].message
    assert stage.server.create(query("anthropic"), ALICE).accepted
