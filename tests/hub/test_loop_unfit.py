"""A document that cannot be made stops nobody but whom it is of: it is as if the API server had refused it.

What once passed a limit does so no more (test_loop_limits.py); here the limits are taken out of the planner again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.hub.test_loop_limits import flapping, rewritten
from tests.hub.test_refusals import ready, turns
from tests.simulation import hub as simulated
from tests.simulation.hub import POOLS, Hub, Planner, contested, ledger, now, report
from tests.simulation.reading import stored

from holdfast.api.bounds import MAX_SLICES
from holdfast.api.ledger import MAX_TIMES
from holdfast.api.promise import CapacityPromise
from holdfast.api.reasons import Reason
from holdfast.cluster.transport import kinds
from holdfast.hub import apply
from holdfast.hub.document_writer import promise_document
from holdfast.hub.refusals import FIRST_PAUSE
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.snapshot import Reservation
from holdfast.planner.status import reservation as words
from holdfast.planner.status.readiness import Readiness
from holdfast.planner.upkeep import health


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Troubles are counted for ever again."""
    monkeypatch.setattr(health, "MAX_TIMES", 10**9)
    return monkeypatch


def asks(hub: Hub, name: str) -> None:
    """One cube more is asked for."""
    metadata = {"name": name, "namespace": "mistral"}
    hub.server.add(kinds.CAPACITY_RESERVATION, {"metadata": metadata, "spec": cube()})


def cube() -> dict[str, Any]:
    return {**simulated.reservation()["spec"], "topology": "4x4x4"}


def entries(hub: Hub, pool: str) -> list[str]:
    return sorted(one["reservation"] for one in ledger(hub, pool)["promises"].values())


def troubles(hub: Hub, pool: str) -> list[dict[str, Any]]:
    return [one["trouble"] for one in ledger(hub, pool)["units"].values() if "trouble" in one]


def only_here(hub: Hub, pool: str) -> None:
    """The other pool has nothing to give."""
    (other,) = set(POOLS) - {pool}
    rewritten(hub, kinds.POOL_REPORT, other, spec=report(cube_000="Unhealthy", cube_001="Unhealthy"))


def test_the_others_of_a_pool_are_promised_although_a_unit_passes_what_its_ledger_can_count(
    unlimited: pytest.MonkeyPatch,
) -> None:
    hub, pool, _ = flapping(MAX_TIMES, topology="4x4x4")
    only_here(hub, pool)
    asks(hub, "eval")
    planner = Planner(hub, hub.server)
    turns(planner)
    assert (ready(hub, "eval"), entries(hub, pool)) == ("Promised", ["mistral/eval", "mistral/train"])
    assert "ended" in troubles(hub, pool)[0]
    unlimited.undo()
    hub.time.sleep(FIRST_PAUSE)
    turns(planner)
    assert "ended" not in troubles(hub, pool)[0]


@pytest.mark.usefixtures("unlimited")
def test_so_they_are_beside_a_unit_that_nobody_has() -> None:
    hub, pool = contested(), POOLS[0]
    trouble = {"since": now() - 20, "times": MAX_TIMES, "ended": now() - 10}
    dead = {"grant": 1, "state": "Quarantined", "since": now() - 60, "trouble": trouble}
    status = {**ledger(hub, pool), "granted": 1, "units": {"cube-000": dead}}
    rewritten(hub, kinds.ACCELERATOR_POOL, pool, status=status)
    rewritten(hub, kinds.POOL_REPORT, pool, spec=report(cube_000="Unhealthy"))
    rewritten(hub, kinds.CAPACITY_RESERVATION, "train", "mistral", spec=cube())
    only_here(hub, pool)
    planner = Planner(hub, hub.server)
    turns(planner)
    assert (ready(hub, "train"), entries(hub, pool)) == ("Promised", ["mistral/train"])
    assert troubles(hub, pool) == [trouble]


def test_a_promise_object_that_cannot_be_made_stops_only_its_own_reservation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_much(promise: Promise, version: str) -> CapacityPromise:
        slices = MAX_SLICES + 1 if promise.reservation == "train" else promise.slices
        return promise_document(replace(promise, slices=slices), version)

    monkeypatch.setattr(apply, "promise_document", too_much)
    hub = contested()
    asks(hub, "eval")
    turns(Planner(hub, hub.server))
    assert (ready(hub, "eval"), ready(hub, "train")) == ("Promised", "Frozen")


@pytest.mark.parametrize("fault", ["\x00", None])
def test_a_reservation_of_which_nothing_can_be_said_keeps_its_status_and_the_others_are_told(
    monkeypatch: pytest.MonkeyPatch, fault: str | None
) -> None:
    hub = contested()
    turns(Planner(hub, hub.server))
    before = stored(hub.server, kinds.CAPACITY_RESERVATION, "train", "mistral")["status"]
    asks(hub, "eval")
    rewritten(hub, kinds.POOL_REPORT, POOLS[0], spec=report(cube_000="Unhealthy"))
    rewritten(hub, kinds.POOL_REPORT, POOLS[1], spec=report(cube_000="Unhealthy"))
    monkeypatch.setattr(words, "_accepted", lambda one: unsayable(one, fault))
    planner = Planner(hub, hub.server)
    turns(planner)
    turn = planner.loop.turn(planner.api)
    assert turn is not None
    assert "mistral/train" in turn.outcome.refused
    assert stored(hub.server, kinds.CAPACITY_RESERVATION, "train", "mistral")["status"] == before
    assert ready(hub, "eval") == "Promised"


def unsayable(one: Reservation, fault: str | None) -> Readiness:
    """Words that no status takes, or none at all."""
    if one.name == "train" and fault is None:
        raise KeyError("nothing")
    return Readiness("True", Reason.ACCEPTED, fault or "" if one.name == "train" else "")
