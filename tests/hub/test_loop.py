"""When a turn is taken, under which epoch, with which time, and which pools it may trust to be known exactly."""

from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.faults import Fault, FaultyTransport
from tests.simulation.hub import POOLS, Hub, Planner, contested, ledger, promise, report, rest
from tests.simulation.storage import Place

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.errors import Unknown
from holdfast.cluster.transport.http import Request
from holdfast.hub.budget import FEWEST
from holdfast.hub.caches import HubCaches
from holdfast.hub.loop import Superseded
from holdfast.planner.state.snapshot import Snapshot

KINDS = sorted({store.view.kind.plural for store, _ in HubCaches.empty().all()})


def writes(hub: Hub) -> int:
    return sum(request.mutates for request in hub.server.requests)


def look(planner: Planner) -> Snapshot:
    """The picture of the planner's next turn, after its stores have been brought up to date."""
    planner.look()
    return planner.loop.look(int(planner.api.clock.now()))


def change(hub: Hub, kind: kinds.ServedKind, name: str, **parts: Any) -> None:
    """Replace parts of a document behind everybody's back."""
    stored = hub.server.find(kind, name)
    assert stored is not None
    hub.server.storage.write(Place(kind.group, kind.plural, "", name), {**stored, **parts})


@pytest.mark.parametrize("missing", KINDS)
def test_nothing_is_planned_until_every_kind_has_been_seen_whole(missing: str) -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    planner.look(lambda plural: plural != missing)
    assert planner.loop.turn(planner.api) is None
    assert writes(hub) == 0
    planner.look(lambda plural: plural == missing)
    assert planner.loop.turn(planner.api) is not None
    assert promise(hub) is not None


def test_nothing_is_planned_while_the_servers_clock_is_in_doubt() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    planner.look()
    right, hub.server.time = hub.server.time, lambda: hub.time.epoch() + 3_600
    planner.look()
    assert planner.loop.turn(planner.api) is None
    assert writes(hub) == 0
    hub.server.time = right
    planner.look()
    assert planner.loop.turn(planner.api) is not None
    assert promise(hub) is not None


def test_a_planner_that_meets_a_later_epoch_stops_and_writes_nothing() -> None:
    hub = contested()
    first, second = Planner(hub, hub.server), Planner(hub, hub.server)
    for planner in (first, second):
        planner.look()
        assert planner.loop.turn(planner.api) is not None
    before = writes(hub)
    first.look()
    with pytest.raises(Superseded):
        first.loop.turn(first.api)
    assert writes(hub) == before


def test_a_term_has_an_epoch_above_every_ledgers_and_keeps_it() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    epoch = look(planner).epoch
    assert epoch > max(ledger(hub, pool)["epoch"] for pool in POOLS)
    planner.turn()
    assert look(planner).epoch == epoch
    assert {ledger(hub, pool)["epoch"] for pool in POOLS} == {epoch}


def test_two_planners_that_begin_at_once_have_different_epochs() -> None:
    hub = contested()
    assert look(Planner(hub, hub.server)).epoch != look(Planner(hub, hub.server)).epoch


def test_a_turns_instant_is_the_servers() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    for _ in range(3):
        planner.look()
        turn = planner.loop.turn(planner.api)
        assert turn is not None
        assert turn.snapshot.now == int(hub.time.epoch())
        hub.time.sleep(100)


def test_what_cannot_be_promised_is_told_with_its_reason_in_the_same_turn() -> None:
    hub = contested()
    for pool in POOLS:
        change(hub, kinds.POOL_REPORT, pool, spec=report(cube_000="Unhealthy", cube_001="Unhealthy"))
    planner = Planner(hub, hub.server)
    planner.look()
    planner.turn()
    status = (hub.server.find(kinds.CAPACITY_RESERVATION, "train", "mistral") or {})["status"]
    assert status["hold"]["reason"] == "InsufficientHealthyCapacity"


# --- fences ------------------------------------------------------------------------------------------------


def test_a_pool_is_known_exactly_once_this_term_has_written_it() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    assert look(planner).unfenced == set(POOLS)
    planner.turn()
    assert look(planner).unfenced == set()


def test_a_pool_is_not_known_exactly_any_more_once_a_write_to_it_did_not_get_through() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    planner.look()
    planner.turn()
    planner.look()
    (held,) = (promise(hub) or {})["pools"]
    hub.server.rules.append(lambda kind, _, new: "no" if kind is kinds.ACCELERATOR_POOL and new else None)
    planner.turn()
    assert look(planner).unfenced == {held}


def test_a_pool_is_not_known_exactly_any_more_while_a_write_to_it_is_in_doubt() -> None:
    hub = contested()
    doubtful: list[bool] = []

    def plan(_number: int, request: Request) -> Fault | None:
        return Fault.LATE_COMMIT if request.method == "PUT" and doubtful else None

    planner = Planner(hub, FaultyTransport(hub.server, plan))
    planner.look()
    planner.turn()
    planner.look()
    doubtful.append(True)
    with pytest.raises(Unknown):
        planner.loop.turn(planner.api)  # rolls the entry on, and hears nothing
    assert len(look(planner).unfenced) == 1


def test_a_pool_that_carries_another_terms_epoch_is_not_known_exactly() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    planner.look()
    planner.turn()
    change(hub, kinds.ACCELERATOR_POOL, POOLS[1], status={**ledger(hub, POOLS[1]), "epoch": 1})
    assert look(planner).unfenced == {POOLS[1]}


def kept_in_silence() -> tuple[Hub, list[str]]:
    """A hub that keeps seven promises of which no status says anything, and their names."""
    hub, kind = contested(), kinds.CAPACITY_RESERVATION
    for month in range(2, 8):
        window = {"start": f"2027-{month:02}-02T00:00:00Z", "end": f"2027-{month:02}-20T00:00:00Z"}
        spec = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": 1, "window": window}
        hub.server.add(kind, {"metadata": {"name": f"month-{month}", "namespace": "mistral"}, "spec": spec})
    rest(hub)
    names = ["train", *(f"month-{month}" for month in range(2, 8))]
    for name in names:
        place = Place(kind.group, kind.plural, "mistral", name)
        hub.server.storage.write(place, {**(hub.server.find(kind, name, "mistral") or {}), "status": {}})
    return hub, names


def test_a_turn_says_no_more_than_its_budget_and_the_next_one_says_the_rest() -> None:
    hub, names = kept_in_silence()
    successor, told = Planner(hub, hub.server), []
    for _ in range(3):
        successor.look()
        before = len(hub.server.requests)
        successor.turn()
        paths = [one.path for one in hub.server.requests[before:] if one.mutates]
        told.append(sum(path.endswith(f"{name}/status") for path in paths for name in names))
    assert told == [FEWEST, len(names) - FEWEST, 0]
