"""Kueue that refuses, fails or hangs: told, tried again more and more seldom, and nothing else waits for it."""

from __future__ import annotations

import pytest
from tests.agent.site_world import CUBE, MISTRAL, Datacenter
from tests.agent.test_queues import ACTIVE, datacenter, local, told
from tests.simulation.faults import FaultyTransport

from holdfast.agent.queue_patience import QueuePatience
from holdfast.agent.turn import turn
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import KUEUES


def answering(world: Datacenter, status: int, asked: list[str]) -> FaultyTransport:
    """A site whose Kueue answers every write so."""

    def plan(_number: int, request: Request) -> Reply | None:
        if "kueue" not in request.path or request.method == "GET":
            return None
        asked.append(request.path)
        return Reply(status, b'{"kind":"Status","message":"failed calling webhook"}')

    return FaultyTransport(world.server, plan)


@pytest.mark.parametrize("status", [500, 503])
def test_hosts_open_while_kueue_does_not_answer(status: int) -> None:
    world, asked = datacenter(*KUEUES), list[str]()
    world.grants(ACTIVE, granted=9)
    agent = world.agent(site=answering(world, status, asked))
    for _ in range(12):
        world.catch_up(agent)
        turn(agent)
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    assert told(world) == "Failing"
    assert 1 <= len(asked) <= 4
    world.turns()
    assert local(world)
    assert told(world) == "Kept"


def test_what_it_refuses_is_told_of_the_tenant_alone() -> None:
    world, asked = datacenter(*KUEUES), list[str]()
    world.grants(ACTIVE, granted=9)
    agent = world.agent(site=answering(world, 403, asked))
    world.turns(agent)
    assert world.blocked("blockedTenants")["mistral"]["reason"] == "PolicyRefused"
    assert world.report(CUBE)["openGrant"] == 1


def test_the_pause_doubles_up_to_a_bound_and_ends_with_an_answer() -> None:
    patience, pauses = QueuePatience(), []
    for _ in range(9):
        patience.failed()
        pauses.append(next(n for n in range(1, 999) if patience.wants_a_try()))
    assert pauses == [2, 4, 8, 16, 32, 64, 64, 64, 64]
    patience.answered()
    assert patience.wants_a_try()
    assert patience.failures == 0
