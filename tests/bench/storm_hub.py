"""A hub for the storm: pools, reports, one datacenter that is heard, tenants; and the shipped operator beside it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.api_server import accepted
from tests.bench.documents import pool_document, report_document, site_document
from tests.bench.fleet import SITES, Fleet, written
from tests.documents import Document
from tests.guards.server import Server
from tests.guards.test_rights import bindings

from holdfast.cluster.client import Api
from holdfast.cluster.leases.heartbeat import Heartbeat
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.objects import Key
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.hardware.names import AGENTS_NAMESPACE, SYSTEM_NAMESPACE
from holdfast.process.connection import transport_from
from holdfast_lab.credentials import service_account
from holdfast_lab.kubeconfig import write_kubeconfig
from holdfast_lab.story.fixtures import tenant

POOLS = 30
TENANTS = tuple(f"storm-{n}" for n in range(4))
CHIPS = 10**7
READY_SECONDS = 60.0


def furnish(server: Server, pool_count: int = POOLS) -> None:
    """Declare and report everything; nobody has asked for anything yet."""
    pools = written(Fleet(live=0, pools=pool_count)).pools.values()
    documents = [site_document(SITES[0])]
    documents += [each for pool in pools for each in (pool_document(pool), report_document(pool))]
    for document in documents:
        bare = {key: value for key, value in document.items() if key != "status"}
        accepted(server.create({**bare, "metadata": {"name": document["metadata"]["name"]}}))
    for name in TENANTS:
        ours, namespace, people = tenant(name, {"tpu7x": CHIPS})
        accepted(server.create(ours))
        accepted(server.create(namespace, path="/api/v1/namespaces"))
        accepted(server.create(people, path=bindings(name)))


@contextmanager
def heard(server: Server) -> Iterator[None]:
    """The datacenter's agent gives signs of life while the block lasts."""
    stop = threading.Event()
    retries = Retries(RetryPolicy(), time.monotonic, time.sleep, lambda low, _: low)
    transport = transport_from(str(server.cluster.kubeconfig("admin")), None)
    api = Api(transport, ServerClock(time.monotonic), retries)
    heartbeat = Heartbeat(api, Key(AGENTS_NAMESPACE, SITES[0]), "bench")
    thread = threading.Thread(target=heartbeat.run, args=(stop, lambda _: None), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)
        transport.close()


@dataclass(frozen=True, slots=True)
class Operator:
    """The shipped operator in a process of its own, and its pages."""

    process: subprocess.Popen[bytes]
    log: Path

    def page(self, path: str) -> tuple[int, str]:
        """Status and text of one of its pages; 0 while there is none, or while it is being started again."""
        births = self.said("started")
        if not births:
            return 0, ""
        with closing(http.client.HTTPConnection("127.0.0.1", births[-1]["metrics_port"], timeout=5)) as way:
            try:
                way.request("GET", path)
                answer = way.getresponse()
                return answer.status, answer.read().decode()
            except OSError:
                return 0, ""

    def said(self, event: str) -> list[dict[str, Any]]:
        """What its log says of an event, whenever it came: of `started` its port, and its name in the lease."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def writes(self) -> dict[tuple[str, str], int]:
        """Accepted calls so far, by method and plural."""
        found: dict[tuple[str, str], int] = {}
        for line in self.page("/metrics")[1].splitlines():
            if line.startswith("holdfast_api_calls_total{"):
                labels, _, value = line.partition("{")[2].partition("} ")
                named = dict(each.split("=") for each in labels.replace('"', "").split(","))
                if named["outcome"].startswith("2"):
                    found[named["method"], named["plural"]] = int(float(value))
        return found


@contextmanager
def operating(server: Server, folder: Path) -> Iterator[Operator]:
    """The operator as the planner's account, ready."""
    operator = started(server, folder, "operator")
    try:
        await_ready(operator)
        yield operator
    finally:
        operator.process.kill()
        operator.process.wait()


def started(server: Server, folder: Path, name: str, *before: str) -> Operator:
    """A replica of the operator with the planner's account; `before` is the program that is to run it."""
    kubeconfig, log = folder / f"{name}.kubeconfig", folder / f"{name}.log"
    write_kubeconfig(kubeconfig, [service_account(server.cluster, SYSTEM_NAMESPACE, "planner")])
    with log.open("wb") as output:
        command = [sys.executable, "-m", "holdfast", "operator", f"--kubeconfig={kubeconfig}"]
        process = subprocess.Popen([*before, *command], stdout=output, stderr=output, start_new_session=True)
    return Operator(process, log)


def await_ready(operator: Operator) -> None:
    """Until it has seen the whole hub."""
    until = time.monotonic() + READY_SECONDS
    while operator.page("/readyz")[0] != 200:
        if time.monotonic() > until:
            raise AssertionError(f"the operator is not ready: {operator.log.read_text()[-2000:]}")
        time.sleep(0.2)


def ask_document(namespace: str, name: str, count: int, window: Mapping[str, str]) -> Document:
    """A reservation of whole cubes with a fixed window."""
    spec = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": count, "window": dict(window)}
    return {
        "apiVersion": "holdfast.dev/v1alpha1", "kind": "CapacityReservation",
        "metadata": {"name": name, "namespace": namespace}, "spec": spec,
    }  # fmt: skip
