"""A hub installed, upgraded and left by helm, on a real API server: definitions, guards and promises stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chart.conftest import Helm
from tests.documents import UID, promise
from tests.guards.server import DEFINITIONS, OURS, Server

PROMISE = promise(
    UID, namespace="lent", reservation="live", acceleratorType="h200", topology=None, slices=1, unitsPerSlice=1,
    pools={"abernathy.h200-a": 1}, requestedSlices=1, round=1,
)  # fmt: skip
GUARD = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/holdfast-promise-kept"
PLANNER = "/apis/apps/v1/namespaces/holdfast-system/deployments/holdfast-planner"
SPACE = ("-n", "kube-system")
"""Where helm keeps what it knows: the charts bring their own namespaces."""


@pytest.fixture(scope="module")
def admin(empty: Server, helm: Helm) -> Helm:
    """helm as the cluster's administrator."""
    return Helm(helm.home, empty.cluster.kubeconfig("admin"))


def stands(server: Server) -> bool:
    """Whether every definition, the guard of promises and the promise are there, and the guard refuses."""
    found = server.call("GET", DEFINITIONS).document["items"]
    ours = [
        one
        for one in found
        if one["spec"]["group"] == "holdfast.dev" and not one["metadata"].get("deletionTimestamp")
    ]
    guard = server.call("GET", GUARD)
    kept = guard.accepted and "deletionTimestamp" not in guard.document["metadata"]
    refused = server.call("DELETE", f"{OURS}/capacitypromises/{UID}").status == 422
    return len(ours) == 9 and kept and refused


@pytest.fixture(scope="module")
def installed(empty: Server, admin: Helm, charts: dict[str, Path]) -> Server:
    """Definitions and hub, and a promise in force."""
    admin.must("install", "definitions", str(charts["holdfast-definitions"]), *SPACE)
    admin.must("install", "hub", str(charts["holdfast-hub"]), *SPACE)
    assert empty.create(PROMISE).message == ""
    return empty


def test_what_is_installed_holds(installed: Server) -> None:
    assert stands(installed)
    assert image(installed) == "holdfast:0.1.0"


def image(server: Server) -> str:
    """What the operator would run."""
    pod = server.call("GET", PLANNER).document["spec"]["template"]["spec"]
    return str(pod["containers"][0]["image"])


def definitions(server: Server) -> dict[str, str]:
    """Every definition's uid."""
    found = server.call("GET", DEFINITIONS).document["items"]
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


def test_an_upgrade_changes_what_it_is_told_to_and_nothing_of_what_is_kept(
    installed: Server, admin: Helm, charts: dict[str, Path]
) -> None:
    before = definitions(installed)
    admin.must("upgrade", "definitions", str(charts["holdfast-definitions"]), *SPACE)
    admin.must("upgrade", "hub", str(charts["holdfast-hub"]), *SPACE, "--set=image=holdfast:0.1.1")
    assert image(installed) == "holdfast:0.1.1"
    assert definitions(installed) == before
    assert stands(installed)


def test_uninstalling_leaves_definitions_guards_and_promises_and_they_may_be_taken_up_again(
    installed: Server, admin: Helm, charts: dict[str, Path]
) -> None:
    for release in ("hub", "definitions"):
        admin.must("uninstall", release, *SPACE)
        admin.must("uninstall", release, *SPACE, "--ignore-not-found")
    assert installed.call("GET", PLANNER).status == 404
    assert stands(installed)
    admin.must("install", "definitions", str(charts["holdfast-definitions"]), *SPACE)
    assert stands(installed)
