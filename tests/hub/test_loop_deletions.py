"""Deletions through the whole loop: what ends, what is told of what is held back, and how a person lets it go."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from tests.builders import LAKE
from tests.hub.asking import KIND
from tests.simulation.hub import Planner, contested, reservation
from tests.simulation.storage import Place

from holdfast.cluster.transport import kinds
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import FIRST_UID_ANNOTATION, RELEASE_ANNOTATION, RESTORED_ANNOTATION
from holdfast.hub.metrics import HubMetrics

RESERVATION = kinds.CAPACITY_RESERVATION
LATER = Place(RESERVATION.group, RESERVATION.plural, "mistral", "later")
POOL = Place(kinds.ACCELERATOR_POOL.group, kinds.ACCELERATOR_POOL.plural, "", LAKE)
TENANT = Place(kinds.TENANT.group, kinds.TENANT.plural, "", "mistral")


class Scene:
    """A hub on which `later` is promised for next month, and the planner that promised it."""

    def __init__(self) -> None:
        self.hub = contested()
        self.hub.server.storage.erase(Place(RESERVATION.group, RESERVATION.plural, "mistral", "train"))
        asked = reservation()
        asked["metadata"]["name"] = "later"
        asked["spec"]["window"] = {"start": "2027-02-01T00:00:00Z", "end": "2027-03-01T00:00:00Z"}
        self.uid = self.hub.server.add(RESERVATION, asked)["metadata"]["uid"]
        self.planner = Planner(self.hub, self.hub.server)
        self.registry = CollectorRegistry()
        self.metrics = HubMetrics(self.registry)
        self.passes(0)
        assert self.promise()["state"] == "Committed"

    def passes(self, seconds: int) -> None:
        """Let time pass in steps of five seconds, turning until rest at each."""
        for _ in range(seconds // 5 + 1):
            for _ in range(12):
                self.planner.look()
                turn = self.planner.loop.turn(self.planner.api)
                self.metrics.after(turn, 0)
                if turn is None or not turn.outcome.moved:
                    break
            self.hub.time.sleep(5)

    def change(self, place: Place, **meta: Any) -> None:
        """Write an object's metadata as a person with all rights would."""
        old = self.hub.server.storage.documents[place]
        self.hub.server.storage.write(place, {**old, "metadata": {**old["metadata"], **meta}})

    def promise(self) -> dict[str, Any]:
        """The promise as it is stored."""
        found = self.hub.server.find(kinds.CAPACITY_PROMISE, self.uid)
        assert found is not None
        return dict(found["spec"])

    def conditions(self, place: Place) -> list[str]:
        """The conditions of an object beside Accepted, in words."""
        status = self.hub.server.storage.documents[place]["status"]
        return [f"{one['type']}={one['status']} {one['reason']}" for one in status["conditions"][1:]]

    def told(self, reason: str) -> list[tuple[str, str, str]]:
        """Events with a reason: where, of what kind, how urgent."""
        found = self.hub.server.storage.within(kinds.EVENT.group, kinds.EVENT.plural, "")
        return [
            (one["metadata"]["namespace"], one["regarding"]["kind"], one["type"])
            for one in found
            if one["reason"] == reason
        ]

    def counted(self, state: str) -> float | None:
        """The metric of deletions held back."""
        return self.registry.get_sample_value("holdfast_held_deletions", {"state": state})

    def made_anew(self) -> None:
        """Somebody deletes the definition of reservations and applies it again."""
        self.hub.server.storage.erase(LATER)
        self.hub.server.add(kinds.DEFINITION, {"metadata": {"name": KIND}})


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_deleted_reservations_promise_ends_and_is_kept_as_a_record(scene: Scene) -> None:
    scene.hub.server.storage.erase(LATER)
    scene.passes(20)
    assert scene.promise()["state"] == "Committed"
    scene.passes(20)
    assert (scene.promise()["state"], scene.promise()["cause"]) == ("Released", "Cancelled")
    assert scene.counted("questioned") == scene.counted("frozen") == 0


