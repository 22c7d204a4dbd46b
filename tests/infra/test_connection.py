"""The door to the hub, against a server that answers what a test tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from tests.infra.ledgers import POOL, pool

from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import HubSilent, KubernetesHub, KubernetesSite
from holdfast_infra.hub_guard.connection import NoDefinitions

MISSING = {"kind": "Status", "code": 404, "message": f'acceleratorpools.holdfast.dev "{POOL}" not found'}


class Answers(HTTPServer):
    """Answers each request with the next of these, the last for ever."""

    planned: list[tuple[int, object]]
    paths: list[str]


class _Door(BaseHTTPRequestHandler):
    server: Answers

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        planned = self.server.planned
        status, body = planned.pop(0) if len(planned) > 1 else planned[0]
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Answers]:
    answers = Answers(("127.0.0.1", 0), _Door)
    answers.paths = []
    thread = Thread(target=answers.serve_forever)
    thread.start()
    yield answers
    answers.shutdown()
    thread.join()
    answers.server_close()


def hub(folder: Path, port: int) -> KubernetesHub:
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "hub", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "me", "user": {}}],
        "contexts": [{"name": "hub", "context": {"cluster": "hub", "user": "me"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(kubeconfig))
    return KubernetesHub(HubAddress(str(path), "hub"))


def test_a_pool_is_read_fresh_each_time(tmp_path: Path, server: Answers) -> None:
    server.planned = [(200, pool("a")), (200, pool("a", "b"))]
    connection = hub(tmp_path, server.server_port)
    assert connection.pool(POOL) == pool("a")
    assert connection.pool(POOL) == pool("a", "b")
    assert server.paths == [f"/apis/holdfast.dev/v1alpha1/acceleratorpools/{POOL}"] * 2


def test_only_the_api_servers_own_404_means_there_is_no_pool(tmp_path: Path, server: Answers) -> None:
    server.planned = [(404, MISSING), (404, "404 page not found")]
    connection = hub(tmp_path, server.server_port)
    assert connection.pool(POOL) is None
    with pytest.raises(HubSilent, match="404"):
        connection.pool(POOL)


def test_a_pool_whose_agent_never_reported_has_no_report(tmp_path: Path, server: Answers) -> None:
    none = {"kind": "Status", "code": 404, "message": f'poolreports.holdfast.dev "{POOL}" not found'}
    server.planned = [(404, none), (200, {"spec": {"units": {}}}), (404, MISSING)]
    connection = hub(tmp_path, server.server_port)
    assert connection.report(POOL) is None
    assert connection.report(POOL) == {"spec": {"units": {}}}
    assert server.paths == [f"/apis/holdfast.dev/v1alpha1/poolreports/{POOL}"] * 2
    with pytest.raises(HubSilent):
        connection.report(POOL)


def test_a_passing_failure_is_asked_again(tmp_path: Path, server: Answers) -> None:
    server.planned = [(500, ""), (429, ""), (200, {"items": [pool("a")]})]
    assert hub(tmp_path, server.server_port).pools() == [pool("a")]


@pytest.mark.parametrize(
    ("status", "body", "asked"),
    [
        (503, "", 3),
        (403, "", 1),
        (401, "", 1),
        (404, "404 page not found", 1),
        (200, "<html>", 1),
        (200, {}, 1),
    ],
)
def test_what_is_no_answer_is_silence(
    tmp_path: Path, server: Answers, status: int, body: Any, asked: int
) -> None:
    server.planned = [(status, body)]
    with pytest.raises(HubSilent):
        hub(tmp_path, server.server_port).pools()
    assert len(server.paths) == asked


def test_a_server_without_our_kinds_is_no_empty_hub(tmp_path: Path, server: Answers) -> None:
    server.planned = [(404, "404 page not found"), (200, {"items": []})]
    connection = hub(tmp_path, server.server_port)
    with pytest.raises(NoDefinitions, match="serves no AcceleratorPool"):
        connection.pools()
    assert connection.pools() == []


def test_a_hub_is_known_by_its_oldest_namespace_and_not_by_its_context(
    tmp_path: Path, server: Answers
) -> None:
    server.planned = [(200, {"metadata": {"name": "kube-system", "uid": "u-1"}})]
    assert hub(tmp_path, server.server_port).identity() == "u-1"
    assert server.paths == ["/api/v1/namespaces/kube-system"]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [(403, "", "403"), (200, {}, "no namespace kube-system"), (200, [], "no namespace")],
)
def test_a_hub_that_does_not_say_who_it_is_is_silence(
    tmp_path: Path, server: Answers, status: int, body: Any, words: str
) -> None:
    server.planned = [(status, body)]
    with pytest.raises(HubSilent, match=words):
        hub(tmp_path, server.server_port).identity()


def test_nobody_listening_is_silence(tmp_path: Path) -> None:
    with pytest.raises(HubSilent):
        hub(tmp_path, 1).pool(POOL)


def test_a_missing_kubeconfig_or_context_is_silence(tmp_path: Path, server: Answers) -> None:
    hub(tmp_path, server.server_port)
    for address in (
        HubAddress(str(tmp_path / "none"), "hub"),
        HubAddress(str(tmp_path / "kubeconfig"), "other"),
    ):
        with pytest.raises(HubSilent):
            KubernetesHub(address).pools()


def test_the_nodes_of_a_site_are_those_that_are_marked_as_units(tmp_path: Path, server: Answers) -> None:
    marked = {"name": "n-0", "labels": {"holdfast.dev/unit": "cube-000"}}
    server.planned = [(200, {"items": [{"metadata": marked | {"uid": "x"}, "spec": {}}]}), (403, "")]
    site = KubernetesSite(hub(tmp_path, server.server_port)._address)
    assert site.unit_nodes() == [{"metadata": marked}]
    assert server.paths == ["/api/v1/nodes?labelSelector=holdfast.dev%2Funit"]
    with pytest.raises(HubSilent, match="403"):
        site.unit_nodes()
