from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Fault, FaultyTransport, at_call
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.cluster.cache.reflector import Reflector
from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.core_objects import NODES
from holdfast.cluster.transport.errors import ClusterError, Expired, Unavailable
from holdfast.cluster.transport.http import Reply
from holdfast.cluster.transport.objects import Key, Selector

NODE = NODES.kind


def add(server: ApiServer, name: Any, **document: Any) -> Any:
    return server.add(NODE, {"metadata": {"name": name}, **document})


def remove(server: ApiServer, name: Any) -> None:
    place = next(place for place in server.storage.documents if place.name == name)
    server.storage.erase(place)


def reflected(transport: Any, time: SimulatedTime, selector: Any = None, told: Any = None) -> Any:
    store = Store(NODES, ChangeSignal())
    api = simulated_api(transport, time)
    failed = told.append if told is not None else lambda _: None
    return store, Reflector(api, store, float, selector or Selector(), failed)


def names(store: Any) -> Any:
    return [one.metadata.name for one in store.objects()]


def test_a_list_and_its_watch_show_what_the_server_has(server: ApiServer, time: SimulatedTime) -> None:
    add(server, "a")
    store, reflector = reflected(server, time)
    reflector.relist()
    add(server, "b")
    remove(server, "a")
    assert reflector.watch_once() == 3
    assert (names(store), store.synced, store.revision) == (["b"], True, 3)


def test_a_list_is_read_in_pages(server: ApiServer, time: SimulatedTime) -> None:
    for number in range(1201):
        add(server, f"n{number:04}")
    store, reflector = reflected(server, time)
    reflector.relist()
    assert (len(store.objects()), len(server.requests)) == (1201, 3)


def test_a_new_list_synthesises_the_deletions_that_were_missed(
    server: ApiServer, time: SimulatedTime
) -> None:
    for name in "abc":
        add(server, name)
    store, reflector = reflected(server, time)
    reflector.relist()
    remove(server, "b")
    server.compact()
    with pytest.raises(Expired):
        reflector.watch_once()
    assert reflector.relist() == {Key("", "b")}
    assert names(store) == ["a", "c"]


def test_a_bookmark_moves_the_position_past_other_peoples_changes(
    server: ApiServer, time: SimulatedTime
) -> None:
    store, reflector = reflected(server, time, Selector(labels="x"))
    reflector.relist()
    add(server, "not-ours")
    reflector.watch_once()
    server.compact()
    assert (names(store), store.revision) == ([], 1)
    assert reflector.watch_once() == 1


@pytest.mark.parametrize("cut", [1, 20, -1])
def test_a_truncated_line_ends_the_watch_and_what_came_before_stands(
    server: ApiServer, time: SimulatedTime, cut: Any
) -> None:
    store, reflector = reflected(Truncating(server, cut), time)
    reflector.relist()
    add(server, "a")
    add(server, "b")
    with pytest.raises(Unavailable):
        reflector.watch_once()
    assert names(store) == ["a"]
    reflector.relist()
    assert names(store) == ["a", "b"]


class Truncating:
    """A way on which the second line of every watch is cut short and the rest is lost."""

    def __init__(self, way: Any, cut: Any) -> None:
        self.way, self.cut = way, cut
        self.call = way.call

    def stream(self, request: Any) -> Any:
        first, second, *_ = self.way.stream(request)
        return iter([first, second[: self.cut]])


def test_a_cut_stream_is_unavailable_and_keeps_what_came(server: ApiServer, time: SimulatedTime) -> None:
    store, reflector = reflected(FaultyTransport(server, at_call(2, Fault.LOST_REPLY)), time)
    reflector.relist()
    add(server, "a")
    with pytest.raises(Unavailable, match="stream cut"):
        reflector.watch_once()
    assert names(store) == ["a"]


