"""A queue's quota follows what its reservation has; near the end it holds, then drains; Kueue gone, hosts go on."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.companions.world import (
    BATCH,
    HOSTS,
    SITE,
    World,
    cluster_queue,
    done,
    job,
    offered,
    pods_of,
    queue,
    started,
    template,
    until,
)
from tests.hostile.world import open_hosts

from holdfast.hardware.names import RESERVATION_LABEL
from holdfast_lab import clock
from holdfast_lab.lab import accompany
from holdfast_lab.process_control.supervision import stop
from holdfast_lab.progress import Progress
from holdfast_lab.state import RecordFile
from holdfast_lab.story.fixtures import instant

WITHIN_SECONDS = 1.0


def seconds_until(world: World, name: str, chips: str) -> float:
    """How long it takes from now until the tenant's queue offers so many chips."""
    began = time.monotonic()
    until(lambda: offered(world, name) == chips, f"{chips} chips offered", 20)
    return time.monotonic() - began


def test_quota_follows_health_within_a_second(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    host = f"/api/v1/nodes/{open_hosts(world, 'mistral')[0]}"
    assert offered(world, "mistral") == str(4 * HOSTS)
    took = []
    for cordoned, chips in ((True, 4 * HOSTS - 4), (False, 4 * HOSTS)):
        done(world.site.call("PATCH", host, {"spec": {"unschedulable": cordoned}}))
        took.append(seconds_until(world, "mistral", str(chips)))
    record_property("seconds", [round(each, 2) for each in took])
    assert max(took) < WITHIN_SECONDS


def test_without_kueue_hosts_are_handed_over_all_the_same_and_it_learns_of_it_later(world: World) -> None:
    records = RecordFile(world.lab.state)
    stop([records.read().operator_and_agents[f"kueue-{SITE}"]])
    host = f"/api/v1/nodes/{open_hosts(world, 'mistral')[0]}"
    done(world.site.call("PATCH", host, {"metadata": {"labels": {RESERVATION_LABEL: None}}}))
    until(lambda: len(open_hosts(world, "mistral")) == HOSTS, "the agent writes the host again", 20)
    done(world.site.call("PATCH", host, {"spec": {"unschedulable": True}}))
    until(lambda: reported(world) == "Failing", "the report says so", 30)
    accompany(world.lab.state.root, ["kueue"], Progress())
    until(lambda: offered(world, "mistral") == str(4 * HOSTS - 4), "Kueue has learnt of it", 120)
    done(world.site.call("PATCH", host, {"spec": {"unschedulable": False}}))
    until(
        lambda: reported(world) == "Kept" and offered(world, "mistral") == str(4 * HOSTS), "all is kept again"
    )


def reported(world: World) -> str:
    """What the hub reads of the queues."""
    found = done(world.hub.call("GET", "/apis/holdfast.dev/v1alpha1/poolreports/lake-mariner.gb300-a"))
    return str(found["spec"].get("queues", ""))


def test_near_the_end_it_holds_then_drains_and_then_it_is_gone(world: World) -> None:
    """The last but one: mistral's reservation ends."""
    jobs = f"{BATCH}/namespaces/mistral/jobs"
    name = started(world, "mistral", jobs, job(HOSTS, template(86_400), "train"))
    until(lambda: running(world, name) == HOSTS, "a long job runs")
    end = {"spec": {"window": {"end": instant(clock.now().timestamp() + 12)}}}
    path = "/apis/holdfast.dev/v1alpha1/namespaces/mistral/capacityreservations/train"
    done(world.person("mistral", "hub").call("PATCH", path, end))
    said: list[str] = []
    until(lambda: policy(world, said) == "gone", "the queue is gone", 90)
    assert said == ["None", "Hold", "HoldAndDrain", "gone"]
    assert not queue(world, "mistral")
    assert done(world.site.call("GET", f"{jobs}/{name}"))["spec"]["suspend"]
    assert open_hosts(world, "mistral") == []
    assert len(open_hosts(world, "anthropic")) == HOSTS


def running(world: World, name: str) -> int:
    """How many pods of a job run."""
    pods = pods_of(world, "mistral", f"job-name={name}")
    return sum(pod["status"].get("phase") == "Running" for pod in pods)


def policy(world: World, said: list[str]) -> str:
    """What the queue's stopPolicy is now, and in `said` whatever it was, in order."""
    found = cluster_queue(world, "mistral")
    now = str(found["spec"]["stopPolicy"]) if found else "gone"
    if said[-1:] != [now]:
        said.append(now)
    return now


def test_kueue_upgraded_away_leaves_hosts_as_they_are_and_the_report_says_so(world: World) -> None:
    """The last test: a version that knows one of our kinds no more."""
    definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/localqueues.kueue.x-k8s.io"
    assert world.site.call("DELETE", definition).accepted
    until(lambda: reported(world) == "NotServed", "the report says so", 60)
    assert len(open_hosts(world, "anthropic")) == HOSTS
    host = f"/api/v1/nodes/{open_hosts(world, 'anthropic')[0]}"
    done(world.site.call("PATCH", host, {"metadata": {"labels": {RESERVATION_LABEL: None}}}))
    until(lambda: len(open_hosts(world, "anthropic")) == HOSTS, "the agent goes on with hosts", 20)
