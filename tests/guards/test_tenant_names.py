"""What a tenant may be called: a hub refuses what every site would refuse."""

from __future__ import annotations

import pytest
from tests.documents import document, unique
from tests.guards.server import ENGINEER, Server

from holdfast.hardware.names import RESERVED_NAMESPACES, RESERVED_PREFIXES, is_reserved

TENANT = {"group": "people", "entitlements": []}
RESERVED = [*RESERVED_NAMESPACES, *(f"{prefix}team" for prefix in RESERVED_PREFIXES)]
FREE = ["kube", "holdfast", "defaults", "gke", "team-kube-1"]


@pytest.mark.parametrize("name", RESERVED)
def test_a_tenant_named_like_a_namespace_of_the_system_is_refused_in_a_sentence(
    hub: Server, name: str
) -> None:
    assert is_reserved(name)
    message = hub.create(document("Tenant", name, TENANT), ENGINEER).message
    assert "names a namespace of the system" in message
    assert "name the tenant otherwise" in message


@pytest.mark.parametrize("name", [*FREE, pytest.param(unique("mistral"), id="mistral and a word")])
def test_a_tenant_with_a_name_that_only_resembles_one_is_accepted(hub: Server, name: str) -> None:
    assert not is_reserved(name)
    assert hub.create(document("Tenant", name, TENANT), ENGINEER).message == ""
