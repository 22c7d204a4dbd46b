"""What the simulated and a real API server have in common: one suite, asked of both."""

from __future__ import annotations

import pytest
from tests.simulation.behaviour import Subject, contract
from tests.simulation.storage import Document

from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import LEASE, NODE, POD, TENANT
from holdfast.cluster.transport.paths import Path

STRANGER = "00000000-aaaa-4000-8000-000000000000"


def test_a_new_object_gets_a_uid_a_version_and_generation_one(subject: Subject) -> None:
    meta = subject.add(TENANT, "a", spec=contract())["metadata"]
    assert meta["uid"]
    assert int(meta["resourceVersion"]) > 0
    assert meta["generation"] == 1


def test_two_creations_of_one_name_meet_a_conflict(subject: Subject) -> None:
    first = subject.add(TENANT, "a", spec=contract())
    again = subject.ask("POST", Path.of(TENANT), {**first, "metadata": {"name": subject.name("a")}})
    assert (again.status, again.document["reason"]) == (409, "AlreadyExists")


def test_what_is_not_there_is_not_found(subject: Subject) -> None:
    missing = subject.get(TENANT, "nobody")
    assert (missing.status, missing.document["reason"]) == (404, "NotFound")


def test_what_is_not_served_is_a_bare_page(subject: Subject) -> None:
    reply = subject.way.call(Request("GET", "/apis/holdfast.dev/v1alpha1/widgets/a"))
    assert (reply.status, reply.body) == (404, b"404 page not found\n")


def test_versions_rise_with_every_change_of_anything(subject: Subject) -> None:
    first = int(subject.add(TENANT, "a", spec=contract())["metadata"]["resourceVersion"])
    second = int(subject.add(NODE, "b")["metadata"]["resourceVersion"])
    third = int(subject.change(TENANT, "a", spec=contract(128)).metadata["resourceVersion"])
    assert first < second < third


