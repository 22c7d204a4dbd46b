"""Whole turns: what an agent does to nodes, pods and reports, and when it keeps its hands off."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest
from tests.agent.site_world import BORN, CHAI, CHIPS, CUBE, MISTRAL, OTHER, POOL, SITE, Datacenter, node, pod
from tests.simulation.faults import Fault, FaultyTransport

from holdfast.agent.turn import turn
from holdfast.cluster.transport.errors import Unavailable
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NODE, POD, POOL_REPORT
from holdfast.hardware.names import DRAINING_TAINT, GRANT_ANNOTATION

ACTIVE, RELEASING = (CUBE, MISTRAL, 1, "Active"), (CUBE, MISTRAL, 1, "Releasing")


def opened(hosts: int = 2) -> Datacenter:
    """A datacenter where mistral has cube-000 and works on it."""
    world = Datacenter(hosts)
    world.grants(ACTIVE, granted=1)
    world.turns()
    world.server.add(POD, pod("train-0", f"{CUBE}-0"))
    return world


def test_a_grant_opens_every_node_and_is_reported_open() -> None:
    world = opened()
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    assert world.marks(OTHER) == {("", "none", "")}
    assert world.report() == {
        "health": "Healthy",
        "hosts": 2,
        "hostsReady": 2,
        "cordoned": False,
        "openGrant": 1,
    }


def test_a_release_sends_pods_away_closes_every_node_and_is_reported_clean() -> None:
    world = opened()
    world.grants(RELEASING, granted=1)
    world.turns()
    assert world.pods() == []
    assert world.marks() == {("", "none", "1")}
    assert world.report()["cleanGrant"] == 1
    assert "openGrant" not in world.report()


def test_notice_drains_and_evicts_nobody() -> None:
    world = opened()
    world.grants(ACTIVE, granted=1, notice=True)
    world.turns()
    taints = [taint["key"] for taint in world.nodes()[0]["spec"]["taints"]]
    assert DRAINING_TAINT in taints
    assert world.pods() == ["train-0"]
    assert world.report()["openGrant"] == 1


def test_a_grant_released_before_any_node_was_opened_is_written_on_every_node() -> None:
    world = Datacenter()
    world.grants(RELEASING, granted=1)
    world.turns()
    assert world.marks() == {("", "none", "1")}
    assert world.report()["cleanGrant"] == 1


def test_everything_else_on_a_node_stays_as_it_was() -> None:
    world = Datacenter()
    before = world.nodes()[0]
    world.grants(ACTIVE, granted=1)
    world.turns()
    world.grants(granted=1)
    world.turns()
    after = world.nodes()[0]
    del after["metadata"]["annotations"][GRANT_ANNOTATION]
    kept = ("labels", "annotations")
    assert [after["metadata"][key] for key in kept] == [before["metadata"][key] for key in kept]
    assert (after["spec"], after["status"]) == (before["spec"], before["status"])


def test_a_node_made_anew_is_given_its_marks_again() -> None:
    world = opened()
    world.erase(NODE, f"{CUBE}-1")
    world.server.add(NODE, node(f"{CUBE}-1"))
    world.turns()
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}


def test_a_taint_that_somebody_took_off_a_free_node_is_put_back() -> None:
    world = Datacenter()
    world.turns()
    world.change(NODE, f"{CUBE}-0", spec={"taints": [CHIPS]})
    world.turns()
    assert world.nodes()[0]["spec"]["taints"] == [CHIPS, BORN]


def test_a_node_of_another_node_pool_is_never_opened() -> None:
    world = Datacenter()
    stranger = node("stranger", labels={"cloud.google.com/gke-nodepool": "default-pool"})
    world.server.add(NODE, stranger)
    world.grants(ACTIVE, granted=1)
    world.turns()
    found = world.server.find(NODE, "stranger") or {}
    assert found["spec"] == stranger["spec"]
    assert world.report()["hosts"] == 2


def test_a_ledger_restored_from_an_older_day_evicts_nobody() -> None:
    world = opened()
    world.grants(granted=0)
    assert world.turns() == 1  # the report that tells why nothing is done
    assert world.blocked()[CUBE]["reason"] == "GrantUnknown"
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    assert any("has gone back" in line for line in world.log.lines)


def test_a_pool_that_left_the_hub_leaves_its_nodes_and_its_report_as_they_are() -> None:
    world = opened()
    agent, report = world.agent(), world.report()
    world.erase(ACCELERATOR_POOL, POOL)
    turn(agent)
    assert world.turns() == 0
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    assert world.report() == report


def test_a_report_of_the_same_things_is_not_written_again() -> None:
    world = opened()
    version = (world.server.find(POOL_REPORT, POOL) or {})["metadata"]["resourceVersion"]
    assert world.turns() == 0
    assert (world.server.find(POOL_REPORT, POOL) or {})["metadata"]["resourceVersion"] == version


def test_nothing_is_done_before_every_source_has_been_read() -> None:
    world = Datacenter()
    world.grants(ACTIVE, granted=1)
    agent = world.agent()
    agent.caches.pods._synced = False
    assert not turn(agent)
    assert world.writes == 0


@pytest.mark.parametrize("grants", [ACTIVE, RELEASING], ids=["opening", "releasing"])
def test_without_the_hub_nothing_changes(grants: tuple[str, str, int, str]) -> None:
    world = opened()
    world.grants(grants if grants is RELEASING else (OTHER, CHAI, 2, "Active"))
    cut = FaultyTransport(world.server, lambda _number, _request: Fault.UNSENT)
    agent, before = world.agent(hub=cut), world.writes
    for _ in range(3):
        with suppress(Unavailable):
            turn(agent)
    assert world.writes == before
    assert world.pods() == ["train-0"]
    assert world.turns() > 0  # and once the hub is back, the same change is made


def test_a_site_that_is_away_ends_the_turn_after_a_few_failures() -> None:
    world = Datacenter()
    world.add_tenant("third")
    cut = FaultyTransport(world.server, lambda _number, _request: Fault.UNSENT)
    with pytest.raises(Unavailable):
        turn(world.agent(site=cut))
    assert cut.calls == 3


def test_one_node_that_cannot_be_written_does_not_hold_up_the_others() -> None:
    world = Datacenter()
    refusal = Reply(500, b'{"kind":"Status","message":"webhook failed"}')

    def plan(_number: int, request: Request) -> Reply | None:
        return refusal if request.method == "PATCH" and f"{CUBE}-0" in request.path else None

    world.grants(ACTIVE, (OTHER, CHAI, 2, "Active"))
    agent = world.agent(site=FaultyTransport(world.server, plan))
    assert not turn(agent)
    assert world.marks(OTHER) == {(CHAI, CHAI, "2")}
    assert world.report(OTHER)["openGrant"] == 2


def test_a_pool_of_another_datacenter_is_not_this_agents() -> None:
    world = Datacenter()
    document = world.server.find(ACCELERATOR_POOL, POOL) or {}
    world.grants(ACTIVE, granted=1)
    world.change(ACCELERATOR_POOL, POOL, spec={**document["spec"], "datacenter": "abernathy"})
    world.turns()
    assert world.marks() == {("", "none", "")}
    assert world.server.find(POOL_REPORT, POOL) is None


def test_a_report_names_its_datacenter_and_follows_health() -> None:
    world = Datacenter()
    world.turns()
    world.change(NODE, f"{CUBE}-0", status={"conditions": [{"type": "Ready", "status": "Unknown"}]})
    world.turns()
    assert world.report()["health"] == "Unhealthy"
    assert (world.server.find(POOL_REPORT, POOL) or {})["spec"]["datacenter"] == SITE


def test_the_eviction_gives_the_grace_of_the_pool() -> None:
    world = opened()
    world.grants(RELEASING, granted=1)
    world.turns()
    sent = [one for one in world.server.requests if one.path.endswith("/eviction")]
    options = msgspec.json.decode(sent[0].body or b"")["deleteOptions"]
    assert (len(sent), options["gracePeriodSeconds"]) == (1, 60)
