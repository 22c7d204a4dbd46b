"""Deletions on a real API server, with the planner's own rights: many, one, one that is kept, a kind made anew.

The patience is two seconds instead of thirty, so that many at once take twenty instead of three hundred.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.documents import Document, document, pool, reservation
from tests.guards.server import DEFINITIONS, ENGINEER, OURS, PLANNER, TENANT, Server, serving

from holdfast.hardware.instants import text_of
from holdfast.hardware.names import RELEASE_ANNOTATION
from holdfast_lab.credentials import service_account
from holdfast_lab.installation import MANIFESTS, install
from holdfast_lab.kubeconfig import write_kubeconfig

PATIENCE = 2
MANY = 25
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


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The hub of its own, and an operator on it with the planner's account."""
    folder = tmp_path_factory.mktemp("deletions")
    with serving(folder / "hub") as server:
        stage = Stage(server)
        kubeconfig = folder / "planner.kubeconfig"
        write_kubeconfig(kubeconfig, [service_account(server.cluster, "holdfast-system", "planner")])
        with (folder / "operator.log").open("wb") as log:
            operator = subprocess.Popen(_command(kubeconfig), stdout=log, stderr=log, env=dict(os.environ))
        try:
            yield stage
        finally:
            operator.terminate()
            operator.wait(20)


def _command(kubeconfig: Path) -> list[str]:
    options = [f"--kubeconfig={kubeconfig}", f"--absence-seconds={PATIENCE}"]
    return [sys.executable, "-m", "holdfast", "operator", *options]


def test_many_deletions_of_one_tenant_end_later_and_anothers_single_one_as_ever(stage: Stage) -> None:
    theirs, ours = stage.reserve("mistral", MANY), stage.reserve("anthropic", 1)
    began = time.monotonic()
    stage.cancel(*theirs, *ours)
    stage.until(lambda: stage.states(ours) == {"Released"}, 12)
    assert stage.states(theirs) == {"Committed"}
    assert "DeletionsQuestioned" in stage.conditions("mistral")
    assert "DeletionsQuestioned" not in stage.conditions("anthropic")
    assert stage.events("DeletionsQuestioned") == {"Tenant", "Namespace"}
    stage.until(lambda: "Committed" not in stage.states(theirs), 40)
    assert time.monotonic() - began >= 10 * PATIENCE
    stage.until(lambda: stage.states(theirs) == {"Released"}, 10)
    stage.until(lambda: stage.conditions("mistral") == "Accepted", 10)


def test_a_reservation_that_a_finalizer_keeps_gives_its_promise_up_and_stays(stage: Stage) -> None:
    (kept,) = stage.reserve("anthropic", 1, name="kept", finalizers=["example.com/mine"])
    stage.cancel(kept)
    stage.until(lambda: stage.states([kept]) == {"Released"}, 15)
    path = f"{OURS}/namespaces/anthropic/capacityreservations/kept"
    stage.until(lambda: "Released" in json.dumps(stage.server.call("GET", path).document["status"]), 10)
    assert stage.server.call("PATCH", path, {"metadata": {"finalizers": None}}).accepted


def test_only_platform_engineers_write_the_release(stage: Stage) -> None:
    path = f"{OURS}/tenants/mistral"
    change = {"metadata": {"annotations": {RELEASE_ANNOTATION: "2127-01-04T00:00:00Z"}}}
    assert stage.server.call("PATCH", path, change, TENANT).status == 403
    assert stage.server.call("PATCH", path, change, PLANNER).status == 403
    through_status = stage.server.call("PATCH", f"{path}/status", change, PLANNER)
    assert RELEASE_ANNOTATION not in through_status.document["metadata"].get("annotations", {})
    assert stage.server.call("PATCH", path, change, ENGINEER).accepted
    stage.until(lambda: "ReleaseRefused" in stage.conditions("mistral"), 10)
    nothing = {"metadata": {"annotations": {RELEASE_ANNOTATION: None}}}
    assert stage.server.call("PATCH", path, nothing, ENGINEER).accepted
    stage.until(lambda: stage.conditions("mistral") == "Accepted", 10)


def test_the_planner_reads_the_one_definition_and_changes_none(stage: Stage) -> None:
    assert stage.server.call("GET", f"{DEFINITIONS}/{KIND}", who=PLANNER).accepted
    assert stage.server.call("GET", f"{DEFINITIONS}/tenants.holdfast.dev", who=PLANNER).status == 403
    assert stage.server.call("PATCH", f"{DEFINITIONS}/{KIND}", {}, PLANNER).status == 403


def make_anew(server: Server) -> None:
    """Delete the definition of reservations, which takes them along, and apply it again."""
    path = f"{DEFINITIONS}/{KIND}"
    assert server.call("DELETE", path).accepted
    deadline = time.monotonic() + 20
    while server.call("GET", path).accepted and time.monotonic() < deadline:
        time.sleep(0.1)
    install(server.cluster, MANIFESTS / "definitions")
    assert server.call("GET", f"{OURS}/capacityreservations").document["items"] == []


def holdfast_status(server: Server) -> str:
    """What `holdfast status` prints about this hub."""
    command = [
        sys.executable,
        "-m",
        "holdfast",
        "status",
        f"--kubeconfig={server.cluster.kubeconfig('admin')}",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_promise_survives_its_kind_being_made_anew_until_it_is_released(stage: Stage) -> None:
    (lost,) = stage.reserve("anthropic", 1)
    make_anew(stage.server)
    stage.until(lambda: "DeletionsFrozen" in stage.conditions("anthropic"), 30)
    time.sleep(5 * PATIENCE)
    assert stage.states([lost]) == {"Committed"}
    assert "anthropic  DeletionsFrozen" in holdfast_status(stage.server)
    until = text_of(int(time.time()) + 60)  # noqa: TID251
    change = {"metadata": {"annotations": {RELEASE_ANNOTATION: until}}}
    assert stage.server.call("PATCH", f"{OURS}/tenants/anthropic", change, ENGINEER).accepted
    stage.until(lambda: stage.states([lost]) == {"Released"}, 15)
    assert stage.events("DeletionsReleased") == {"Tenant", "Namespace"}
