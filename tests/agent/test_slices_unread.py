"""A Slice that this version cannot read may have any cube in it: none is opened or called clean, and none joined."""

from __future__ import annotations

from tests.agent.site_world import CUBE, MISTRAL, OTHER
from tests.agent.sliced_site import SlicedSite
from tests.agent.test_slices import CLOSED, ONE, OPEN, TWO, formed, names, only, site
from tests.simulation.slice_controller import slices
from tests.simulation.storage import Document

from holdfast.agent.turn import turn
from holdfast.cluster.transport.kinds import RESERVED_HOSTS, TPU_SLICE

BACK = ((CUBE, MISTRAL, 1, "Releasing"), (OTHER, MISTRAL, 2, "Releasing"))
STRANGE = {"metadata": {"name": "strange"}, "spec": {"type": "tpu7x"}, "status": {"conditions": None}}


def garble(world: SlicedSite) -> Document:
    """The slice controller writes the only Slice's status in a form of its own; the status of before."""
    one = only(world)
    world.change(TPU_SLICE, one["metadata"]["name"], status={"conditions": None})
    status: Document = one["status"]
    return status


def mend(world: SlicedSite, status: Document) -> None:
    world.change(TPU_SLICE, only(world)["metadata"]["name"], status=status)


def test_a_cube_in_it_is_not_called_clean_until_it_can_be_read() -> None:
    world = formed()
    before = garble(world)
    world.grants(*BACK, granted=2)
    world.turns()
    assert world.report().get("cleanGrant") is None
    told = world.blocked()[CUBE]
    assert told["reason"] == "SlicePending"
    assert only(world)["metadata"]["name"] in told["message"]
    assert "$.status.conditions" in told["message"]
    mend(world, before)
    world.come_to_rest()
    assert (world.report()["cleanGrant"], world.slices(), world.blocked()) == (1, {}, {})


def test_no_cube_is_opened_and_no_slice_formed_until_it_is_gone() -> None:
    world = site()
    world.server.add(TPU_SLICE, STRANGE)
    world.grants(ONE, TWO, granted=2)
    world.turns()
    assert (world.marks(), list(world.slices())) == (CLOSED, ["strange"])
    assert "Slice strange cannot be read" in world.blocked()[CUBE]["message"]
    world.erase(TPU_SLICE, "strange")
    world.come_to_rest()
    assert (world.marks(), names(world), world.blocked()) == (OPEN, [[CUBE, OTHER]], {})


def test_no_slice_is_taken_apart_beside_it_until_it_is_gone() -> None:
    world = formed()
    world.server.add(TPU_SLICE, STRANGE)
    world.grants(*BACK, granted=2)
    world.turns()
    assert [one for one in slices(world.server) if "deletionTimestamp" in one["metadata"]] == []
    world.erase(TPU_SLICE, "strange")
    world.come_to_rest()
    assert world.report()["cleanGrant"] == 1


def test_what_is_open_stays_open_and_told_so_and_its_tenants_hosts_stay() -> None:
    world = formed()
    before = world.report()
    garble(world)
    world.turns()
    assert (world.marks(), world.blocked(), world.report()) == (OPEN, {}, before)
    assert world.server.storage.within("", RESERVED_HOSTS.plural, "")


def test_what_was_told_of_it_is_over_when_it_is_gone() -> None:
    world = formed()
    garble(world)
    agent = world.agent()
    world.turns(agent)
    world.erase(TPU_SLICE, only(world)["metadata"]["name"])
    for _ in range(2):
        world.catch_up(agent)
        turn(agent)
    assert (world.report().get("openGrant"), world.marks()) == (None, OPEN)


def test_one_that_no_cache_shows_keeps_its_cubes_from_being_called_clean() -> None:
    world = formed()
    garble(world)
    world.grants(*BACK, granted=2)
    agent = world.agent()
    for _ in range(4):
        world.catch_up(agent)
        agent.caches.slices.replace((), agent.caches.slices.revision)
        turn(agent)
    assert (agent.caches.slices.broken(), world.marks()) == ((), {("", "none", "1")})
    assert world.report().get("cleanGrant") is None
    assert "cannot be read" in world.blocked()[CUBE]["message"]


def test_of_many_the_first_is_named() -> None:
    world = site()
    for name in ("strange", "odd"):
        world.server.add(TPU_SLICE, {**STRANGE, "metadata": {"name": name}})
    world.grants(ONE, TWO, granted=2)
    world.turns()
    assert world.blocked()[CUBE]["message"].startswith("Slice odd cannot be read (")
    assert "), and 1 more: any cube may be in it" in world.blocked()[CUBE]["message"]
