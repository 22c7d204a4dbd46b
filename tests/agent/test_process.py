"""Settings, signs of life, and what the log is told."""

from __future__ import annotations

from contextlib import suppress

import pytest
from prometheus_client import CollectorRegistry
from tests.agent.site_world import SITE, Datacenter, Silence
from tests.simulation.faults import Fault, FaultyTransport

from holdfast.agent.caches import Agent, Caches
from holdfast.agent.liveness import STUCK_SECONDS, Liveness
from holdfast.agent.obstacle import Obstacle
from holdfast.agent.process import expect_what_is_served
from holdfast.agent.settings import AgentSettings
from holdfast.agent.turn_log import TurnLog
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.transport.errors import Stale, Unavailable
from holdfast.cluster.transport.kinds import KUEUES, LEASE, NODE
from holdfast.process.client_metrics import ClientMetrics, MeteredTransport


def test_settings_refuse_a_heartbeat_the_planner_would_miss() -> None:
    with pytest.raises(ValueError, match="heartbeat_seconds 30: must lie between 1 and 13"):
        AgentSettings(SITE, heartbeat_seconds=30)
    assert AgentSettings(SITE, heartbeat_seconds=13).heartbeat_seconds == 13


@pytest.mark.parametrize("name", ["", "lake-mariner.tpu7x-a"])
def test_settings_refuse_what_is_no_datacenter(name: str) -> None:
    with pytest.raises(ValueError, match="is a DNS label without a dot"):
        AgentSettings(name)


def liveness(world: Datacenter, agent: Agent) -> Liveness:
    return Liveness(agent, world.time.monotonic, "host-1")


def beats(world: Datacenter) -> bool:
    return world.server.find(LEASE, SITE, "holdfast-agents") is not None


def test_a_working_agent_renews_its_datacenters_lease() -> None:
    world = Datacenter()
    assert liveness(world, world.agent()).beat()
    assert beats(world)


def test_an_agent_that_does_not_see_its_site_does_not_vouch_for_it() -> None:
    world = Datacenter()
    cut = FaultyTransport(world.server, lambda _number, _request: Fault.UNSENT)
    with pytest.raises(Unavailable):
        liveness(world, world.agent(site=cut)).beat()
    assert not beats(world)


def test_an_agent_whose_turns_stand_still_does_not_beat_and_one_that_goes_on_does() -> None:
    world = Datacenter()
    agent = world.agent()
    watch = liveness(world, agent)
    world.time.sleep(STUCK_SECONDS)
    assert not watch.alive
    assert not watch.beat()
    agent.log.begin()
    assert watch.alive
    assert watch.beat()


def test_an_agent_that_has_not_read_everything_is_not_ready_and_does_not_beat() -> None:
    world = Datacenter()
    agent = world.agent()
    agent.caches.nodes._synced = False
    watch = liveness(world, agent)
    assert not watch.ready
    assert not watch.beat()


def test_what_is_blocked_is_told_once_until_it_changes_or_comes_back() -> None:
    told = Silence()
    log = TurnLog(told)
    for why in ("a", "a", "b", None, "b"):
        log.begin()
        if why:
            log.blocked("mistral", Obstacle("NamespaceTaken", why))
    assert [line[-3] for line in told.lines] == ["a", "b", "b"]


def test_no_watch_is_waited_for_of_a_kind_that_was_taken_off_the_site() -> None:
    world, registry = Datacenter(), CollectorRegistry()
    world.server.absent.clear()
    door = ClientMetrics(registry)
    way = MeteredTransport(world.server, door, world.time.monotonic)
    agent = Agent(SITE, world.api(), world.api(way), Caches.empty(ChangeSignal()), TurnLog(Silence()))
    expect_what_is_served(agent.caches, door)

    def heard() -> set[str]:
        for reflector in agent.reflectors(lambda _: 0.0, lambda _kind, _error: None):
            reflector.relist()
            with suppress(Unavailable):
                reflector.watch_once()
        return {one.labels["plural"] for family in registry.collect() for one in family.samples
                if one.name == "holdfast_watch_age_seconds"}  # fmt: skip

    assert {kind.plural for kind in (*KUEUES, NODE)} <= heard()
    world.server.absent |= set(KUEUES)
    assert heard() & {kind.plural for kind in (*KUEUES, NODE)} == {NODE.plural}


def isolate(log: TurnLog, error: Exception) -> None:
    with log.isolate("cube-000"):
        raise error


def test_a_chapter_ends_with_its_own_trouble_and_the_turn_with_a_servers() -> None:
    log = TurnLog(Silence())
    isolate(log, Stale("moved"))
    assert (log.outages, log.obstacles) == (0, {})
    isolate(log, Unavailable("away"))
    isolate(log, Unavailable("away"))
    with pytest.raises(Unavailable):
        isolate(log, Unavailable("away"))


def test_what_fits_into_no_record_is_in_the_way_of_its_own_object_only() -> None:
    log = TurnLog(Silence())
    isolate(log, ValueError("at most 64 characters"))
    assert (log.outages, log.obstacles["cube-000"].reason) == (0, "Untellable")
    with pytest.raises(RuntimeError):
        isolate(log, RuntimeError("a mistake of ours"))
