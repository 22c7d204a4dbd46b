from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Crash, Fault, FaultyTransport, at_call

from holdfast.cluster.transport.http import Reply, Request, Unanswered
from holdfast.cluster.transport.kinds import NODE

CREATE = Request("POST", "/api/v1/nodes", body=msgspec.json.encode({"metadata": {"name": "a"}}))


@pytest.mark.parametrize(
    ("fault", "error", "stored"),
    [
        (Fault.CRASH_BEFORE, Crash, False),
        (Fault.CRASH_AFTER, Crash, True),
        (Fault.LOST_REPLY, Unanswered, True),
        (Fault.LATE_COMMIT, Unanswered, False),
        (Fault.UNSENT, Unanswered, False),
    ],
)
def test_each_fault_ends_the_call_and_leaves_the_server_as_it_says(
    fault: Any, error: Any, stored: bool
) -> None:
    server = ApiServer()
    with pytest.raises(error):
        FaultyTransport(server, at_call(1, fault)).call(CREATE)
    assert (server.find(NODE, "a") is not None) is stored


def test_only_the_call_that_was_named_goes_wrong() -> None:
    way = FaultyTransport(ApiServer(), at_call(2, Fault.UNSENT))
    assert way.call(CREATE).status == 201
    with pytest.raises(Unanswered):
        way.call(CREATE)
    assert way.call(CREATE).status == 409


def test_a_late_call_is_carried_out_when_it_is_delivered() -> None:
    server = ApiServer()
    way = FaultyTransport(server, at_call(1, Fault.LATE_COMMIT))
    with pytest.raises(Unanswered):
        way.call(CREATE)
    assert [reply.status for reply in way.deliver_late()] == [201]
    assert server.find(NODE, "a") is not None
    assert way.deliver_late() == []


def test_a_dead_replica_calls_no_more() -> None:
    way = FaultyTransport(ApiServer(), at_call(1, Fault.CRASH_AFTER))
    for _ in range(2):
        with pytest.raises(Crash):
            way.call(CREATE)
    assert way.calls == 1


def test_a_reply_may_be_given_instead_of_the_servers() -> None:
    busy = Reply(429, b"")
    server = ApiServer()
    assert FaultyTransport(server, at_call(1, busy)).call(CREATE) == busy
    assert server.requests == []


def test_a_faulty_watch_is_cut_before_its_last_line() -> None:
    way = FaultyTransport(ApiServer(), at_call(1, Fault.LOST_REPLY))
    with pytest.raises(Unanswered, match="cut"):
        list(way.stream(Request("GET", "/api/v1/nodes", (("resourceVersion", "0"),))))