def test_one_that_a_finalizer_keeps_ends_too_says_so_and_does_not_come_back(scene: Scene) -> None:
    scene.change(LATER, deletionTimestamp="2027-01-15T08:00:00Z", finalizers=["example.com/mine"])
    scene.passes(20)
    assert scene.promise()["state"] == "Committed"
    assert "Ready=True Scheduled" in scene.conditions(LATER)
    scene.passes(20)
    assert scene.promise()["state"] == "Released"
    assert "Ready=True Released" in scene.conditions(LATER)
    scene.hub.time.sleep(3 * 86_400)
    before = scene.hub.server.storage.revision
    scene.passes(60)
    assert scene.hub.server.storage.revision == before


def test_what_went_with_its_kind_is_kept_and_told_on_the_tenant_in_its_namespace_and_as_a_number(
    scene: Scene,
) -> None:
    scene.made_anew()
    scene.passes(3600)
    assert scene.promise()["state"] == "Committed"
    assert scene.conditions(TENANT) == ["Stalled=True DeletionsFrozen"]
    assert sorted(scene.told("DeletionsFrozen")) == [
        ("default", "Tenant", "Warning"),
        ("mistral", "Namespace", "Normal"),
    ]
    assert scene.counted("frozen") == 1
    before = scene.hub.server.storage.revision
    scene.passes(900)
    assert scene.hub.server.storage.revision == before


def test_a_platform_engineers_release_is_recorded_and_lets_it_go(scene: Scene) -> None:
    scene.made_anew()
    scene.passes(60)
    scene.change(TENANT, annotations={RELEASE_ANNOTATION: text_of(int(scene.hub.time.epoch()) + 60)})
    scene.passes(10)
    assert scene.promise()["state"] == "Released"
    assert sorted(scene.told("DeletionsReleased")) == [
        ("default", "Tenant", "Normal"),
        ("mistral", "Namespace", "Normal"),
    ]
    assert scene.conditions(TENANT) == []
    assert scene.counted("frozen") == 0


def test_a_release_that_is_not_obeyed_is_told_on_the_tenant_only(scene: Scene) -> None:
    scene.change(TENANT, annotations={RELEASE_ANNOTATION: "tomorrow", "theirs": "long"})
    scene.passes(10)
    assert scene.conditions(TENANT) == ["Stalled=True ReleaseRefused"]
    assert scene.told("ReleaseRefused") == [("default", "Tenant", "Warning")]


def test_a_namespace_that_takes_no_events_keeps_nothing_from_being_told(scene: Scene) -> None:
    scene.hub.server.rules.append(
        lambda kind, _, new: (
            "it is being terminated"
            if kind is kinds.EVENT and new is not None and new["regarding"]["kind"] == "Namespace"
            else None
        )
    )
    scene.made_anew()
    scene.passes(10)
    assert scene.told("DeletionsFrozen") == [("default", "Tenant", "Warning")]
    assert scene.conditions(TENANT) == ["Stalled=True DeletionsFrozen"]


def test_while_a_restored_hub_rests_no_deletion_is_proven_and_the_count_begins_when_it_is_let_go(
    scene: Scene,
) -> None:
    scene.change(POOL, annotations={RESTORED_ANNOTATION: "2027-01-15T07:00:00Z 3f2a"})
    scene.hub.server.storage.erase(LATER)
    scene.passes(120)
    assert scene.promise()["state"] == "Committed"
    scene.change(POOL, annotations={})
    scene.passes(20)
    assert scene.promise()["state"] == "Committed"
    scene.passes(20)
    assert scene.promise()["state"] == "Released"


def test_a_restored_reservation_is_told_how_its_promise_stands_and_ends_it_when_it_is_deleted(
    scene: Scene,
) -> None:
    scene.change(LATER, uid="given-by-the-new-hub", annotations={FIRST_UID_ANNOTATION: scene.uid})
    scene.hub.server.storage.documents[LATER].pop("status")
    scene.passes(60)
    assert "Ready=True Scheduled" in scene.conditions(LATER)
    assert scene.promise()["state"] == "Committed"
    scene.hub.server.storage.erase(LATER)
    scene.passes(40)
    assert scene.promise()["state"] == "Released"
