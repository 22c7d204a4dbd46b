"""What the simulated and a real API server have in common: one suite, asked of both."""

from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.behaviour import Subject, contract
from tests.simulation.storage import Document

from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import LEASE, NODE, POD, TENANT
from holdfast.cluster.transport.paths import Path

STRANGER = "00000000-aaaa-4000-8000-000000000000"
LABELLED: tuple[dict[str, str], ...] = ({"x": "1"}, {"x": "2"}, {})


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.lab)])
def server(request: pytest.FixtureRequest) -> Subject:
    """Either one."""
    return Subject(ApiServer() if request.param == "simulated" else request.getfixturevalue("real"))


def test_a_new_object_gets_a_uid_a_version_and_generation_one(server: Subject) -> None:
    meta = server.add(TENANT, "a", spec=contract())["metadata"]
    assert meta["uid"]
    assert int(meta["resourceVersion"]) > 0
    assert meta["generation"] == 1


def test_two_creations_of_one_name_meet_a_conflict(server: Subject) -> None:
    first = server.add(TENANT, "a", spec=contract())
    again = server.ask("POST", Path.of(TENANT), {**first, "metadata": {"name": server.name("a")}})
    assert (again.status, again.document["reason"]) == (409, "AlreadyExists")


def test_what_is_not_there_is_not_found(server: Subject) -> None:
    missing = server.get(TENANT, "nobody")
    assert (missing.status, missing.document["reason"]) == (404, "NotFound")


def test_what_is_not_served_is_a_bare_page(server: Subject) -> None:
    reply = server.way.call(Request("GET", "/apis/holdfast.dev/v1alpha1/widgets/a"))
    assert (reply.status, reply.body) == (404, b"404 page not found\n")


def test_versions_rise_with_every_change_of_anything(server: Subject) -> None:
    first = int(server.add(TENANT, "a", spec=contract())["metadata"]["resourceVersion"])
    second = int(server.add(NODE, "b")["metadata"]["resourceVersion"])
    third = int(server.change(TENANT, "a", spec=contract(128)).metadata["resourceVersion"])
    assert first < second < third


def test_a_put_on_an_older_version_meets_a_conflict(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())
    assert server.replace(TENANT, {**old, "spec": contract(128)}).status == 200
    stale = server.replace(TENANT, {**old, "spec": contract(256)})
    assert (stale.status, stale.document["reason"]) == (409, "Conflict")


def test_a_patch_on_an_older_version_meets_a_conflict(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())["metadata"]
    versions = {key: old[key] for key in ("uid", "resourceVersion")}
    assert server.change(TENANT, "a", metadata=versions, spec=contract(128)).status == 200
    assert server.change(TENANT, "a", metadata=versions, spec=contract(256)).status == 409


def test_a_patch_without_a_version_wins_over_whatever_is_there(server: Subject) -> None:
    server.add(TENANT, "a", spec=contract())
    server.change(TENANT, "a", spec=contract(128))
    assert server.change(TENANT, "a", spec=contract(256)).status == 200


@pytest.mark.parametrize(("method", "status"), [("PUT", 409), ("PATCH", 422)])
def test_a_write_for_another_uid_is_not_taken(server: Subject, method: str, status: int) -> None:
    old = server.add(TENANT, "a", spec=contract())
    other = {**old, "metadata": {**old["metadata"], "uid": STRANGER}}
    assert server.ask(method, server.path(TENANT, "a"), other).status == status


def test_a_patch_of_the_status_does_not_look_at_the_uid(server: Subject) -> None:
    server.add(TENANT, "a", spec=contract())
    change = {"metadata": {"uid": STRANGER}, "status": {"observedGeneration": 3}}
    told = server.ask("PATCH", server.path(TENANT, "a", subresource="status"), change)
    assert (told.status, told.document["status"]) == (200, {"observedGeneration": 3})


def test_a_patch_of_the_status_on_an_older_version_meets_a_conflict(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())["metadata"]
    server.change(TENANT, "a", spec=contract(128))
    change = {"metadata": {"resourceVersion": old["resourceVersion"]}, "status": {"observedGeneration": 3}}
    assert server.ask("PATCH", server.path(TENANT, "a", subresource="status"), change).status == 409


def test_a_put_of_the_status_for_another_uid_meets_a_conflict(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())
    other = {**old, "metadata": {**old["metadata"], "uid": STRANGER}, "status": {"observedGeneration": 3}}
    assert server.replace(TENANT, other, "status").status == 409


def test_a_patch_for_another_uid_on_an_older_version_meets_a_conflict(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())["metadata"]
    server.change(TENANT, "a", spec=contract(128))
    versions = {"uid": STRANGER, "resourceVersion": old["resourceVersion"]}
    assert server.change(TENANT, "a", metadata=versions, spec=contract(256)).status == 409


def test_a_put_without_a_version_is_refused_for_our_own_kinds(server: Subject) -> None:
    server.add(TENANT, "a", spec=contract())
    bare = {"apiVersion": TENANT.api_version, "kind": "Tenant", "metadata": {"name": server.name("a")}}
    assert server.replace(TENANT, {**bare, "spec": contract()}).status == 422


