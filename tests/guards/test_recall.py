"""A recall carries the name of whoever does it, and no other; what was signed before stays as it is."""

from __future__ import annotations

import pytest
from tests.documents import Document, pool
from tests.guards.server import ENGINEER, PLANNER, TENANT, Answer, Identity, Server, address

from holdfast.hardware.names import RECALL_ANNOTATION_PREFIX

MARK = f"{RECALL_ANNOTATION_PREFIX}u0"


def marked(hub: Server, stored: Document, who: Identity, **marks: str | None) -> Answer:
    """A patch of the pool's annotations."""
    named = {f"{RECALL_ANNOTATION_PREFIX}{unit}": person for unit, person in marks.items()}
    return hub.call("PATCH", address(stored), {"metadata": {"annotations": named}}, who)


def test_a_platform_engineer_recalls_a_unit_under_their_own_name_alone(hub: Server) -> None:
    stored = hub.create(pool()).document
    assert "a recall names who does it: write ada" in marked(hub, stored, ENGINEER, u0="alice").message
    recalled = marked(hub, stored, ENGINEER, u0="ada")
    assert recalled.document["metadata"]["annotations"][MARK] == "ada"
    another = Identity("eve", ENGINEER.groups)
    assert marked(hub, stored, another, u1="eve").accepted
    assert "write eve" in marked(hub, stored, another, u0="ada2").message
    assert marked(hub, stored, another, u0=None).accepted


@pytest.mark.parametrize("who", [TENANT, PLANNER], ids=["a tenant", "the planner"])
def test_nobody_else_recalls(hub: Server, who: Identity) -> None:
    stored = hub.create(pool()).document
    assert marked(hub, stored, who, u0=who.user).status == 403
