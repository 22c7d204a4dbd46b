"""A kind that a cluster may not serve: its absence is an answer, and so is its coming and going."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.cluster.cache.optional import ABSENT_SECONDS, OptionalReflector, OptionalStore
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import NAMESPACES, Namespace
from holdfast.cluster.transport.errors import ClusterError, Unavailable
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import NAMESPACE
from holdfast.cluster.transport.retries import ONE_TRY

FORBIDDEN = Reply(403, b'{"kind":"Status","status":"Failure","reason":"Forbidden","code":403}')
SPACE = {"metadata": {"name": "mistral"}}


class Site:
    """A server that may serve namespaces, and a cache of them."""

    def __init__(self) -> None:
        self.time = SimulatedTime()
        self.server = ApiServer(self.time.epoch)
        self.server.add(NAMESPACE, SPACE)
        self.store: OptionalStore[Namespace] = OptionalStore(NAMESPACES, ChangeSignal())
        self.told: list[ClusterError] = []
        self.answer: Reply | None = None
        self.silent = False

    def api(self) -> Api:
        return simulated_api(self, self.time, ONE_TRY)

    def call(self, request: Request) -> Reply:
        return self.server.call(request) if self.answer is None else self.answer

    def stream(self, request: Request) -> Iterator[bytes]:
        return iter(()) if self.silent else self.server.stream(request)

    def reflector(self, pause: float = 0.5) -> OptionalReflector[Namespace]:
        return OptionalReflector(self.api(), self.store, lambda _: pause, on_failure=self.told.append)


def test_a_kind_that_is_served_is_kept_as_any_other() -> None:
    site = Site()
    site.reflector().relist()
    assert (site.store.synced, site.store.served, len(site.store.objects())) == (True, True, 1)


def test_a_kind_that_is_absent_is_known_to_be_empty_and_is_no_failure() -> None:
    site = Site()
    site.server.withdraw(NAMESPACE)
    reflector = site.reflector()
    reflector.relist()
    assert (site.store.synced, site.store.served, site.store.objects()) == (True, False, ())
    with pytest.raises(Unavailable):
        reflector.watch_once()


def test_a_kind_that_goes_takes_its_objects_along_and_comes_back_with_them() -> None:
    site = Site()
    reflector = site.reflector()
    reflector.relist()
    kinds = dict(site.server._kinds)
    site.server.withdraw(NAMESPACE)
    reflector.relist()
    assert (site.store.served, site.store.objects()) == (False, ())
    site.server._kinds = kinds
    reflector.relist()
    assert (site.store.served, len(site.store.objects())) == (True, 1)


def test_a_kind_that_may_not_be_read_is_as_if_absent_and_says_so() -> None:
    site = Site()
    site.answer = FORBIDDEN
    site.reflector().relist()
    assert (site.store.synced, site.store.served, site.store.refused) == (True, False, True)


def test_a_server_that_is_away_is_no_answer() -> None:
    site = Site()
    site.answer = Reply(503, b"{}")
    with pytest.raises(Unavailable):
        site.reflector().relist()
    assert not site.store.synced


def test_whoever_asked_is_told_at_every_look_that_finds_it_absent_or_refused() -> None:
    site, closed = Site(), list[bool]()
    site.store.when_closed(lambda: closed.append(site.store.refused))
    reflector = site.reflector()
    reflector.relist()
    assert closed == []
    site.answer = FORBIDDEN
    reflector.relist()
    site.answer = None
    site.server.withdraw(NAMESPACE)
    reflector.relist()
    assert closed == [True, False]


class _Waits(threading.Event):
    """A stop that notes how long it was asked to wait, and is set by the first wait."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0.0)
        self.set()
        return True


@pytest.mark.parametrize(("served", "seconds"), [(False, ABSENT_SECONDS), (True, 0.5)])
def test_what_is_absent_is_looked_for_seldom_and_not_told_as_a_failure(served: bool, seconds: float) -> None:
    site, stop = Site(), _Waits()
    if not served:
        site.server.withdraw(NAMESPACE)
    site.silent = True
    site.reflector().run(stop)
    assert stop.seconds == [seconds]
    assert bool(site.told) is served
