"""What GitOps tools make of our objects: kstatus itself, and the health check in Lua, on objects of a real hub."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from tests.documents import Document, document, reservation
from tests.guards.server import OURS
from tests.guards.stage import Stage, staged
from tests.house.sources import ROOT

from holdfast.hardware.instants import text_of
from holdfast_lab.release_tools import tool

HEALTH = ROOT / "examples/gitops/argocd/health.lua"
MINE = f"{OURS}/namespaces/mistral/capacityreservations"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One object, as both see it."""

    kstatus: str
    argocd: str
    message: str


def judged(*objects: Document) -> list[Judgement]:
    """In their order."""
    argv = [str(tool("gitops")), str(HEALTH)]
    done = subprocess.run(argv, input=json.dumps(objects), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Judgement(**json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub with an operator and a pool of four cubes, no agent."""
    with staged(tmp_path_factory.mktemp("hub")) as stage:
        yield stage


def asked(stage: Stage, name: str, condition: str, **spec: Any) -> Document:
    """A reservation of mistral's, once this condition is told of it."""
    first = int(time.time()) + 86_400  # noqa: TID251
    window = {"start": text_of(first), "end": text_of(first + 3600)}
    stage.make(reservation("mistral", name, **{"topology": "4x4x4", "count": 1, "window": window, **spec}))
    stage.until(lambda: condition in told(stage, name), 30)
    return stage.server.call("GET", f"{MINE}/{name}").document


def told(stage: Stage, name: str) -> str:
    """The conditions that stand there."""
    found = stage.server.call("GET", f"{MINE}/{name}").document.get("status", {}).get("conditions", [])
    return " ".join(f"{one['type']}={one['status']} {one['reason']}" for one in found)


def test_a_promise_whose_window_is_ahead_is_done(stage: Stage) -> None:
    (seen,) = judged(asked(stage, "ahead", "Ready=True Scheduled"))
    assert (seen.kstatus, seen.argocd) == ("Current", "Healthy")


def test_a_reservation_that_waits_is_in_progress_and_says_for_what(stage: Stage) -> None:
    held = asked(stage, "waits", "Ready=False", count=4)
    (seen,) = judged(held)
    assert (seen.kstatus, seen.argocd) == ("InProgress", "Progressing")
    assert seen.message.startswith(held["status"]["hold"]["reason"])


def test_a_reservation_that_only_its_author_can_mend_has_failed(stage: Stage) -> None:
    (seen,) = judged(asked(stage, "never", "Stalled=True", acceleratorType="no-such-type"))
    assert (seen.kstatus, seen.argocd) == ("Failed", "Degraded")


def test_a_change_that_nobody_has_answered_is_in_progress(stage: Stage) -> None:
    made = asked(stage, "changed", "Ready=")
    made["metadata"]["generation"] += 1
    (seen,) = judged(made)
    assert (seen.kstatus, seen.argocd) == ("InProgress", "Progressing")


def test_one_that_was_just_made_is_not_done(stage: Stage) -> None:
    (seen,) = judged({**reservation("mistral", "new"), "metadata": {"name": "new", "generation": 1}})
    assert seen.argocd == "Progressing"


def test_one_that_is_being_deleted_is_not_done(stage: Stage) -> None:
    going = asked(stage, "going", "Ready=")
    going["metadata"]["deletionTimestamp"] = "2027-01-15T07:00:00Z"
    (seen,) = judged(going)
    assert (seen.kstatus, seen.argocd) == ("Terminating", "Progressing")


def test_what_is_declared_and_well_is_healthy(stage: Stage) -> None:
    paths = ("acceleratorpools/ny.a", "tenants/mistral", "capacitypromises")
    pool, tenant, promises = (stage.server.call("GET", f"{OURS}/{path}").document for path in paths)
    kind = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "CapacityPromise"}
    promise = {**kind, **promises["items"][0]}
    seen = judged(pool, tenant, promise)
    assert [(one.kstatus, one.argocd) for one in seen] == [("Current", "Healthy")] * 3


@pytest.mark.parametrize(
    ("kind", "status", "argocd"),
    [
        (
            "MaintenanceWindow",
            {"conditions": [{"type": "Accepted", "status": "False", "reason": "Touches"}]},
            "Degraded",
        ),
        (
            "MaintenanceWindow",
            {"conditions": [{"type": "Accepted", "status": "True", "reason": "TakenOut"}]},
            "Healthy",
        ),
        ("MaintenanceWindow", {}, "Progressing"),
        (
            "Datacenter",
            {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "Silent"}]},
            "Degraded",
        ),
        ("AcceleratorPool", {"capacity": {"deficit": 2}}, "Degraded"),
        ("StackSeal", {}, "Healthy"),
    ],
)
def test_the_other_kinds(kind: str, status: Document, argocd: str) -> None:
    made = {**document(kind, "a", {}, generation=1), "status": status}
    assert [one.argocd for one in judged(made)] == [argocd]


def test_argocds_config_map_has_the_script_word_for_word() -> None:
    held = yaml.safe_load((ROOT / "examples/gitops/argocd/argocd-cm.yaml").read_text())["data"]
    ours = yaml.safe_load(held["resource.customizations"])["holdfast.dev/*"]
    assert ours["health.lua"] == HEALTH.read_text()


def test_flux_applies_folders_that_are_there_in_their_order() -> None:
    documents = list(yaml.safe_load_all((ROOT / "examples/gitops/flux/hub.yaml").read_text()))
    kustomizations = [one for one in documents if one["kind"] == "Kustomization"]
    assert all((ROOT / one["spec"]["path"] / "kustomization.yaml").exists() for one in kustomizations)
    assert kustomizations[1]["spec"]["dependsOn"] == [{"name": kustomizations[0]["metadata"]["name"]}]
