"""Deletions on a real API server, with the planner's own rights: many, one, one that is kept, a kind made anew.

The patience is two seconds instead of thirty, so that many at once take twenty instead of three hundred.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from tests.guards.server import DEFINITIONS, ENGINEER, OURS, PLANNER, TENANT, Server
from tests.guards.stage import KIND, Stage, staged

from holdfast.hardware.instants import text_of
from holdfast.hardware.names import RELEASE_ANNOTATION
from holdfast_lab.installation import MANIFESTS, install

PATIENCE = 2
MANY = 25


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The hub of its own, its operator with a short patience."""
    with staged(tmp_path_factory.mktemp("deletions"), f"--absence-seconds={PATIENCE}") as stage:
        yield stage


def test_many_deletions_of_one_tenant_end_later_and_anothers_single_one_as_ever(stage: Stage) -> None:
    theirs, ours = stage.reserve("mistral", MANY), stage.reserve("anthropic", 1)
    began = time.monotonic()
    stage.cancel(*theirs, *ours)
    stage.until(lambda: stage.states(ours) == {"Released"}, 12)
    assert stage.states(theirs) == {"Committed"}
    assert "DeletionsQuestioned" in stage.conditions("mistral")
    assert "DeletionsQuestioned" not in stage.conditions("anthropic")
    stage.until(lambda: stage.events("DeletionsQuestioned") == {"Tenant", "Namespace"}, 10)
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


def make_anew(stage: Stage) -> None:
    """Delete the definition of reservations, which takes them along, and apply it again."""
    path, server = f"{DEFINITIONS}/{KIND}", stage.server
    assert server.call("DELETE", path).accepted
    stage.until(lambda: not server.call("GET", path).accepted, 20)
    install(server.cluster, MANIFESTS / "definitions")
    stage.until(lambda: server.call("GET", f"{OURS}/capacityreservations").document.get("items") == [], 20)


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
    make_anew(stage)
    stage.until(lambda: "DeletionsFrozen" in stage.conditions("anthropic"), 30)
    time.sleep(5 * PATIENCE)
    assert stage.states([lost]) == {"Committed"}
    assert "anthropic  DeletionsFrozen" in holdfast_status(stage.server)
    until = text_of(int(time.time()) + 60)  # noqa: TID251
    change = {"metadata": {"annotations": {RELEASE_ANNOTATION: until}}}
    assert stage.server.call("PATCH", f"{OURS}/tenants/anthropic", change, ENGINEER).accepted
    stage.until(lambda: stage.states([lost]) == {"Released"}, 15)
    stage.until(lambda: stage.events("DeletionsReleased") == {"Tenant", "Namespace"}, 10)
