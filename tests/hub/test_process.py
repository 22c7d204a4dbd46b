"""A replica that leads is alive while turns are taken; what a turn has done says when the next one is due."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import pytest
from prometheus_client import CollectorRegistry
from tests.builders import NOW, snapshot
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.cluster.client import Api
from holdfast.cluster.leases.leader_election import LeaderElector
from holdfast.cluster.transport.objects import Key
from holdfast.cluster.transport.retries import ONE_TRY, Retries, RetryPolicy
from holdfast.hub.apply import Outcome
from holdfast.hub.caches import HubCaches
from holdfast.hub.loop import Turn
from holdfast.hub.metrics import HubMetrics
from holdfast.hub.process import LONGEST_SLEEP, STUCK_SECONDS, OperatorParts, Replica
from holdfast.hub.settings import OperatorSettings
from holdfast.planner.state.plans import Plan


@dataclass
class Led:
    """A replica that leads, on a server of its own, and its time."""

    time: SimulatedTime
    replica: Replica
    elector: LeaderElector


def led() -> Led:
    time = SimulatedTime()
    api = simulated_api(ApiServer(time.epoch), time, ONE_TRY)
    elector = LeaderElector(api, Key("holdfast-system", "holdfast-planner"), "me", lambda _: None)
    elector.attempt()
    assert elector.leading
    return Led(time, Replica(parts_of(api, time), elector, threading.Event()), elector)


def parts_of(api: Api, time: SimulatedTime) -> OperatorParts:
    return OperatorParts(
        api,
        HubCaches.empty(),
        Retries(RetryPolicy(), time.monotonic, time.sleep, lambda low, _: low),
        HubMetrics(CollectorRegistry()),
        OperatorSettings(),
        time.monotonic,
    )


class ReadMeanwhile(threading.Event):
    """Waits in which a hub is read, one kind after the other; the last one ends."""

    def __init__(self, caches: HubCaches) -> None:
        super().__init__()
        self._left = [store for store, _ in caches.all()]

    def wait(self, _: float | None = None) -> bool:
        if self._left:
            self._left.pop().replace((), 1)
        else:
            self.set()
        return self.is_set()


def turn(planned: Plan, outcome: Outcome | None = None) -> Turn:
    return Turn(snapshot(), planned, outcome or Outcome())


def test_a_leader_that_takes_no_turn_for_a_minute_is_not_alive() -> None:
    it = led()
    for _ in range(int(STUCK_SECONDS)):
        assert it.replica.alive
        assert it.replica.take(None) == 1.0
        it.time.sleep(1.0)
        it.elector.attempt()
    assert it.elector.leading
    assert not it.replica.alive


def test_a_leader_that_takes_turns_stays_alive() -> None:
    it = led()
    for _ in range(5):
        it.time.sleep(STUCK_SECONDS - 1)
        it.elector.attempt()
        it.replica.take(turn(Plan()))
        assert it.replica.alive


@pytest.mark.parametrize(
    ("name", "done", "seconds"),
    [
        ("nothing is to come", turn(Plan()), LONGEST_SLEEP),
        ("something comes in two seconds", turn(Plan(wake_at=NOW + 2)), 2.0),
        ("something comes in an hour", turn(Plan(wake_at=NOW + 3600)), LONGEST_SLEEP),
        ("something is due already", turn(Plan(wake_at=NOW)), 0.1),
        ("something was written", turn(Plan(wake_at=NOW + 2), Outcome(written=["pool"])), 0.0),
        ("not everybody was decided", turn(Plan(wake_at=NOW + 2, unfinished=True)), 0.0),
    ],
)
def test_the_next_turn_is_due_when(name: str, done: Turn, seconds: float) -> None:
    assert led().replica.take(done) == seconds


def test_once_the_hub_has_been_read_whole_that_is_told_and_not_again() -> None:
    time = SimulatedTime()
    api = simulated_api(ApiServer(time.epoch), time, ONE_TRY)
    parts, told = parts_of(api, time), list[bool]()
    parts = replace(parts, read_whole=lambda: told.append(parts.caches.synced))
    elector = LeaderElector(api, Key("holdfast-system", "holdfast-planner"), "me", lambda _: None)
    Replica(parts, elector, ReadMeanwhile(parts.caches)).run()
    assert told == [True]
