"""One call of a turn goes wrong, in every way and at every place: a new agent then finishes what was begun."""

from __future__ import annotations

from contextlib import suppress

import pytest
from tests.agent.site_world import CHAI, CUBE, HELD_BY_NOBODY, MISTRAL, OTHER, Datacenter, pod
from tests.simulation.faults import Crash, Fault, FaultyTransport

from holdfast.agent.turn import turn
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import POD
from holdfast.hardware.names import reservation_namespace_label

MOST_CALLS = 60
FAULTS = [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST_REPLY, Fault.LATE_COMMIT, Fault.UNSENT]


def mid_story() -> Datacenter:
    """mistral's unit is to be taken back, chai's to be opened; mistral's pod still runs."""
    world = Datacenter()
    world.grants((CUBE, MISTRAL, 1, "Active"), granted=1)
    world.turns()
    world.server.add(POD, pod("train-0", f"{CUBE}-0"))
    world.grants((CUBE, MISTRAL, 1, "Releasing"), (OTHER, CHAI, 2, "Active"), granted=2)
    return world


def assert_finished(world: Datacenter) -> None:
    assert world.marks(CUBE) == {("", "none", "1")}
    assert world.marks(OTHER) == {(CHAI, CHAI, "2")}
    assert (world.report(CUBE)["cleanGrant"], world.report(OTHER)["openGrant"]) == (1, 2)
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY
    assert reservation_namespace_label(CHAI) in world.namespace_labels("chai")
    assert world.pods() == []


def spoil(world: Datacenter, fault: Fault, number: int) -> bool:
    """One turn whose call of this number goes wrong, then a new agent's turns until one writes nothing; late calls
    come when all seems done. Whether there was such a call."""

    def plan(count: int, _request: Request) -> Fault | None:
        return fault if count == number else None

    way = FaultyTransport(world.server, plan)
    with suppress(ClusterError, Crash):
        turn(world.agent(hub=way, site=way))
    world.turns()
    for late in way.late:
        world.server.call(late)
        world.turns()
    return way.calls >= number


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_whatever_call_goes_wrong_the_next_agent_converges_and_then_writes_nothing(fault: Fault) -> None:
    for number in range(1, MOST_CALLS):
        world = mid_story()
        reached = spoil(world, fault, number)
        assert_finished(world)
        if not reached:
            assert number > 10
            return
    raise AssertionError(f"a turn of more than {MOST_CALLS} calls")
