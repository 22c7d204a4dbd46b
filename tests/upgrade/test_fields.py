"""A field that a process does not know: it leaves the object alone, and once the field is retired it reads it again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.people import Person
from tests.documents import Document, document
from tests.guards.server import DEFINITIONS, Server, address, serving
from tests.upgrade.stored import stored

from holdfast.cli.connection import transport
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import TENANTS
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import Undecodable
from holdfast.cluster.transport.retries import ONE_TRY, Retries
from holdfast_lab.testing import eventually

pytestmark = pytest.mark.lab

NAME = "tenants.holdfast.dev"
MADE = document("Tenant", "mistral", {"group": "mistral", "entitlements": []})


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub with one tenant, made before the field was known."""
    with serving(tmp_path_factory.mktemp("hub")) as server:
        assert server.create(MADE).accepted
        yield server


@pytest.fixture
def api(hub: Server) -> Api:
    """The door of this version, whose records know no tier."""
    retries = Retries(ONE_TRY, time.monotonic, time.sleep, secrets.SystemRandom().uniform)
    way = transport(str(hub.cluster.kubeconfig("admin")), None)
    return Api(way, ServerClock(time.monotonic), retries)


def define(hub: Server, change: Any) -> None:
    """Change the fields of a tenant's spec, and wait until the server serves the change."""
    found = hub.call("GET", f"{DEFINITIONS}/{NAME}").document
    change(found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"])
    assert hub.call("PUT", f"{DEFINITIONS}/{NAME}", found).message == ""


def written(hub: Server, **spec: str) -> str:
    """Change the tenant; what the server says against it."""
    return hub.call("PATCH", address(MADE), {"spec": spec}).message


def tier(hub: Server) -> Document:
    """What etcd holds of it."""
    (one,) = stored(hub.cluster, "tenants")
    return {key: value for key, value in one["spec"].items() if key == "tier"}


def test_a_field_that_the_definition_does_not_know_is_refused_to_whoever_writes_strictly(hub: Server) -> None:
    assert "unknown field" in written(hub, tier="gold")


def test_a_field_that_is_added_changes_nothing_for_whoever_does_not_write_it(hub: Server, api: Api) -> None:
    define(hub, lambda fields: fields.update(tier={"type": "string"}))
    eventually(lambda: hub.call("PATCH", f"{address(MADE)}?dryRun=All", {"spec": {"tier": "gold"}}).accepted)
    assert api.get(TENANTS, "mistral").spec.group == "mistral"
    assert tier(hub) == {}


def test_an_object_with_a_field_that_this_version_does_not_know_is_left_alone_by_it(
    hub: Server, api: Api
) -> None:
    assert written(hub, tier="gold") == ""
    with pytest.raises(Undecodable, match="tier"):
        api.get(TENANTS, "mistral")
    assert tier(hub) == {"tier": "gold"}


def test_a_retired_field_is_dropped_on_read_and_a_migration_drops_it_from_what_is_stored(
    hub: Server, api: Api
) -> None:
    define(hub, lambda fields: fields.pop("tier"))
    eventually(lambda: "tier" not in hub.call("GET", address(MADE)).document["spec"])
    assert api.get(TENANTS, "mistral").spec.group == "mistral"
    assert tier(hub) == {"tier": "gold"}
    assert "tenants: 1 objects are stored" in Person(hub.cluster.kubeconfig("admin")).says("migrate-storage")
    assert tier(hub) == {}