def test_a_put_of_what_is_not_there_is_not_found(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())
    server.ask("DELETE", server.path(TENANT, "a"), {})
    assert server.replace(TENANT, old).status == 404


def test_a_write_that_says_nothing_new_does_not_raise_the_version(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())
    same = server.replace(TENANT, old)
    assert same.metadata["resourceVersion"] == old["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    ("subresource", "entitled", "told", "generation"), [("", 128, None, 2), ("status", 64, 3, 1)]
)
def test_spec_and_status_are_written_apart(
    server: Subject, subresource: str, entitled: int, told: int | None, generation: int
) -> None:
    old = server.add(TENANT, "a", spec=contract())
    both = {**old, "spec": contract(128), "status": {"observedGeneration": 3}}
    new = server.replace(TENANT, both, subresource).document
    assert chips(new) == entitled
    assert new.get("status", {}).get("observedGeneration") == told
    assert new["metadata"]["generation"] == generation


def test_a_creation_never_brings_a_status(server: Subject) -> None:
    assert "status" not in server.add(TENANT, "a", spec=contract(), status={"observedGeneration": 9})


def test_labels_and_annotations_do_not_raise_the_generation(server: Subject) -> None:
    server.add(TENANT, "a", spec=contract())
    assert server.change(TENANT, "a", metadata={"annotations": {"x": "1"}}).metadata["generation"] == 1


def test_a_merge_patch_takes_away_with_null_and_replaces_lists(server: Subject) -> None:
    taints = [{"key": key, "effect": "NoSchedule"} for key in "ab"]
    server.add(NODE, "a", metadata={"labels": {"x": "1", "y": "2"}}, spec={"taints": taints})
    new = server.change(NODE, "a", metadata={"labels": {"x": None}}, spec={"taints": taints[1:]})
    assert (new.metadata["labels"], new.document["spec"]["taints"]) == ({"y": "2"}, taints[1:])


@pytest.mark.parametrize("wrong", ["uid", "resourceVersion"])
def test_a_deletion_holds_to_its_preconditions(server: Subject, wrong: str) -> None:
    meta = server.add(TENANT, "a", spec=contract())["metadata"]
    right = {key: meta[key] for key in ("uid", "resourceVersion")}
    options = {"apiVersion": "v1", "kind": "DeleteOptions"}
    path = server.path(TENANT, "a")
    assert server.ask("DELETE", path, {**options, "preconditions": {**right, wrong: "999999"}}).status == 409
    assert server.ask("DELETE", path, {**options, "preconditions": right}).status == 200
    assert server.get(TENANT, "a").status == 404


def test_an_object_with_a_finalizer_goes_when_the_finalizer_does(server: Subject) -> None:
    server.add(TENANT, "a", metadata={"finalizers": ["example.com/keep"]}, spec=contract())
    marked = server.ask("DELETE", server.path(TENANT, "a"), {}).metadata
    assert marked["deletionTimestamp"]
    again = server.ask("DELETE", server.path(TENANT, "a"), {}).metadata
    assert again["deletionTimestamp"] == marked["deletionTimestamp"]
    server.change(TENANT, "a", metadata={"finalizers": None})
    assert server.get(TENANT, "a").status == 404


def test_a_deletion_mark_raises_the_version_and_the_generation(server: Subject) -> None:
    old = server.add(TENANT, "a", metadata={"finalizers": ["example.com/keep"]}, spec=contract())["metadata"]
    marked = server.ask("DELETE", server.path(TENANT, "a"), {}).metadata
    assert int(marked["resourceVersion"]) > int(old["resourceVersion"])
    assert marked["generation"] == 2
    server.change(TENANT, "a", metadata={"finalizers": None})


def test_a_deletion_mark_cannot_be_taken_off(server: Subject) -> None:
    server.add(TENANT, "a", metadata={"finalizers": ["example.com/keep"]}, spec=contract())
    marked = server.ask("DELETE", server.path(TENANT, "a"), {}).metadata
    server.change(TENANT, "a", metadata={"deletionTimestamp": None})
    assert server.get(TENANT, "a").metadata["deletionTimestamp"] == marked["deletionTimestamp"]
    server.change(TENANT, "a", metadata={"finalizers": None})


def test_a_successor_of_the_same_name_has_another_uid(server: Subject) -> None:
    first = server.add(TENANT, "a", spec=contract())["metadata"]
    server.ask("DELETE", server.path(TENANT, "a"), {})
    second = server.add(TENANT, "a", spec=contract())["metadata"]
    assert second["uid"] != first["uid"]
    assert second["generation"] == 1


def test_a_rehearsed_write_is_answered_and_not_stored(server: Subject) -> None:
    old = server.add(TENANT, "a", spec=contract())
    tried = server.ask("PUT", server.path(TENANT, "a"), {**old, "spec": contract(128)}, dryRun="All")
    assert (tried.status, chips(tried.document)) == (200, 128)
    assert chips(server.get(TENANT, "a").document) == 64


