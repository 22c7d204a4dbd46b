"""A backup made into a hub, in memory: in which order, and what may be refused on the way."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documents import document, ledger, pool, promise, reservation, unique
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.backup import restoring
from holdfast.backup.document import Backup
from holdfast.backup.restoring import COUNTED, WrongHub, check_hub, restore
from holdfast.cluster.client import Api
from holdfast.cluster.raw_objects import raw_view
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION, RESOURCE_QUOTA, ServedKind
from holdfast.cluster.transport.retries import ONE_TRY


class Hub:
    """An empty hub whose API server counts reservations against the quotas that it has."""

    def __init__(self) -> None:
        time = SimulatedTime()
        self.server = ApiServer(time.epoch, [self._within_quota])
        self.api: Api = simulated_api(self.server, time, ONE_TRY)

    def names(self, plural: str, group: str = "holdfast.dev") -> list[str]:
        return sorted(one["metadata"]["name"] for one in self.server.storage.within(group, plural, ""))

    def reserve(self, name: str) -> None:
        self.api.create(raw_view(CAPACITY_RESERVATION), reservation("mistral", name))

    def _within_quota(self, kind: ServedKind, old: object, new: object) -> str | None:
        if kind != CAPACITY_RESERVATION or old is not None:
            return None
        quotas = self.server.storage.within("", "resourcequotas", "mistral")
        stand = len(self.names(kind.plural))
        over = any(stand >= int(one["spec"]["hard"][COUNTED]) for one in quotas)
        return "exceeded quota" if over else None


def backup(asks: int, hard: int) -> Backup:
    """A tenant with so many reservations, each promised, and a quota of so many."""
    asked = [stored(reservation("mistral", f"r{number}"), f"uid-{number}") for number in range(asks)]
    quota = document("ResourceQuota", "holdfast-tenant", {"hard": {COUNTED: str(hard)}}, namespace="mistral")
    objects = {
        "acceleratorpools": ({**stored(pool("ny.a"), "p"), "status": ledger()},),
        "resourcequotas": (stored({**quota, "apiVersion": "v1"}, "q"),),
        "capacityreservations": tuple(asked),
        "capacitypromises": tuple(stored(promise(f"uid-{number}"), unique()) for number in range(asks)),
    }
    return Backup(1_800_000_000, "hub", "9", "0.1.0", objects)


def stored(made: dict[str, Any], uid: str) -> dict[str, Any]:
    return {**made, "metadata": {**made["metadata"], "uid": uid, "generation": 1}}


@pytest.mark.parametrize("hard", [1, 3, 4], ids=["lowered below what stands", "just enough", "more"])
def test_what_stands_is_made_anew_whatever_its_tenants_quota_is_by_now(hard: int) -> None:
    hub = Hub()
    made = restore(hub.api, backup(3, hard))
    assert made == {
        "acceleratorpools": 1,
        "capacityreservations": 3,
        "capacitypromises": 3,
        "resourcequotas": 1,
    }
    assert hub.names("capacitypromises") == ["uid-0", "uid-1", "uid-2"]
    assert sum(restore(hub.api, backup(3, hard)).values()) == 0


@pytest.fixture(name="hub")
def _hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub whose administrator looks."""
    monkeypatch.setattr(restoring, "allowed", lambda *_: True)
    return Hub()


def test_a_quota_that_is_there_already_and_too_low_is_told_before_anything_is_written(hub: Hub) -> None:
    kept = backup(3, 2)
    hub.api.create(raw_view(RESOURCE_QUOTA), next(iter(kept.of("resourcequotas"))))
    told = "ResourceQuota mistral/holdfast-tenant lets 2 reservations stand, and the backup has 3: kubectl delete"
    with pytest.raises(WrongHub, match=told):
        check_hub(hub.api, kept)
    assert hub.names("acceleratorpools") == []


def test_one_that_is_there_and_leaves_room_or_has_all_of_it_under_it_is_no_hindrance(hub: Hub) -> None:
    roomy = backup(3, 3)
    hub.api.create(raw_view(RESOURCE_QUOTA), next(iter(roomy.of("resourcequotas"))))
    check_hub(hub.api, roomy)
    done, low = Hub(), backup(3, 2)
    restore(done.api, low)
    check_hub(done.api, low)


def test_the_quota_holds_from_then_on() -> None:
    hub = Hub()
    restore(hub.api, backup(3, 3))
    with pytest.raises(ClusterError, match="exceeded quota"):
        hub.reserve("fourth")
    another = Hub()
    restore(another.api, backup(3, 4))
    another.reserve("fourth")
    assert len(another.names("capacityreservations")) == 4
