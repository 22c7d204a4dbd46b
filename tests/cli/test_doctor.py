"""`holdfast doctor` on a real hub that is broken thing by thing, and with the rights its reader has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.people import Person
from tests.guards.server import DEFINITIONS, Server, serving
from tests.guards.stage import Stage

pytestmark = pytest.mark.lab

ADMISSION = "/apis/admissionregistration.k8s.io/v1"
POLICY = f"{ADMISSION}/validatingadmissionpolicies"
BINDING = f"{ADMISSION}/validatingadmissionpolicybindings"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub as it is installed, without an operator, for the tests here to break."""
    with serving(tmp_path_factory.mktemp("hub")) as server:
        yield server


def found(server: Server, *options: str) -> tuple[int, dict[str, Any]]:
    """What is found as administrator, and the exit status."""
    done = Person(server.cluster.kubeconfig("admin")).run("doctor", "-o", "json", *options)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def said(server: Server) -> set[tuple[str, str, str]]:
    """Area, object and the beginning of what is wrong."""
    return {(one["area"], one["object"], one["wrong"].split(":")[0]) for one in found(server)[1]["findings"]}


def test_as_installed_only_the_operator_is_missing(broken: Server) -> None:
    status, told = found(broken)
    assert (status, told["healthy"], told["unread"]) == (1, False, [])
    assert [(one["area"], one["object"]) for one in told["findings"]] == [("operator", "operator")]


def test_what_is_taken_away_or_altered_is_found(broken: Server) -> None:
    assert broken.call("DELETE", f"{BINDING}/holdfast-reservation-window").accepted
    assert broken.call("DELETE", f"{POLICY}/holdfast-pool-in-use").accepted
    weaker = {"spec": {"failurePolicy": "Ignore"}}
    assert broken.call("PATCH", f"{POLICY}/holdfast-promise-kept", weaker).accepted
    fewer = {"metadata": {"annotations": {"holdfast.dev/decommission": "ada"}}}
    assert broken.call("PATCH", f"{DEFINITIONS}/stackseals.holdfast.dev", fewer).accepted
    assert said(broken) >= {
        ("guards", "policybindings/holdfast-reservation-window", "is missing"),
        ("guards", "policies/holdfast-pool-in-use",
         "was deleted; its finalizer keeps it in force, and nothing brings it back when that goes"),
        ("guards", "policies/holdfast-promise-kept", "was altered"),
        ("definitions", "stackseals.holdfast.dev", "may be deleted with all it keeps"),
    }  # fmt: skip


def test_a_definition_of_another_version_is_found_and_one_that_is_gone(broken: Server) -> None:
    seen = broken.call("GET", f"{DEFINITIONS}/tenants.holdfast.dev").document["spec"]["versions"]
    seen[0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"].pop("horizonSeconds")
    assert broken.call("PATCH", f"{DEFINITIONS}/tenants.holdfast.dev", {"spec": {"versions": seen}}).accepted
    assert broken.call("DELETE", f"{DEFINITIONS}/stackseals.holdfast.dev").accepted
    assert {("definitions", "stackseals.holdfast.dev", "is missing")} <= said(broken)
    differs = [
        one["wrong"] for one in found(broken)[1]["findings"] if one["object"] == "tenants.holdfast.dev"
    ]
    where = "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.horizonSeconds"
    assert differs == [f"is not this version's: {where} differs"]


def test_who_may_not_look_is_told_what_was_not_checked(mila: Person) -> None:
    done = mila.run("doctor")
    assert done.returncode == 1
    assert "validatingadmissionpolicies" in done.stdout
    assert "may not be read by this identity" in done.stdout


def test_an_engineer_may_look_at_everything(stage: Stage, ada: Person) -> None:
    stage.until(lambda: ada.run("doctor").returncode == 0, 30)  # the operator has begun to lead
    done = ada.run("doctor")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "has no ResourceQuota holdfast-tenant" in done.stdout
    assert "its decommissioning was begun" in done.stdout
    assert done.stdout.endswith("0 errors, 3 warnings\n")
    assert ada.run("doctor", "--strict").returncode == 1
