"""TPU slices over whole turns: formed before a cube opens, apart before it is clean, and nobody else's touched."""

from __future__ import annotations

from tests.agent.site_world import CHAI, CUBE, MISTRAL, OTHER, POOL, Datacenter, ledger
from tests.agent.sliced_site import PARTITION_LABEL, SlicedSite
from tests.simulation.slice_controller import slices
from tests.simulation.storage import Document

from holdfast.agent.turn import turn
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    POD,
    RESERVED_HOSTS,
    TPU_SLICE,
)
from holdfast_lab.slice_controller.rules import FINALIZER

THIRD, FOURTH = "cube-002", "cube-003"
ONE = (CUBE, MISTRAL, 1, "Active")
TWO = (OTHER, MISTRAL, 2, "Active")
OPEN = {(MISTRAL, MISTRAL, "1")}
CLOSED = {("", "none", "")}


def site(topology: str = "4x4x8", *units: str) -> SlicedSite:
    """A site with a slice controller; nothing is granted yet."""
    return SlicedSite(topology=topology, units=units or (CUBE, OTHER))


def formed() -> SlicedSite:
    """Mistral has one slice of two cubes, open."""
    world = site()
    world.grants(ONE, TWO, granted=2)
    world.come_to_rest()
    return world


def names(world: SlicedSite) -> list[list[str]]:
    """The units of each slice."""
    return sorted(world.slices().values())


def only(world: SlicedSite) -> Document:
    """The one Slice there is."""
    (one,) = slices(world.server)
    return one


def test_the_cubes_of_a_promise_are_joined_before_they_open() -> None:
    world = site()
    world.grants(ONE, TWO, granted=2)
    world.turns()
    assert only(world)["spec"] == {
        "type": "tpu7x", "topology": "4x4x8", "partitionIds": [f"id-of-{CUBE}", f"id-of-{OTHER}"],
    }  # fmt: skip
    assert world.marks() == world.marks(OTHER) == CLOSED
    assert world.report().get("openGrant") is None
    assert world.blocked()[CUBE]["reason"] == "SlicePending"
    world.come_to_rest()
    assert world.marks() == OPEN
    assert world.report()["openGrant"] == 1
    assert world.report()["slice"] == {"name": only(world)["metadata"]["name"], "state": "ACTIVE"}
    assert world.blocked() == {}


def test_its_name_is_one_that_google_takes() -> None:
    name = only(formed())["metadata"]["name"]
    assert len(name) <= 49
    assert name.startswith(f"hf-{MISTRAL}-")


def test_a_promise_of_single_cubes_has_a_slice_for_each() -> None:
    world = site("4x4x4")
    world.grants(ONE, TWO, granted=2)
    world.come_to_rest()
    assert names(world) == [[CUBE], [OTHER]]


def test_a_degraded_slice_serves_and_is_told() -> None:
    world = formed()
    for number in range(2):
        world.relabel(f"{CUBE}-{number}", **{PARTITION_LABEL[:-2] + "state": "DEGRADED"})
    world.come_to_rest()
    assert world.report(OTHER)["slice"]["state"] == "ACTIVE_DEGRADED"
    assert (world.report(OTHER)["health"], world.report(OTHER)["openGrant"]) == ("Degraded", 2)


def test_only_cubes_of_one_promise_are_joined() -> None:
    world = site("4x4x8", CUBE, OTHER, THIRD)
    world.grants(ONE, (OTHER, CHAI, 2, "Active"), (THIRD, MISTRAL, 3, "Active"), granted=3)
    world.come_to_rest()
    assert names(world) == [[CUBE, THIRD]]
    assert world.marks(OTHER) == CLOSED


def test_a_slice_that_no_cache_shows_keeps_its_cubes_from_being_called_clean() -> None:
    world = formed()
    world.wrong = lambda _one: "hang"
    world.grants((CUBE, MISTRAL, 1, "Releasing"), (OTHER, MISTRAL, 2, "Releasing"), granted=2)
    world.turns()
    agent = world.agent()
    agent.caches.slices.replace((), agent.caches.slices.revision)
    turn(agent)
    assert agent.caches.slices.objects() == ()
    assert world.report().get("cleanGrant") is None


def test_a_hand_back_takes_the_slice_apart_and_is_clean_only_then() -> None:
    world = formed()
    world.server.add(POD, {"metadata": {"name": "train", "namespace": "mistral"}, "spec": {"nodeName": f"{CUBE}-0"},
                           "status": {"phase": "Running"}})  # fmt: skip
    world.grants((CUBE, MISTRAL, 1, "Releasing"), (OTHER, MISTRAL, 2, "Releasing"), granted=2)
    world.turns()
    assert only(world)["metadata"]["finalizers"] == [FINALIZER]
    assert "deletionTimestamp" in only(world)["metadata"]
    assert (world.pods(), world.marks()) == ([], {("", "none", "1")})
    assert world.report().get("cleanGrant") is None
    assert "taken apart" in world.blocked()[CUBE]["message"]
    world.come_to_rest()
    assert slices(world.server) == []
    assert (world.report()["cleanGrant"], world.report(OTHER)["cleanGrant"]) == (1, 2)