def test_a_lease_is_written_in_one_piece(server: Subject) -> None:
    lease = server.add(LEASE, "a", "default", spec={"holderIdentity": "one", "leaseDurationSeconds": 15})
    new = server.replace(LEASE, {**lease, "spec": {"holderIdentity": "two", "leaseDurationSeconds": 15}})
    assert new.document["spec"]["holderIdentity"] == "two"
    assert server.replace(LEASE, lease).status == 409


def test_an_eviction_of_another_pod_of_that_name_meets_a_conflict(server: Subject) -> None:
    missing = server.ask(
        "POST",
        server.path(POD, "p", "default", "eviction"),
        {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": server.name("p"), "namespace": "default"},
        },
    )
    assert missing.status == 404


def nodes(server: Subject) -> None:
    """Three nodes of this corner with labels."""
    for name, labels in zip("abc", LABELLED, strict=True):
        server.add(NODE, name, metadata={"labels": {**labels, "corner": server.corner}})


@pytest.mark.parametrize(
    ("selector", "names"),
    [("x=1", "a"), ("x", "ab"), ("!x", "c"), ("x!=1", "bc"), ("x=1,x!=2", "a")],
)
def test_labels_choose(server: Subject, selector: str, names: str) -> None:
    nodes(server)
    found = server.ask("GET", Path.of(NODE), labelSelector=f"corner={server.corner},{selector}")
    listed = [one["metadata"]["name"] for one in found.document["items"]]
    assert listed == [server.name(name) for name in names]


def test_a_field_chooses(server: Subject) -> None:
    nodes(server)
    found = server.ask("GET", Path.of(NODE), fieldSelector=f"metadata.name={server.name('b')}")
    assert [one["metadata"]["name"] for one in found.document["items"]] == [server.name("b")]


def test_all_pages_of_a_list_show_one_instant(server: Subject) -> None:
    nodes(server)
    chosen = f"corner={server.corner}"
    first = server.ask("GET", Path.of(NODE), limit="2", labelSelector=chosen)
    server.add(NODE, "d", metadata={"labels": {"corner": server.corner}})
    rest: dict[str, str] = {"limit": "2", "labelSelector": chosen, "continue": first.metadata["continue"]}
    second = server.ask("GET", Path.of(NODE), None, **rest)
    names = [one["metadata"]["name"] for page in (first, second) for one in page.document["items"]]
    assert names == [server.name(name) for name in "abc"]
    assert second.metadata["resourceVersion"] == first.metadata["resourceVersion"]
    assert not second.metadata.get("continue")


def test_a_watch_tells_each_change_after_its_start(server: Subject) -> None:
    since = server.add(TENANT, "other", spec=contract())["metadata"]["resourceVersion"]
    server.add(TENANT, "a", spec=contract(), metadata={"labels": {"corner": server.corner}})
    second = server.change(TENANT, "a", metadata={"labels": {"y": "1"}}).metadata["resourceVersion"]
    server.ask("DELETE", server.path(TENANT, "a"), {})
    chosen = f"corner={server.corner}"
    assert verbs(server, since, chosen) == ["ADDED", "MODIFIED", "DELETED"]
    assert verbs(server, second, chosen) == ["DELETED"]


def test_a_deletion_in_a_watch_carries_the_revision_of_the_deletion(server: Subject) -> None:
    made = server.add(TENANT, "a", spec=contract(), metadata={"labels": {"corner": server.corner}})[
        "metadata"
    ]
    server.ask("DELETE", server.path(TENANT, "a"), {})
    ((_, last),) = server.watch(TENANT, made["resourceVersion"], labelSelector=f"corner={server.corner}")
    assert int(last["metadata"]["resourceVersion"]) > int(made["resourceVersion"])


def test_what_leaves_a_selection_is_deleted_for_those_who_watch_it(server: Subject) -> None:
    since = server.add(TENANT, "a", spec=contract(), metadata={"labels": {"corner": server.corner}})[
        "metadata"
    ]["resourceVersion"]
    server.change(TENANT, "a", metadata={"labels": {"corner": None}})
    assert verbs(server, since, f"corner={server.corner}") == ["DELETED"]


def test_what_enters_a_selection_is_added_for_those_who_watch_it(server: Subject) -> None:
    since = server.add(TENANT, "a", spec=contract())["metadata"]["resourceVersion"]
    server.change(TENANT, "a", metadata={"labels": {"corner": server.corner}})
    assert verbs(server, since, f"corner={server.corner}") == ["ADDED"]


def verbs(server: Subject, since: Any, selector: str) -> list[str]:
    """What a watcher of a selection of tenants is told."""
    return [verb for verb, _ in server.watch(TENANT, since, labelSelector=selector)]


def chips(document: Document) -> int:
    """What a tenant is entitled to."""
    entitled: int = document["spec"]["entitlements"][0]["chips"]
    return entitled
