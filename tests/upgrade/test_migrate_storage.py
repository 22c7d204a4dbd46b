"""A kind gets a newer version, everything is stored in it, the older one goes: no webhook, on a real server."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.people import Person
from tests.documents import Document, document
from tests.guards.server import DEFINITIONS, Server, serving
from tests.upgrade.stored import stored

from holdfast_lab.testing import eventually

pytestmark = pytest.mark.lab

NAME, OLD, NEW = "tenants.holdfast.dev", "v1alpha1", "v1beta1"
TENANTS = [f"tenant-{n}" for n in range(7)]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub with seven tenants, whose kind then is served in two versions and stored in the newer one."""
    with serving(tmp_path_factory.mktemp("hub")) as server:
        for name in TENANTS:
            assert server.create(document("Tenant", name, {"group": name, "entitlements": []})).accepted
        found = definition(server)
        (older,) = found["spec"]["versions"]
        newer = {**copy.deepcopy(older), "name": NEW}
        found["spec"]["versions"] = [newer, {**older, "storage": False}]
        assert server.call("PUT", f"{DEFINITIONS}/{NAME}", found).message == ""
        yield server


def definition(hub: Server) -> Document:
    """As it stands."""
    return hub.call("GET", f"{DEFINITIONS}/{NAME}").document


def names(hub: Server) -> list[str]:
    """The tenants as the newer version serves them; empty while it is not served."""
    found = hub.call("GET", f"/apis/holdfast.dev/{NEW}/tenants").document.get("items", [])
    return [one["metadata"]["name"] for one in found]


def without_the_older_one(hub: Server) -> str:
    """What the server says to a definition that no longer knows the older version; empty where it agrees."""
    found = definition(hub)
    found["spec"]["versions"] = [one for one in found["spec"]["versions"] if one["name"] == NEW]
    return hub.call("PUT", f"{DEFINITIONS}/{NAME}", found).message


def stored_versions(hub: Server) -> set[str]:
    """The versions in which etcd holds tenants."""
    return {one["apiVersion"] for one in stored(hub.cluster, "tenants")}


def test_a_version_that_something_is_stored_in_is_not_given_up(hub: Server) -> None:
    assert definition(hub)["status"]["storedVersions"] == [OLD, NEW]
    assert "was previously a storage version" in without_the_older_one(hub)


def test_everything_is_stored_in_the_newer_version_and_the_older_one_may_go(
    hub: Server, tmp_path: Path
) -> None:
    assert stored_versions(hub) == {f"holdfast.dev/{OLD}"}
    admin = Person(hub.cluster.kubeconfig("admin"))
    said = admin.says("migrate-storage")
    assert f"tenants: 7 objects are stored in {NEW}; nothing is left in {OLD}" in said
    assert "acceleratorpools: 0 objects are stored in v1alpha1\n" in said
    assert stored_versions(hub) == {f"holdfast.dev/{NEW}"}
    assert definition(hub)["status"]["storedVersions"] == [NEW]
    assert f"tenants: 7 objects are stored in {NEW}\n" in admin.says("migrate-storage")
    assert without_the_older_one(hub) == ""
    eventually(lambda: names(hub) == TENANTS)
