"""What stands around a tenant's namespace: written before its people get their role, and written again."""

from __future__ import annotations

import re

import pytest
from tests.agent.site_world import Datacenter

from holdfast.agent.tenant_fences import QUOTAS, SPECS
from holdfast.agent.turn import turn
from holdfast.cluster.transport.kinds import NETWORK_POLICY, RESOURCE_QUOTA, ROLE_BINDING, ServedKind

FENCES = [NETWORK_POLICY, RESOURCE_QUOTA]
NAME = "holdfast-tenant"


def test_pods_hear_only_their_own_namespace_and_no_port_of_a_node_is_theirs() -> None:
    world = Datacenter()
    world.turns()
    policy = world.server.find(NETWORK_POLICY, NAME, "mistral") or {}
    assert policy["spec"]["policyTypes"] == ["Ingress"]
    assert policy["spec"]["ingress"] == [{"from": [{"podSelector": {}}]}]
    hard = (world.server.find(RESOURCE_QUOTA, NAME, "mistral") or {})["spec"]["hard"]
    assert (hard["services.nodeports"], hard["services.loadbalancers"]) == ("0", "0")
    assert all(count != "0" for kind, count in hard.items() if kind.startswith("count/"))


def test_counts_are_spelled_as_the_server_spells_them() -> None:
    hard = SPECS[QUOTAS]["hard"]
    assert [count for count in hard.values() if not re.fullmatch(r"[0-9]{1,3}k?", count)] == []


@pytest.mark.parametrize("kind", FENCES, ids=lambda kind: str(kind.kind))
def test_a_fence_comes_before_the_role_of_the_tenants_people(kind: ServedKind) -> None:
    world = Datacenter()
    world.turns()
    writes = [one.path for one in world.server.requests if one.method == "POST" and "mistral" in one.path]
    at = {plural: next(i for i, path in enumerate(writes) if plural in path) for plural in plurals(kind)}
    assert at[kind.plural] < at[ROLE_BINDING.plural]


def plurals(kind: ServedKind) -> tuple[str, str]:
    return kind.plural, ROLE_BINDING.plural


@pytest.mark.parametrize("kind", FENCES, ids=lambda kind: str(kind.kind))
def test_a_fence_that_was_pulled_down_or_changed_stands_again(kind: ServedKind) -> None:
    world = Datacenter()
    world.turns()
    before = (world.server.find(kind, NAME, "mistral") or {})["spec"]
    world.change(kind, NAME, "mistral", spec={})
    world.turns()
    assert (world.server.find(kind, NAME, "mistral") or {})["spec"] == before
    world.erase(kind, NAME, "mistral")
    world.turns()
    assert (world.server.find(kind, NAME, "mistral") or {})["spec"] == before
    assert world.turns() == 0


@pytest.mark.parametrize("kind", FENCES, ids=lambda kind: str(kind.kind))
def test_what_somebody_made_there_and_says_nothing_becomes_the_fence(kind: ServedKind) -> None:
    world = Datacenter()
    world.server.add(kind, {"metadata": {"name": NAME, "namespace": "mistral"}})
    world.turns()
    view = next(each for each in SPECS if each.kind == kind)
    assert (world.server.find(kind, NAME, "mistral") or {})["spec"] == SPECS[view]


@pytest.mark.parametrize("kind", FENCES, ids=lambda kind: str(kind.kind))
def test_without_its_fence_nobody_gets_a_role(kind: ServedKind) -> None:
    world = Datacenter()
    refused = f"no {kind.kind} for you"
    world.server.rules.append(lambda one, _old, _new: refused if one == kind else None)
    turn(world.agent())
    assert world.server.find(ROLE_BINDING, NAME, "mistral") is None
    assert any(refused in line for line in world.log.lines)
