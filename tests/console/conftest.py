"""A console's desk on a hub that answers over HTTP, and people who visit it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from tests.builders import NOW
from tests.console import world
from tests.console.hub_server import HubServer
from tests.console.visiting import ORIGIN, Visitor, holder_of
from tests.documents import Document

from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.console.app import application
from holdfast.console.desk import Desk
from holdfast.console.read_only import ReadOnlyTransport
from holdfast.console.rights import REMEMBERED_SECONDS, Rights
from holdfast.console.sessions import Sessions
from holdfast.console.settings import ConsoleSettings
from holdfast.console.sight import Sight

KEY = b"k" * 32
WAIT_SECONDS = 10.0


class Clock:
    """Monotonic seconds that a test may push ahead."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    """The fleet of tests.console.world."""
    server = HubServer(world.collections(), NOW, world.PEOPLE)
    server.allows = account_and_people
    yield server
    server.close()


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The console's own clock."""
    return Clock()


def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < deadline, "not within ten seconds"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def opened(
    hub: HubServer, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[ConsoleSettings], Desk]]:
    """Open consoles that have read the whole hub."""
    kubeconfig = str(hub.kubeconfig(tmp_path_factory.mktemp("hub") / "kubeconfig"))
    begun: list[tuple[threading.Event, KubernetesTransport]] = []

    def open_one(settings: ConsoleSettings) -> Desk:
        transport, stop = KubernetesTransport.from_kubeconfig(kubeconfig), threading.Event()
        begun.append((stop, transport))
        retries = Retries(RetryPolicy(deadline=0.5), time.monotonic, time.sleep, lambda low, _: low)
        api = Api(ReadOnlyTransport(transport), ServerClock(clock), retries)
        sight = Sight(api, clock, settings.namespace)
        sight.look(guards=True)
        sight.follow(stop, lambda _: 0.05)
        until(lambda: sight.synced)
        sessions = Sessions(KEY, settings.session_seconds, api.clock.now)
        return Desk(settings, sight, Rights(api, clock), sessions, 8099, stop=stop)

    yield open_one
    for stop, transport in begun:
        stop.set()
        transport.close()


@pytest.fixture(autouse=True)
def as_before(hub: HubServer, clock: Clock) -> Iterator[None]:
    """Each test begins with a hub that answers, and by the same rights, of which nothing is remembered."""
    clock.ahead += REMEMBERED_SECONDS
    yield
    hub.allows, hub.away = account_and_people, False


def account_and_people(spec: Document) -> bool:
    """The console's own account reads everything; people as tests.console.world says."""
    return "user" not in spec or world.may(spec)


@pytest.fixture(scope="module")
def desk(opened: Callable[[ConsoleSettings], Desk]) -> Desk:
    """A console that everybody shows a token of their own."""
    return opened(ConsoleSettings(public=ORIGIN))


@contextmanager
def served(desk: Desk) -> Iterator[int]:
    """The console's pages on a port of their own."""
    server = uvicorn.Server(uvicorn.Config(application(desk), log_config=None, lifespan="off", port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield int(server.servers[0].sockets[0].getsockname()[1])
    desk.stop.set()
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def port(desk: Desk) -> Iterator[int]:
    """Where its pages are."""
    with served(desk) as number:
        yield number


@pytest.fixture(scope="module")
def ada(port: int) -> Visitor:
    """A platform engineer."""
    return holder_of(port, "token-of-ada")


@pytest.fixture(scope="module")
def mila(port: int) -> Visitor:
    """Somebody of tenant mistral."""
    return holder_of(port, "token-of-mila")


@pytest.fixture(scope="module")
def eve(port: int) -> Visitor:
    """Somebody with a token and no rights."""
    return holder_of(port, "token-of-eve")
