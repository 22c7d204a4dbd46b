"""Groups of real LeaderWorkerSet run on a reservation's hosts, by selector or by queue, with a tenant's own rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from tests.companions.groups import GROUPS, NAME, group_set, in_queue, nodes_when_whole, serving, take_away
from tests.companions.test_queues import EXAMPLES, events
from tests.companions.world import HOSTS, World, done, placed, pods_of, started
from tests.documents import Document
from tests.hostile.world import open_hosts, until


@pytest.fixture(autouse=True)
def _room(world: World) -> Iterator[None]:
    """Groups go on until they are deleted: each test leaves the hosts free for the next."""
    yield
    for one in done(world.person("mistral", "site").call("GET", GROUPS))["items"]:
        take_away(world, one["metadata"]["name"])


def test_groups_run_by_selector_on_all_hosts_and_no_other(world: World) -> None:
    made = group_set(2, HOSTS // 2, serving(**placed(world, "mistral")))
    assert nodes_when_whole(world, made) == set(open_hosts(world, "mistral"))


def test_groups_run_by_queue_name_alone(world: World) -> None:
    made = in_queue(group_set(2, HOSTS // 2, serving()), "train")
    assert nodes_when_whole(world, made) == set(open_hosts(world, "mistral"))


def test_groups_in_a_queue_may_name_their_hosts_besides(world: World) -> None:
    made = in_queue(group_set(1, 4, serving(**placed(world, "mistral"))), "train")
    assert nodes_when_whole(world, made) <= set(open_hosts(world, "mistral"))


def test_the_example_runs_as_it_stands(world: World) -> None:
    example = yaml.safe_load((EXAMPLES / "leaderworkerset.yaml").read_text())
    assert nodes_when_whole(world, example) == set(open_hosts(world, "mistral"))


def test_a_group_without_a_place_makes_no_pod(world: World) -> None:
    name = started(world, "mistral", GROUPS, group_set(1, 2, serving()))
    until(
        lambda: "Failed to create leader statefulset" in events(world, name),
        "the tenant reads that it failed",
    )
    assert pods_of(world, "mistral", f"{NAME}={name}") == []


def test_a_group_in_a_queue_that_is_not_there_runs_nowhere(world: World) -> None:
    name = started(world, "mistral", GROUPS, in_queue(group_set(1, 2, serving()), "none"))
    until(lambda: len(pods_of(world, "mistral", f"{NAME}={name}")) == 2, "its leader and its worker made")
    assert all(gates(pod) for pod in pods_of(world, "mistral", f"{NAME}={name}"))


def gates(pod: Document) -> bool:
    """Whether a pod waits behind a gate, on no node."""
    return bool(pod["spec"].get("schedulingGates")) and "nodeName" not in pod["spec"]
