from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import FaultyTransport
from tests.simulation.reading import stored
from tests.simulation.simulated import SimulatedTime, simulated_api
from tests.simulation.storage import Document

from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import LEASES
from holdfast.cluster.leases.heartbeat import (
    BEAT_SECONDS,
    MISSED_SECONDS,
    Heartbeat,
    LastRenewal,
    missed,
    renewal_seen,
)
from holdfast.cluster.transport.errors import ClusterError, Stale
from holdfast.cluster.transport.objects import Key

LEASE = Key("holdfast-agents", "abernathy")


def spec(server: ApiServer) -> Document:
    found: Document = stored(server, LEASES.kind, LEASE.name, LEASE.namespace)["spec"]
    return found


def test_each_beat_renews_the_lease_and_the_first_makes_it(
    api: Api, server: ApiServer, time: SimulatedTime
) -> None:
    heart = Heartbeat(api, LEASE, "pod-1")
    seen = []
    for _ in range(3):
        heart.beat()
        seen.append(spec(server)["renewTime"])
        time.elapsed += BEAT_SECONDS
    assert len(set(seen)) == 3


def test_another_agent_of_the_site_takes_the_lease_over(api: Api, server: ApiServer) -> None:
    Heartbeat(api, LEASE, "pod-1").beat()
    Heartbeat(api, LEASE, "pod-2").beat()
    lease = spec(server)
    assert (lease["holderIdentity"], lease["leaseTransitions"]) == ("pod-2", 1)


def test_the_thread_tells_a_failure_and_beats_on(server: ApiServer, time: SimulatedTime) -> None:
    class Thrice:
        left = 3

        def is_set(self) -> bool:
            return self.left == 0

        def wait(self, timeout: float) -> bool:
            assert timeout == BEAT_SECONDS
            self.left -= 1
            time.elapsed += timeout
            return self.is_set()

    told: list[ClusterError] = []
    way = FaultyTransport(server, lambda number, _: _overtaken(server) if number == 4 else None)
    Heartbeat(simulated_api(way, time), LEASE, "pod-1").run(Thrice(), told.append)
    assert [type(error) for error in told] == [Stale]
    assert spec(server)["renewTime"] == "2027-01-15T08:00:20.000000Z"


def _overtaken(server: ApiServer) -> None:
    """Somebody else writes the lease just before our own write arrives."""
    place, stored = next(iter(server.storage.documents.items()))
    server.storage.write(place, {**stored, "spec": {**stored["spec"], "holderIdentity": "other"}})


READINGS = [
    # readings (renewTime, at), asked at, missed
    ([("t0", 0.0)], 39.9, False),
    ([("t0", 0.0)], 40.0, True),
    ([("t0", 0.0), ("t0", 35.0)], 40.0, True),
    ([("t0", 0.0), ("t1", 35.0)], 74.9, False),
    ([("t0", 0.0), ("t1", 35.0)], 75.0, True),
    ([("t1", 0.0), ("t0", 35.0)], 40.0, False),  # a change is a sign of life, whatever its clock says
    ([(None, 0.0)], 39.9, False),  # a site never heard has as long to speak as any other
    ([(None, 0.0), (None, 30.0)], 40.0, True),
    ([("t0", 0.0), (None, 30.0)], 69.9, False),
]


@pytest.mark.parametrize(("readings", "asked_at", "silent"), READINGS)
def test_a_beat_is_missed_by_the_readers_own_clock(readings: Any, asked_at: Any, silent: Any) -> None:
    pulse: LastRenewal | None = None
    for renewed, at in readings:
        pulse = renewal_seen(pulse, renewed, at)
    assert pulse is not None
    assert missed(pulse, asked_at) is silent


def test_three_beats_may_be_lost() -> None:
    assert MISSED_SECONDS == 4 * BEAT_SECONDS
    assert not missed(LastRenewal("t", 0.0), 3 * BEAT_SECONDS)
