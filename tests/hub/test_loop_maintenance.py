"""Maintenance on its way through the loop: into the ledger, then into words, and out again once it is proven gone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.hub.asking import Way
from tests.simulation.hub import Hub, Planner, contested, now
from tests.simulation.storage import Place

from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, MAINTENANCE_WINDOW
from holdfast.hardware.instants import text_of

NAME = "work"


def declared(hub: Hub, pool: str, **spec: Any) -> None:
    """A platform engineer declares maintenance of a whole pool in a year, for a day."""
    start = now() + 365 * 86_400
    times = {"start": text_of(start), "end": text_of(start + 86_400)}
    hub.server.add(MAINTENANCE_WINDOW, {"metadata": {"name": NAME}, "spec": {"pool": pool, **times, **spec}})


def a_pool(hub: Hub) -> str:
    return min(
        place.name for place in hub.server.storage.documents if place.plural == ACCELERATOR_POOL.plural
    )


def outages(hub: Hub) -> list[str]:
    """The names of the accepted windows in all ledgers."""
    found = (doc for place, doc in hub.server.storage.documents.items() if place.plural == "acceleratorpools")
    return [one["name"] for doc in found for one in doc.get("status", {}).get("outages", {}).values()]


def told(hub: Hub) -> str:
    found = hub.server.find(MAINTENANCE_WINDOW, NAME) or {}
    return " ".join(one["reason"] for one in found.get("status", {}).get("conditions", ()))


def turns(planner: Planner, count: int) -> None:
    for _ in range(count):
        planner.look()
        planner.turn()


def accepted() -> tuple[Hub, Planner]:
    hub = contested()
    declared(hub, a_pool(hub))
    planner = Planner(hub, hub.server)
    turns(planner, 4)
    return hub, planner


def test_it_stands_in_the_ledger_before_it_is_told() -> None:
    hub = contested()
    declared(hub, a_pool(hub))
    planner = Planner(hub, hub.server)
    seen = []
    for _ in range(4):
        turns(planner, 1)
        seen.append((outages(hub), told(hub)))
    assert ([NAME], "") in seen
    assert seen[-1] == ([NAME], "TakenOut")
    assert all(ledger or not word for ledger, word in seen)


def test_what_cannot_be_is_told_in_its_own_status() -> None:
    hub = contested()
    declared(hub, "nowhere.tpu7x-a")
    turns(Planner(hub, hub.server), 2)
    assert (told(hub), outages(hub)) == ("NoSuchUnits", [])


def test_a_window_that_is_deleted_gives_its_units_back() -> None:
    hub, planner = accepted()
    hub.server.storage.erase(Place(MAINTENANCE_WINDOW.group, MAINTENANCE_WINDOW.plural, "", NAME))
    turns(planner, 2)
    assert outages(hub) == []


@pytest.mark.parametrize("forbidden", [False, True])
def test_a_cache_that_does_not_show_it_proves_nothing(forbidden: bool) -> None:
    hub, planner = accepted()
    way = Way(hub.server, forbidden=MAINTENANCE_WINDOW.plural if forbidden else "")
    other = Planner(hub, way)
    other.look()
    other.caches.maintenance.replace([], 10**9)
    other.turn()
    assert outages(hub) == [NAME]
    turns(planner, 1)
    assert told(hub) == "TakenOut"