def test_the_next_holder_waits_for_the_former_ones_slice() -> None:
    world = formed()
    world.wrong = lambda _one: "hang"
    world.grants((CUBE, MISTRAL, 1, "Releasing"), (OTHER, MISTRAL, 2, "Releasing"), granted=2)
    world.come_to_rest()
    world.grants((CUBE, CHAI, 3, "Active"), (OTHER, CHAI, 4, "Active"), granted=4)
    world.come_to_rest()
    assert world.marks() == {("", "none", "1")}
    assert len(slices(world.server)) == 1
    world.wrong = lambda _one: ""
    world.come_to_rest()
    assert world.marks() == {(CHAI, CHAI, "3")}


def test_a_slice_that_lost_a_cube_is_formed_anew_with_the_one_that_came_for_it() -> None:
    world = site("4x4x8", CUBE, OTHER, THIRD)
    world.grants(ONE, TWO, granted=2)
    world.come_to_rest()
    first = only(world)["metadata"]["name"]
    document = ledger(ONE, TWO, (THIRD, MISTRAL, 3, "Active"), granted=3)
    document["units"][THIRD]["replaces"] = CUBE
    world.change(ACCELERATOR_POOL, POOL, status=document)
    world.come_to_rest()
    assert names(world) == [[CUBE, OTHER]]
    assert world.report(THIRD)["openGrant"] == 3
    world.grants((CUBE, MISTRAL, 1, "Releasing"), TWO, (THIRD, MISTRAL, 3, "Active"), granted=3)
    world.come_to_rest()
    assert names(world) == [[OTHER, THIRD]]
    assert only(world)["metadata"]["name"] != first
    assert (world.report()["cleanGrant"], world.report(OTHER)["openGrant"]) == (1, 2)


def test_while_a_slice_is_formed_anew_its_open_cubes_are_not_told_as_open() -> None:
    world = site("4x4x8", CUBE, OTHER, THIRD)
    world.grants(ONE, TWO, granted=2)
    world.come_to_rest()
    world.grants((CUBE, MISTRAL, 1, "Releasing"), TWO, (THIRD, MISTRAL, 3, "Active"), granted=3)
    world.turns()
    assert world.marks(OTHER) == {(MISTRAL, MISTRAL, "2")}
    assert world.report(OTHER).get("openGrant") is None


def test_a_cube_open_beyond_what_the_ledger_shows_is_told_open_by_its_slice_alone() -> None:
    world = formed()
    world.grants(granted=0)
    world.turns()
    assert world.report()["openGrant"] == 1
    world.erase(TPU_SLICE, only(world)["metadata"]["name"])
    world.turns()
    assert (world.report().get("openGrant"), world.marks()) == (None, OPEN)
    assert world.report()["unaccounted"]["grant"] == 1


def test_two_slices_of_one_promise_never_share_and_the_whole_one_stays() -> None:
    world = site("4x4x8", CUBE, OTHER, THIRD, FOURTH)
    four = (ONE, TWO, (THIRD, MISTRAL, 3, "Active"), (FOURTH, MISTRAL, 4, "Active"))
    world.grants(*four, granted=4, count=4)
    world.come_to_rest()
    assert names(world) == [[CUBE, OTHER], [THIRD, FOURTH]]
    before = world.slices()
    world.grants((CUBE, MISTRAL, 1, "Releasing"), *four[1:], granted=4, count=4)
    world.come_to_rest()
    assert names(world) == [[THIRD, FOURTH]]
    assert world.slices().items() <= before.items()
    assert world.report(OTHER).get("openGrant") is None


def test_a_promise_whose_shape_the_hub_does_not_tell_waits() -> None:
    world = site()
    for who in (MISTRAL, CHAI):
        world.erase(CAPACITY_PROMISE, who)
    world.grants(ONE, TWO, granted=2)
    world.come_to_rest()
    assert (slices(world.server), world.marks()) == ([], CLOSED)


def test_a_site_without_slices_opens_by_selector_and_says_so() -> None:
    world = Datacenter()
    world.grants(ONE, TWO, granted=2)
    world.turns()
    assert world.marks() == OPEN
    assert world.pool_report()["slicing"] == "Selector"
    assert formed().pool_report()["slicing"] == "Slices"


def test_once_all_is_formed_a_turn_asks_nothing() -> None:
    world = formed()
    agent = world.agent()
    world.turns(agent)
    world.catch_up(agent)
    count = len(world.server.requests)
    world.turns(agent, most=1)
    asked = [request.method for request in world.server.requests[count:] if request.method != "GET"]
    assert asked == []


def test_the_tenant_reads_in_which_slice_its_unit_is() -> None:
    world = formed()
    spec = (world.server.find(RESERVED_HOSTS, f"{POOL}.{CUBE}", "mistral") or {})["spec"]
    assert spec["slice"] == {"name": only(world)["metadata"]["name"], "state": "ACTIVE"}
