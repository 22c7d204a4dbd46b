"""A query on its way through the loop: answered in the turn that sees it, written once, and in the end deleted."""

from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.hub import Hub, Planner, contested
from tests.simulation.storage import Place

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.kinds import AVAILABILITY_QUERY
from holdfast.hub.apply import Outcome
from holdfast.planner.plan import plan
from holdfast.planner.status.query import query_statuses

ASK: dict[str, Any] = {
    "acceleratorType": "tpu7x", "topology": "4x4x4", "count": 1, "window": {"durationSeconds": 3600},
}  # fmt: skip
SPEC: dict[str, Any] = {"reservation": ASK, "answer": "Earliest", "ttlSecondsAfterAnswered": 600}


def asked(hub: Hub, name: str = "when", **spec: Any) -> None:
    """A tenant of mistral asks."""
    meta = {"name": name, "namespace": "mistral"}
    hub.server.add(AVAILABILITY_QUERY, {"metadata": meta, "spec": {**SPEC, **spec}})


def stored(hub: Hub, name: str = "when") -> dict[str, Any] | None:
    return hub.server.find(AVAILABILITY_QUERY, name, "mistral")


def turns(planner: Planner, count: int = 1) -> None:
    for _ in range(count):
        planner.look()
        planner.turn()


def writes(hub: Hub) -> list[str]:
    """Method and place of every write to a query."""
    found = (one for one in hub.server.requests if one.mutates and AVAILABILITY_QUERY.plural in one.path)
    return [f"{one.method} {one.path.partition('availabilityqueries/')[2]}" for one in found]


def test_a_query_is_answered_in_the_turn_that_sees_it_by_one_write() -> None:
    hub = contested()
    asked(hub)
    planner = Planner(hub, hub.server)
    turns(planner, 5)
    status = (stored(hub) or {})["status"]
    assert [one["reason"] for one in status["conditions"]] == ["Offered"]
    assert len(status["offers"]) == 1
    assert status["answeredAt"]
    assert writes(hub) == ["PATCH when/status"]


def test_what_cannot_be_is_told_in_its_own_status_only() -> None:
    hub = contested()
    asked(hub, "abacus", reservation={**ASK, "acceleratorType": "abacus"})
    asked(hub)
    turns(Planner(hub, hub.server))
    assert (stored(hub, "abacus") or {})["status"]["hold"]["reason"] == "Misconfigured"
    assert (stored(hub) or {})["status"]["offers"]


def test_an_answered_query_is_deleted_when_its_time_is_over() -> None:
    hub = contested()
    asked(hub)
    planner = Planner(hub, hub.server)
    turns(planner, 3)
    hub.time.sleep(598)
    turns(planner)
    assert stored(hub) is not None
    hub.time.sleep(3)
    turns(planner)
    assert stored(hub) is None
    assert writes(hub) == ["PATCH when/status", "DELETE when"]


@pytest.mark.parametrize("seen", [False, True])
def test_a_query_that_was_made_anew_under_its_name_is_not_given_the_others_answer(seen: bool) -> None:
    hub = contested()
    asked(hub)
    planner = Planner(hub, hub.server)
    planner.look()
    snapshot = planner.loop.look(int(planner.api.clock.now()))
    hub.server.storage.erase(Place(AVAILABILITY_QUERY.group, AVAILABILITY_QUERY.plural, "mistral", "when"))
    asked(hub, answer="LatestEnd")
    planner.look(lambda _: seen)
    outcome = Outcome()
    planner.loop._apply.answers(query_statuses(snapshot, plan(snapshot).answers), outcome)
    assert (outcome.written, outcome.stale) == ([], ["query mistral/when"])
    assert "status" not in (stored(hub) or {})
    turns(planner)
    assert (stored(hub) or {})["status"]["offers"]


def test_no_event_is_written_of_a_query() -> None:
    hub = contested()
    turns(Planner(hub, hub.server), 3)
    before = sum(kinds.EVENT.plural in one.path for one in hub.server.requests)
    asked(hub)
    turns(Planner(hub, hub.server), 3)
    assert sum(kinds.EVENT.plural in one.path for one in hub.server.requests) == before
