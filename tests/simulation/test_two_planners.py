"""Two planners, one reservation, every interleaving of their calls: it is promised once, and wholly."""

from __future__ import annotations

from tests.simulation.hub import POOLS, Hub, Planner, contested, ledger, promise, report, rest
from tests.simulation.reading import stored
from tests.simulation.simulated import simulated_api
from tests.simulation.stepper import Baton, Story, freezes, interleavings, random_walks

from holdfast.cluster.holdfast_objects import REPORTS
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.objects import Identity


def planner(hub: Hub, baton: Baton) -> None:
    """One turn. The kinds are looked at in two steps, so that what is seen may be of two instants."""
    replica = Planner(hub, baton)
    baton.pause("look at all but the pools")
    replica.look(lambda plural: plural != kinds.ACCELERATOR_POOL.plural)
    baton.pause("look at the pools")
    replica.look(lambda plural: plural == kinds.ACCELERATOR_POOL.plural)
    replica.turn()


def persistent_planner(hub: Hub, baton: Baton) -> None:
    """Three turns, with everything looked at anew before each."""
    replica = Planner(hub, baton)
    for _ in range(3):
        baton.pause("look")
        replica.look()
        replica.turn()


def failing_site(hub: Hub, baton: Baton) -> None:
    """A cube of the first pool fails: from then on a planner chooses the other pool."""
    api = simulated_api(baton, hub.time)
    stored = hub.server.find(kinds.POOL_REPORT, POOLS[0])
    assert stored is not None
    meta = stored["metadata"]
    identity = Identity("", POOLS[0], meta["uid"], meta["resourceVersion"])
    api.patch(REPORTS, identity, {"spec": report(cube_000="Unhealthy")})


def committed_means_held(hub: Hub) -> None:
    """Whatever a promise object says is committed lies in every pool it names, under its attempt."""
    spec = promise(hub)
    if spec is None or spec["state"] != "Committed":
        return
    uid = stored(hub.server, kinds.CAPACITY_RESERVATION, "train", "mistral")["metadata"]["uid"]
    for pool, count in spec["pools"].items():
        entry = ledger(hub, pool)["promises"][uid]
        assert entry["attempt"] == spec["attempt"]
        assert entry["count"] == count


def kept_exactly_once(hub: Hub) -> None:
    """Once the site is whole and all is settled, one pool serves the reservation and no other knows of it."""
    hub.heal()
    rest(hub)
    committed_means_held(hub)
    stored = promise(hub)
    assert stored is not None
    assert stored["state"] == "Committed"
    holding = [pool for pool in POOLS if ledger(hub, pool)["promises"]]
    assert holding == list(stored["pools"])
    granted = [unit for pool in POOLS for unit in ledger(hub, pool)["units"].values()]
    assert [grant["state"] for grant in granted] == ["Active", "Active"]


LOOKS = ("look", "GET ")


def commute(one: str, other: str) -> bool:
    """Two that only look may change places, a look and a write elsewhere, and an event with anything."""
    if any(" /apis/events.k8s.io/" in step for step in (one, other)):
        return True  # nobody looks at one
    if all(step.startswith(LOOKS) for step in (one, other)):
        return True
    return _unseen(one, other) or _unseen(other, one)


def _unseen(look: str, write: str) -> bool:
    """Whether the first looks, and at nothing that the other writes."""
    if look.startswith("GET "):
        return look.removeprefix("GET ") not in write
    of_a_pool = "/acceleratorpools/" in write
    return look == ("look at all but the pools" if of_a_pool else "look at the pools")


CONTEST = Story(contested, (planner, planner, failing_site), committed_means_held, kept_exactly_once)
LONG_CONTEST = Story(
    contested, (persistent_planner, persistent_planner, failing_site), committed_means_held, kept_exactly_once
)


def test_every_interleaving_of_one_turn_each_promises_the_reservation_once() -> None:
    explored = interleavings(CONTEST, bound=300_000, commute=commute)
    assert explored.complete
    assert explored.schedules > 300


def test_a_planner_frozen_before_any_of_its_calls_does_no_harm_when_it_goes_on() -> None:
    assert freezes(LONG_CONTEST).schedules > 5


def test_random_orders_of_three_turns_each_promise_the_reservation_once() -> None:
    assert random_walks(LONG_CONTEST, range(300)).schedules == 300
