"""On a real API server with the shipped manifests: whose a token is, what RBAC lets its bearer see, and that the
console's own account is enough for all of it and for nothing more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from tests.console.conftest import KEY, served, until
from tests.console.visiting import ORIGIN, Visitor, holder_of
from tests.documents import pool, reservation
from tests.guards.server import ENGINEER, Server, serving
from tests.guards.test_rights import binding, bindings

from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.console.desk import Desk
from holdfast.console.read_only import ReadOnlyTransport
from holdfast.console.rights import Rights
from holdfast.console.sessions import Sessions
from holdfast.console.settings import ConsoleSettings
from holdfast.console.sight import Sight
from holdfast_lab.credentials import service_account
from holdfast_lab.kubeconfig import write_kubeconfig

pytestmark = pytest.mark.lab
SPACES = ("research", "widgets")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub with a pool, and two tenants with a reservation each."""
    with serving(tmp_path_factory.mktemp("hub")) as one:
        assert one.create(pool("ny.a")).accepted
        for name in SPACES:
            space = {"metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}}}
            assert one.call("POST", "/api/v1/namespaces", space, ENGINEER).accepted
            robots = binding("holdfast-reservation-editor", "Group", f"system:serviceaccounts:{name}")
            assert one.call("POST", bindings(name), robots, ENGINEER).message == ""
            assert one.create(reservation(name, f"of-{name}")).accepted
        yield one


@pytest.fixture(scope="module")
def port(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A console that has the shipped account."""
    file = tmp_path_factory.mktemp("console") / "kubeconfig"
    write_kubeconfig(file, [service_account(server.cluster, "holdfast-system", "console")])
    transport, stop = KubernetesTransport.from_kubeconfig(str(file)), threading.Event()
    retries = Retries(RetryPolicy(deadline=2.0), time.monotonic, time.sleep, lambda low, _: low)
    api = Api(ReadOnlyTransport(transport), ServerClock(time.monotonic), retries)
    sight = Sight(api, time.monotonic)
    sight.look(guards=True)
    sight.follow(stop, lambda _: 0.1)
    until(lambda: sight.synced)
    sessions = Sessions(KEY, 600, api.clock.now)
    desk = Desk(ConsoleSettings(public=ORIGIN), sight, Rights(api, time.monotonic), sessions, 8099, stop=stop)
    assert sight.plans
    with served(desk) as number:
        yield number
    transport.close()


def robot(server: Server, port: int, namespace: str) -> Visitor:
    """A program of a tenant, with the token of its service account."""
    return holder_of(port, str(service_account(server.cluster, namespace, "robot").credential))


@pytest.fixture(autouse=True)
def as_before() -> None:
    """Nothing here is taken away."""


def test_each_tenant_sees_its_own_and_no_pool(server: Server, port: int) -> None:
    for name, other in (SPACES, SPACES[::-1]):
        visitor = robot(server, port, name)
        text = visitor.get("/reservations").text
        assert (f"{name}/of-{name}" in text, f"{other}/of-{other}" in text) == (True, False)
        assert visitor.get(f"/reservations/{other}/of-{other}").status == 404
        assert visitor.get("/v1/capacity").json() == {"items": []}
        assert "ny.a" not in visitor.get("/").text + visitor.get("/floor").text


def test_a_tenant_may_ask_in_its_own_namespace(server: Server, port: int) -> None:
    page = robot(server, port, "research").get("/when").text
    assert (">research</option>" in page, ">widgets</option>" in page) == (True, False)


def test_the_story_of_a_reservation_has_its_events(server: Server, port: int) -> None:
    about = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "CapacityReservation", "name": "of-research"}
    event = {
        "metadata": {"name": "of-research.1"}, "eventTime": "2027-01-04T00:00:00.000000Z", "reason": "Scheduled",
        "note": "its window is to come", "action": "Scheduled", "type": "Normal", "reportingController": "a.b/c",
        "reportingInstance": "one", "regarding": {**about, "namespace": "research", "uid": "u"},
    }  # fmt: skip
    assert server.call("POST", "/apis/events.k8s.io/v1/namespaces/research/events", event).message == ""
    page = robot(server, port, "research").get("/reservations/research/of-research").text
    assert "its window is to come" in page
    assert (
        "its window is to come"
        not in robot(server, port, "widgets").get("/reservations/widgets/of-widgets").text
    )


def test_a_token_that_is_forged_is_nobodys(server: Server, port: int) -> None:
    good = str(service_account(server.cluster, "research", "robot").credential)
    assert holder_of(port, good).get("/v1/reservations").status == 200
    assert holder_of(port, good[:-6] + "AAAAAA").get("/v1/reservations").status == 401


def test_rights_that_are_bound_are_seen_and_guards_with_them(server: Server, port: int) -> None:
    reader = {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": "holdfast-platform-engineer",
    }
    subject = {"kind": "ServiceAccount", "name": "robot", "namespace": "engineers"}
    engineer = robot(server, port, "engineers")
    bound = {"metadata": {"name": "robots"}, "roleRef": reader, "subjects": [subject]}
    path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    assert server.call("POST", path, bound).accepted
    until(lambda: "ny.a" in engineer.get("/floor").text)
    assert "guard missing" not in engineer.get("/on-call").text
    assert {one["namespace"] for one in engineer.get("/v1/reservations").json()["items"]} == set(SPACES)
