"""A hub of its own on a real API server, with a pool, two tenants, and an operator that has the planner's account."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.documents import Document, document, pool, reservation
from tests.guards.server import DEFINITIONS, ENGINEER, HUB_PARTS, OURS, Server, serving

from holdfast.hardware.instants import text_of
from holdfast_lab.credentials import service_account
from holdfast_lab.kubeconfig import write_kubeconfig

TENANTS = ("mistral", "anthropic")
KIND = "capacityreservations.holdfast.dev"
UNITS = {f"u{i}": {"health": "Healthy", "hosts": 16, "hostsReady": 16} for i in range(4)}


class Stage:
    """A hub with one pool and two tenants, and what is asked of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        site = {
            "siteKind": "gke",
            "region": "us-east4",
            "powerMegawatts": 9,
            "lifecycle": "UnderConstruction",
        }
        declared = {unit: {"nodePool": f"np-{unit}"} for unit in UNITS}
        self.make(document("Datacenter", "ny", site))
        self.make(pool("ny.a", seal="ny", units=declared, spares={"count": 0}))
        self.make(document("PoolReport", "ny.a", {"datacenter": "ny", "units": UNITS}))
        forgotten = {"metadata": {"annotations": {"holdfast.dev/decommission": "begun, and not taken back"}}}
        assert server.call("PATCH", f"{DEFINITIONS}/{KIND}", forgotten).accepted
        for name in TENANTS:
            chips = [{"acceleratorType": "tpu7x", "chips": 100_000}]
            self.make(document("Tenant", name, {"group": name, "entitlements": chips}))
            space = {"metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}}}
            assert server.call("POST", "/api/v1/namespaces", space, ENGINEER).accepted

    def make(self, made: Document) -> Document:
        """Create an object of ours; as it is stored."""
        answer = self.server.create(made)
        assert answer.message == ""
        return answer.document

    def reserve(self, tenant: str, count: int, **meta: object) -> list[Document]:
        """So many reservations of one cube each, one every six hours from tomorrow on."""
        first = int(time.time()) + 86_400  # noqa: TID251
        made = []
        for n in range(count):
            window = {"start": text_of(first + 21_600 * n), "end": text_of(first + 21_600 * n + 3600)}
            asked = reservation(tenant, f"r{n}", topology="4x4x4", count=1, window=window)
            made.append(self.make({**asked, "metadata": {**asked["metadata"], **meta}}))
        self.until(lambda: self.states(made) == {"Committed"}, 30)
        return made

    def cancel(self, *made: Document) -> None:
        """Delete reservations."""
        for one in made:
            assert self.server.delete(one).accepted

    def states(self, made: list[Document]) -> set[str]:
        """In which states the promises of these are."""
        found = self.server.call("GET", f"{OURS}/capacitypromises").document["items"]
        by_uid = {one["metadata"]["name"]: one["spec"]["state"] for one in found}
        return {by_uid.get(one["metadata"]["uid"], "absent") for one in made}

    def conditions(self, tenant: str) -> str:
        """The reasons that a Tenant gives."""
        found = self.server.call("GET", f"{OURS}/tenants/{tenant}").document
        return " ".join(one["reason"] for one in found.get("status", {}).get("conditions", ()))

    def events(self, reason: str) -> set[str]:
        """The kinds of object of which this has been told."""
        found = self.server.call("GET", "/apis/events.k8s.io/v1/events").document["items"]
        return {one["regarding"]["kind"] for one in found if one["reason"] == reason}

    def until(self, true: Callable[[], bool], seconds: float) -> float:
        """Wait for it; how long that took."""
        began = time.monotonic()
        while not true():
            assert time.monotonic() < began + seconds
            time.sleep(0.2)
        return time.monotonic() - began


@contextmanager
def staged(folder: Path, *options: str, parts: Sequence[str] = HUB_PARTS) -> Iterator[Stage]:
    """The hub, and an operator on it for as long as the test lasts."""
    with serving(folder / "hub", parts) as server:
        stage = Stage(server)
        kubeconfig = folder / "planner.kubeconfig"
        write_kubeconfig(kubeconfig, [service_account(server.cluster, "holdfast-system", "planner")])
        command = [sys.executable, "-m", "holdfast", "operator", f"--kubeconfig={kubeconfig}", *options]
        with (folder / "operator.log").open("wb") as log:
            operator = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ))
        try:
            yield stage
        finally:
            operator.terminate()
            operator.wait(20)