def test_an_unreadable_object_hurts_nobody_else(server: ApiServer, time: SimulatedTime) -> None:
    add(server, "bad", spec={"taints": 7})
    add(server, "good")
    store, reflector = reflected(server, time)
    reflector.relist()
    add(server, "worse", spec={"taints": 7})
    reflector.watch_once()
    assert names(store) == ["good"]
    assert [one.identity.name for one in store.broken()] == ["bad", "worse"]
    remove(server, "worse")
    reflector.watch_once()
    assert [one.identity.name for one in store.broken()] == ["bad"]


def test_an_object_that_becomes_unreadable_is_no_longer_shown(server: ApiServer, time: SimulatedTime) -> None:
    add(server, "a")
    store, reflector = reflected(server, time)
    reflector.relist()
    place, document = next(iter(server.storage.documents.items()))
    server.storage.write(place, {**document, "spec": 7})
    reflector.watch_once()
    assert (names(store), len(store.broken())) == ([], 1)


def test_a_list_older_than_what_was_seen_changes_nothing(server: ApiServer, time: SimulatedTime) -> None:
    add(server, "a")
    store, reflector = reflected(server, time)
    reflector.relist()
    server.storage.documents.clear()
    server.storage.revision = 0
    with pytest.raises(Unavailable, match="older than what was seen"):
        reflector.relist()
    assert (names(store), store.regressed, store.synced) == (["a"], True, False)


def test_a_list_that_breaks_off_changes_nothing(server: ApiServer, time: SimulatedTime) -> None:
    for number in range(501):
        add(server, f"n{number}")
    forgotten = Reply(410, msgspec.json.encode({"kind": "Status", "reason": "Expired"}))
    store, reflector = reflected(FaultyTransport(server, at_call(2, forgotten)), time)
    with pytest.raises(Expired):
        reflector.relist()
    assert (store.objects(), store.synced) == ((), False)


def test_the_reply_to_our_own_write_is_seen_before_the_watch_tells_of_it(
    server: ApiServer, time: SimulatedTime
) -> None:
    add(server, "a")
    store, reflector = reflected(server, time)
    reflector.relist()
    api = simulated_api(server, time)
    written = api.patch(NODES, NODES.identify(store.get("a")), {"metadata": {"labels": {"x": "1"}}})
    store.put(written)
    assert store.get("a").metadata.labels == {"x": "1"}
    reflector.watch_once()
    assert store.get("a") == written


class Patient:
    """A stop that is set after some waits, and remembers how long each was."""

    def __init__(self, waits: int) -> None:
        self.left = waits
        self.waited: list[float] = []

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, timeout: float) -> bool:
        self.waited.append(timeout)
        self.left -= 1
        return self.is_set()


def test_the_thread_backs_off_longer_after_each_failure_and_tells_it(
    server: ApiServer, time: SimulatedTime
) -> None:
    told: list[ClusterError] = []
    refused = Reply(403, b"")
    _, reflector = reflected(FaultyTransport(server, lambda *_: refused), time, told=told)
    stop = Patient(3)
    reflector.run(stop)
    assert stop.waited == [1.0, 2.0, 3.0]
    assert len(told) == 3


def test_a_watch_that_ends_without_a_word_is_backed_off_from(server: ApiServer, time: SimulatedTime) -> None:
    told: list[ClusterError] = []
    _, reflector = reflected(Mute(server), time, told=told)
    reflector.run(Patient(2))
    assert ["without a word" in str(error) for error in told] == [True, True]


class Mute:
    """A way on which every watch ends at once."""

    def __init__(self, way: Any) -> None:
        self.call = way.call

    def stream(self, request: Any) -> Any:
        return iter(())


def test_the_thread_follows_and_ends_when_told(server: ApiServer, time: SimulatedTime) -> None:
    add(server, "a")
    store, reflector = reflected(server, time)
    stop = threading.Event()
    thread = threading.Thread(target=reflector.run, args=(stop,))
    thread.start()
    add(server, "b")
    while len(store.objects()) < 2:
        stop.wait(0.001)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