def test_a_put_on_an_older_version_meets_a_conflict(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    assert subject.replace(TENANT, {**old, "spec": contract(128)}).status == 200
    stale = subject.replace(TENANT, {**old, "spec": contract(256)})
    assert (stale.status, stale.document["reason"]) == (409, "Conflict")


def test_a_patch_on_an_older_version_meets_a_conflict(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())["metadata"]
    versions = {key: old[key] for key in ("uid", "resourceVersion")}
    assert subject.change(TENANT, "a", metadata=versions, spec=contract(128)).status == 200
    assert subject.change(TENANT, "a", metadata=versions, spec=contract(256)).status == 409


def test_a_patch_without_a_version_wins_over_whatever_is_there(subject: Subject) -> None:
    subject.add(TENANT, "a", spec=contract())
    subject.change(TENANT, "a", spec=contract(128))
    assert subject.change(TENANT, "a", spec=contract(256)).status == 200


@pytest.mark.parametrize(("method", "status"), [("PUT", 409), ("PATCH", 422)])
def test_a_write_for_another_uid_is_not_taken(subject: Subject, method: str, status: int) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    other = {**old, "metadata": {**old["metadata"], "uid": STRANGER}}
    assert subject.ask(method, subject.path(TENANT, "a"), other).status == status


def test_a_patch_of_the_status_does_not_look_at_the_uid(subject: Subject) -> None:
    subject.add(TENANT, "a", spec=contract())
    change = {"metadata": {"uid": STRANGER}, "status": {"observedGeneration": 3}}
    told = subject.ask("PATCH", subject.path(TENANT, "a", subresource="status"), change)
    assert (told.status, told.document["status"]) == (200, {"observedGeneration": 3})


def test_a_patch_of_the_status_on_an_older_version_meets_a_conflict(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())["metadata"]
    subject.change(TENANT, "a", spec=contract(128))
    change = {"metadata": {"resourceVersion": old["resourceVersion"]}, "status": {"observedGeneration": 3}}
    assert subject.ask("PATCH", subject.path(TENANT, "a", subresource="status"), change).status == 409


def test_a_put_of_the_status_for_another_uid_meets_a_conflict(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    other = {**old, "metadata": {**old["metadata"], "uid": STRANGER}, "status": {"observedGeneration": 3}}
    assert subject.replace(TENANT, other, "status").status == 409


def test_a_patch_for_another_uid_on_an_older_version_meets_a_conflict(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())["metadata"]
    subject.change(TENANT, "a", spec=contract(128))
    versions = {"uid": STRANGER, "resourceVersion": old["resourceVersion"]}
    assert subject.change(TENANT, "a", metadata=versions, spec=contract(256)).status == 409


def test_a_put_without_a_version_is_refused_for_our_own_kinds(subject: Subject) -> None:
    subject.add(TENANT, "a", spec=contract())
    bare = {"apiVersion": TENANT.api_version, "kind": "Tenant", "metadata": {"name": subject.name("a")}}
    assert subject.replace(TENANT, {**bare, "spec": contract()}).status == 422


def test_a_put_of_what_is_not_there_is_not_found(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    subject.ask("DELETE", subject.path(TENANT, "a"), {})
    assert subject.replace(TENANT, old).status == 404


def test_a_write_that_says_nothing_new_does_not_raise_the_version(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    same = subject.replace(TENANT, old)
    assert same.metadata["resourceVersion"] == old["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    ("subresource", "entitled", "told", "generation"), [("", 128, None, 2), ("status", 64, 3, 1)]
)
def test_spec_and_status_are_written_apart(
    subject: Subject, subresource: str, entitled: int, told: int | None, generation: int
) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    both = {**old, "spec": contract(128), "status": {"observedGeneration": 3}}
    new = subject.replace(TENANT, both, subresource).document
    assert chips(new) == entitled
    assert new.get("status", {}).get("observedGeneration") == told
    assert new["metadata"]["generation"] == generation


def test_a_creation_never_brings_a_status(subject: Subject) -> None:
    assert "status" not in subject.add(TENANT, "a", spec=contract(), status={"observedGeneration": 9})


def test_labels_and_annotations_do_not_raise_the_generation(subject: Subject) -> None:
    subject.add(TENANT, "a", spec=contract())
    assert subject.change(TENANT, "a", metadata={"annotations": {"x": "1"}}).metadata["generation"] == 1


def test_a_merge_patch_takes_away_with_null_and_replaces_lists(subject: Subject) -> None:
    taints = [{"key": key, "effect": "NoSchedule"} for key in "ab"]
    subject.add(NODE, "a", metadata={"labels": {"x": "1", "y": "2"}}, spec={"taints": taints})
    new = subject.change(NODE, "a", metadata={"labels": {"x": None}}, spec={"taints": taints[1:]})
    assert (new.metadata["labels"], new.document["spec"]["taints"]) == ({"y": "2"}, taints[1:])


@pytest.mark.parametrize("wrong", ["uid", "resourceVersion"])
def test_a_deletion_holds_to_its_preconditions(subject: Subject, wrong: str) -> None:
    meta = subject.add(TENANT, "a", spec=contract())["metadata"]
    right = {key: meta[key] for key in ("uid", "resourceVersion")}
    options = {"apiVersion": "v1", "kind": "DeleteOptions"}
    path = subject.path(TENANT, "a")
    assert subject.ask("DELETE", path, {**options, "preconditions": {**right, wrong: "999999"}}).status == 409
    assert subject.ask("DELETE", path, {**options, "preconditions": right}).status == 200
    assert subject.get(TENANT, "a").status == 404


def test_an_object_with_a_finalizer_goes_when_the_finalizer_does(subject: Subject) -> None:
    subject.add(TENANT, "a", metadata={"finalizers": ["example.com/keep"]}, spec=contract())
    marked = subject.ask("DELETE", subject.path(TENANT, "a"), {}).metadata
    assert marked["deletionTimestamp"]
    again = subject.ask("DELETE", subject.path(TENANT, "a"), {}).metadata
    assert again["deletionTimestamp"] == marked["deletionTimestamp"]
    subject.change(TENANT, "a", metadata={"finalizers": None})
    assert subject.get(TENANT, "a").status == 404


def test_a_deletion_mark_raises_the_version_and_the_generation(subject: Subject) -> None:
    old = subject.add(TENANT, "a", metadata={"finalizers": ["example.com/keep"]}, spec=contract())["metadata"]
    marked = subject.ask("DELETE", subject.path(TENANT, "a"), {}).metadata
    assert int(marked["resourceVersion"]) > int(old["resourceVersion"])
    assert marked["generation"] == 2
    subject.change(TENANT, "a", metadata={"finalizers": None})


def test_a_deletion_mark_cannot_be_taken_off(subject: Subject) -> None:
    subject.add(TENANT, "a", metadata={"finalizers": ["example.com/keep"]}, spec=contract())
    marked = subject.ask("DELETE", subject.path(TENANT, "a"), {}).metadata
    subject.change(TENANT, "a", metadata={"deletionTimestamp": None})
    assert subject.get(TENANT, "a").metadata["deletionTimestamp"] == marked["deletionTimestamp"]
    subject.change(TENANT, "a", metadata={"finalizers": None})


def test_a_successor_of_the_same_name_has_another_uid(subject: Subject) -> None:
    first = subject.add(TENANT, "a", spec=contract())["metadata"]
    subject.ask("DELETE", subject.path(TENANT, "a"), {})
    second = subject.add(TENANT, "a", spec=contract())["metadata"]
    assert second["uid"] != first["uid"]
    assert second["generation"] == 1


def test_a_rehearsed_write_is_answered_and_not_stored(subject: Subject) -> None:
    old = subject.add(TENANT, "a", spec=contract())
    tried = subject.ask("PUT", subject.path(TENANT, "a"), {**old, "spec": contract(128)}, dryRun="All")
    assert (tried.status, chips(tried.document)) == (200, 128)
    assert chips(subject.get(TENANT, "a").document) == 64


def test_a_lease_is_written_in_one_piece(subject: Subject) -> None:
    lease = subject.add(LEASE, "a", "default", spec={"holderIdentity": "one", "leaseDurationSeconds": 15})
    new = subject.replace(LEASE, {**lease, "spec": {"holderIdentity": "two", "leaseDurationSeconds": 15}})
    assert new.document["spec"]["holderIdentity"] == "two"
    assert subject.replace(LEASE, lease).status == 409


def test_an_eviction_of_another_pod_of_that_name_meets_a_conflict(subject: Subject) -> None:
    missing = subject.ask(
        "POST",
        subject.path(POD, "p", "default", "eviction"),
        {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": subject.name("p"), "namespace": "default"},
        },
    )
    assert missing.status == 404


def chips(document: Document) -> int:
    """What a tenant is entitled to."""
    entitled: int = document["spec"]["entitlements"][0]["chips"]
    return entitled
