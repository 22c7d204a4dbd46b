"""Each reason for which an agent does not act is in its report, in the words of its log, and goes when it has gone."""

from __future__ import annotations

import pytest
from tests.agent.site_world import CHAI, CUBE, MISTRAL, OTHER, POOL, Datacenter
from tests.simulation.faults import FaultyTransport

from holdfast.agent.obstacle import Obstacle, obstacle_of
from holdfast.agent.turn import turn
from holdfast.cluster.transport.errors import ClusterError, Refused, Unavailable, Unknown
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NAMESPACE, NODE
from holdfast.hardware.names import GRANT_ANNOTATION, TENANT_LABEL

ACTIVE = (CUBE, MISTRAL, 1, "Active")
DENIED = Reply(403, b'{"kind":"Status","message":"policy\\nsays no"}')


@pytest.mark.parametrize(
    ("labels", "metadata", "reason"),
    [
        pytest.param({}, {}, "NamespaceTaken", id="nobody's"),
        pytest.param({TENANT_LABEL: "team-of-chai"}, {}, "NamespaceTaken", id="another tenant's"),
        pytest.param(
            {TENANT_LABEL: "mistral"},
            {"deletionTimestamp": "2027-01-01T00:00:00Z"},
            "NamespaceTerminating",
            id="being deleted",
        ),
    ],
)
def test_a_namespace_that_cannot_be_the_tenants_is_told_before_anything_is_granted(
    labels: dict[str, str], metadata: dict[str, str], reason: str
) -> None:
    world = Datacenter()
    world.server.add(NAMESPACE, {"metadata": {"name": "mistral", "labels": labels, **metadata}})
    world.turns()
    told = world.blocked("blockedTenants")
    assert {name: one["reason"] for name, one in told.items()} == {"mistral": reason}
    assert world.blocked() == {}
    assert any(told["mistral"]["message"][:30] in line for line in world.log.lines)


def test_a_unit_that_waits_for_a_foreign_namespace_says_so_until_the_namespace_is_the_tenants() -> None:
    world = Datacenter()
    world.server.add(NAMESPACE, {"metadata": {"name": "mistral", "labels": {}}})
    world.grants(ACTIVE)
    world.turns()
    assert world.blocked()[CUBE] == world.blocked("blockedTenants")["mistral"]
    world.meta(NAMESPACE, "mistral", labels={TENANT_LABEL: "mistral"})
    world.turns()
    assert (world.blocked(), world.blocked("blockedTenants")) == ({}, {})
    assert world.report()["openGrant"] == 1


def test_a_tenant_stored_before_its_name_was_refused_is_told() -> None:
    world = Datacenter()
    world.add_tenant("gke-people")
    world.turns()
    assert world.blocked("blockedTenants")["gke-people"]["reason"] == "NamespaceReserved"
    assert world.server.find(NAMESPACE, "gke-people") is None


def test_a_node_written_by_a_newer_grant_blocks_its_unit_and_no_other() -> None:
    world = Datacenter()
    world.grants(ACTIVE, (OTHER, CHAI, 2, "Active"), granted=2)
    world.meta(NODE, f"{CUBE}-1", annotations={GRANT_ANNOTATION: "7"})
    world.turns()
    assert {unit: one["reason"] for unit, one in world.blocked().items()} == {CUBE: "GrantUnknown"}
    assert world.report(OTHER)["openGrant"] == 2


def test_a_policy_of_the_site_that_refuses_a_node_is_told_on_one_line_and_told_once() -> None:
    world = Datacenter()

    def plan(_number: int, request: Request) -> Reply | None:
        return DENIED if request.method == "PATCH" and f"{CUBE}-0" in request.path else None

    world.grants(ACTIVE, (OTHER, CHAI, 2, "Active"))
    agent = world.agent(site=FaultyTransport(world.server, plan))
    turn(agent)
    assert world.blocked()[CUBE]["reason"] == "PolicyRefused"
    assert "policy says no" in world.blocked()[CUBE]["message"]
    assert OTHER not in world.blocked()
    turn(agent)
    told = [line for line in world.log.lines if "PolicyRefused" in line]
    assert len(told) == 1


def test_a_policy_that_refuses_a_tenants_namespace_is_told_of_the_tenant() -> None:
    world = Datacenter()

    def plan(_number: int, request: Request) -> Reply | None:
        return DENIED if request.method == "POST" and request.path.endswith("/namespaces") else None

    turn(world.agent(site=FaultyTransport(world.server, plan)))
    told = world.blocked("blockedTenants")
    assert {name: one["reason"] for name, one in told.items()} == dict.fromkeys(
        ("mistral", "chai"), "PolicyRefused"
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refused("no", 403), "PolicyRefused"),
        (Refused("no", 422), "PolicyRefused"),
        (Refused("no", 401), "Unavailable"),
        (Unavailable("no answer after 3.1 s"), "Unavailable"),
        (Unknown("no answer after 3.2 s"), "Unavailable"),
    ],
)
def test_a_failed_call_has_one_word_and_a_sentence_that_does_not_move(
    error: ClusterError, reason: str
) -> None:
    found = obstacle_of(error)
    assert found.reason == reason
    assert "3." not in found.document.message


def test_a_message_fits_the_report_whatever_a_server_says() -> None:
    message = Obstacle("PolicyRefused", "line\n\x1b[31m" + "x" * 3000).document.message
    assert len(message) == 1024
    assert message.isprintable()


def test_what_is_blocked_for_good_is_not_written_again() -> None:
    world = Datacenter()
    world.server.add(NAMESPACE, {"metadata": {"name": "mistral", "labels": {}}})
    world.grants(ACTIVE)
    world.turns()
    assert world.turns() == 0
    assert (world.server.find(ACCELERATOR_POOL, POOL) or {})["spec"]["datacenter"] == "lake-mariner"
