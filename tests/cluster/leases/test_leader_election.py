from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Fault, FaultyTransport, at_call
from tests.simulation.reading import stored
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.cluster.core_objects import LEASES
from holdfast.cluster.leases.leader_election import LOST_LEASE, LeaderElector, Timing
from holdfast.cluster.transport.http import Reply
from holdfast.cluster.transport.objects import Key

LEASE = Key("holdfast-system", "holdfast-planner")
TERMS = Timing(lease_seconds=15, renew_deadline=10.0, retry=2.0, call_timeout=2.0)
"""Longer than the shipped ones, in round numbers."""


class Ended(BaseException):
    """The process is over."""


def end(status: Any) -> None:
    raise Ended(status)


def elector(transport: Any, time: SimulatedTime, name: Any = "me") -> Any:
    return LeaderElector(simulated_api(transport, time), LEASE, name, end, TERMS)


def lease(server: ApiServer) -> Any:
    return stored(server, LEASES.kind, LEASE.name, LEASE.namespace)["spec"]


def test_the_first_to_ask_leads_and_makes_the_lease(server: ApiServer, time: SimulatedTime) -> None:
    assert elector(server, time).attempt()
    assert lease(server) == {
        "holderIdentity": "me",
        "leaseDurationSeconds": 15,
        "acquireTime": "2027-01-15T08:00:00.000000Z",
        "renewTime": "2027-01-15T08:00:00.000000Z",
        "leaseTransitions": 0,
    }


def test_a_renewal_moves_the_renew_time_only(server: ApiServer, time: SimulatedTime) -> None:
    mine = elector(server, time)
    mine.attempt()
    time.elapsed = 3.0
    assert mine.attempt()
    spec = lease(server)
    assert spec["renewTime"] == "2027-01-15T08:00:03.000000Z"
    assert spec["acquireTime"] == "2027-01-15T08:00:00.000000Z"


def test_a_second_replica_follows_while_the_first_renews(server: ApiServer, time: SimulatedTime) -> None:
    first, second = elector(server, time, "first"), elector(server, time, "second")
    for _ in range(20):
        time.elapsed += 4.0
        assert first.attempt()
        assert not second.attempt()


@pytest.mark.parametrize(("silence", "leads"), [(14.9, False), (15.0, True)])
def test_a_silent_leader_is_replaced_when_its_lease_has_stood_still_long_enough(
    server: ApiServer, time: SimulatedTime, silence: float, leads: bool
) -> None:
    elector(server, time, "first").attempt()
    second = elector(server, time, "second")
    second.attempt()
    time.elapsed = silence
    assert second.attempt() is leads
    assert (lease(server)["holderIdentity"], lease(server)["leaseTransitions"]) == (
        ("second", 1) if leads else ("first", 0)
    )


def test_a_follower_that_has_just_come_waits_the_whole_time_whatever_the_lease_says(
    server: ApiServer, time: SimulatedTime
) -> None:
    elector(server, time, "first").attempt()
    time.elapsed = 3600.0
    second = elector(server, time, "second")
    assert not second.attempt()
    time.elapsed += 15.0
    assert second.attempt()


@pytest.mark.parametrize(("late", "leading"), [(9.9, True), (10.0, False)])
def test_a_leader_acts_until_its_deadline_counted_from_before_its_call(
    server: ApiServer, time: SimulatedTime, late: float, leading: bool
) -> None:
    mine = elector(Slow(server, time, 1.0), time)
    mine.attempt()
    time.elapsed = late
    assert mine.leading is leading


class Slow:
    """A way on which every call takes some time."""

    def __init__(self, way: Any, time: SimulatedTime, seconds: Any) -> None:
        self.way, self.time, self.seconds = way, time, seconds

    def call(self, request: Any) -> Any:
        self.time.elapsed += self.seconds
        return self.way.call(request)


FAILURES = [
    Fault.UNSENT,
    Fault.LOST_REPLY,
    Fault.LATE_COMMIT,
    *(Reply(code, b"") for code in (403, 409, 422, 500)),
]


@pytest.mark.parametrize("failure", FAILURES, ids=str)
@pytest.mark.parametrize("number", [3, 4], ids=["read", "write"])
def test_any_failure_is_no_renewal(server: ApiServer, time: SimulatedTime, failure: Any, number: int) -> None:
    mine = elector(FaultyTransport(server, at_call(number, failure)), time)
    mine.attempt()
    time.elapsed = 9.0
    assert mine.attempt()
    time.elapsed = 10.0
    assert not mine.leading


def test_a_leader_past_its_deadline_ends_the_process_before_it_asks_again(
    server: ApiServer, time: SimulatedTime
) -> None:
    mine = elector(server, time)
    mine.attempt()
    calls = len(server.requests)
    time.elapsed = 10.0
    for late in (mine.attempt, mine.end_if_late, lambda: mine.guard(Endless())):
        with pytest.raises(Ended, match=str(LOST_LEASE)):
            late()
    assert len(server.requests) == calls


class Endless:
    """A stop that never comes."""

    def is_set(self) -> Any:
        return False

    def wait(self, timeout: Any) -> Any:
        return False


def test_a_follower_never_ends_the_process(server: ApiServer, time: SimulatedTime) -> None:
    elector(server, time, "first").attempt()
    second = elector(server, time, "second")
    second.attempt()
    time.elapsed = 14.0
    second.end_if_late()


def test_a_leader_that_sees_another_holder_stops_at_once(server: ApiServer, time: SimulatedTime) -> None:
    mine = elector(server, time)
    mine.attempt()
    place, stored = next(iter(server.storage.documents.items()))
    server.storage.write(place, {**stored, "spec": {**stored["spec"], "holderIdentity": "a person's choice"}})
    assert not mine.attempt()
    with pytest.raises(Ended):
        mine.end_if_late()


def test_a_released_lease_is_taken_at_once_and_ends_no_process(
    server: ApiServer, time: SimulatedTime
) -> None:
    first, second = elector(server, time, "first"), elector(server, time, "second")
    first.attempt()
    second.attempt()
    first.release()
    assert not first.leading
    first.end_if_late()
    assert second.attempt()
    first.release()
    assert lease(server)["holderIdentity"] == "second"


def test_a_release_that_comes_late_leaves_the_lease_to_whoever_has_it_by_now(
    server: ApiServer, time: SimulatedTime
) -> None:
    first, second = elector(server, time, "first"), elector(server, time, "second")
    first.attempt()
    second.attempt()
    time.elapsed = 15.0
    assert second.attempt()
    first.release()
    assert lease(server)["holderIdentity"] == "second"


def test_a_release_that_fails_is_left_to_time(server: ApiServer, time: SimulatedTime) -> None:
    way = FaultyTransport(server, lambda number, _: Fault.UNSENT if number > 2 else None)
    mine = elector(way, time)
    mine.attempt()
    mine.release()
    assert not mine.leading
    assert lease(server)["holderIdentity"] == "me"


def test_the_thread_renews_until_told_to_stop_and_then_releases(
    server: ApiServer, time: SimulatedTime
) -> None:
    class Twice:
        left = 2

        def is_set(self) -> Any:
            return self.left == 0

        def wait(self, timeout: Any) -> Any:
            self.left -= 1
            time.elapsed += timeout
            return self.is_set()

    elector(server, time).run(Twice())
    assert lease(server)["holderIdentity"] == ""


def test_the_terms_leave_no_overlap() -> None:
    timing = Timing()
    assert timing.renew_deadline < timing.lease_seconds
    assert 4 * timing.call_timeout < timing.renew_deadline
