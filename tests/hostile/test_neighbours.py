"""What one tenant does keeps no other waiting: amendments, hoards, mass deletions, pods that will not end."""

from __future__ import annotations

import json
import time

import pytest
from tests.documents import Document, document, unique
from tests.guards.server import ENGINEER, OURS
from tests.hostile.attack import filled
from tests.hostile.pod_specs import CORE, lawful
from tests.hostile.standing import where
from tests.hostile.world import BLOCK, HOSTS, World, done, reserve, until

from holdfast_lab import clock
from holdfast_lab.story.fixtures import instant

LEDGER = f"{OURS}/acceleratorpools/{BLOCK}"
COUNT = "count/capacityreservations.holdfast.dev"


def path_of(tenant: str, name: str = "") -> str:
    """Where a tenant's reservations are, or one of them."""
    return f"{OURS}/namespaces/{tenant}/capacityreservations" + (f"/{name}" if name else "")


def said(world: World, tenant: str, name: str) -> str:
    """STATUS of a reservation as its tenant reads it; empty while there is none."""
    answer = world.person(tenant, "hub").call("GET", path_of(tenant, name))
    if not answer.accepted:
        return ""
    conditions = answer.document.get("status", {}).get("conditions", [])
    return next((each["reason"] for each in conditions if each["type"] == "Ready"), "")


def cancel(world: World, tenant: str, *names: str) -> None:
    """A tenant cancels."""
    for name in names:
        done(world.person(tenant, "hub").call("DELETE", path_of(tenant, name)))


def entries(world: World) -> set[str]:
    """The uids of all promises that the ledger of the pool has."""
    return set(done(world.hub.call("GET", LEDGER))["status"]["promises"])


def ahead(seconds: int, length: int = 600) -> Document:
    """A window so many seconds from now."""
    now = clock.now().timestamp()
    return {"start": instant(now + seconds), "end": instant(now + seconds + length)}


def scheduled(tenant: str, name: str, seconds: int) -> Document:
    """A reservation of one host ahead."""
    spec = {"acceleratorType": "h200", "count": 1, "window": ahead(seconds)}
    return document("CapacityReservation", name, spec, namespace=tenant)


def test_a_pod_that_will_not_end_gives_its_host_back_all_the_same(world: World) -> None:
    """A budget, a finalizer and a grace of a day: the next tenant still gets a clean host."""
    last, next_one = unique("last"), unique("next")
    held = reserve(world, "mistral", last, 3600)
    until(lambda: said(world, "mistral", last) == "Active", "the last host is mistral's")
    text = filled(world, json.dumps(lawful("mistral"))).replace(world.held["mistral"], held)
    spec = {**json.loads(text), "terminationGracePeriodSeconds": 86_400}
    slow = {"lab.holdfast.dev/stop-seconds": "86400"}
    calm = {"app": last}
    stays = {"name": "stays", "labels": calm, "finalizers": ["example.com/stay"], "annotations": slow}
    _forbid_evictions(world, "mistral", calm)
    pods = f"{CORE}/namespaces/mistral/pods"
    done(world.person("mistral", "site").call("POST", pods, {"metadata": stays, "spec": spec}))
    until(lambda: where(world, "mistral", "stays"), "the pod runs")
    cancel(world, "mistral", last)
    following = reserve(world, "anthropic", next_one, 3600)
    until(lambda: said(world, "anthropic", next_one) == "Active", "the host is anthropic's", 90)
    cancel(world, "anthropic", next_one)
    until(lambda: following not in entries(world), "the host is nobody's again")


def _forbid_evictions(world: World, tenant: str, of: Document) -> None:
    budget = {
        "metadata": {"name": unique("calm")},
        "spec": {"maxUnavailable": 0, "selector": {"matchLabels": of}},
    }
    budgets = f"/apis/policy/v1/namespaces/{tenant}/poddisruptionbudgets"
    done(world.person(tenant, "site").call("POST", budgets, budget))


def test_an_amendment_that_is_over_before_it_begins_stops_nobody(world: World) -> None:
    """It once froze the pool for everybody, for as long as the promise lasted."""
    frozen, other = unique("frozen"), unique("other")
    made = scheduled("mistral", frozen, 0)
    made["spec"]["window"] = {"durationSeconds": 3600}
    done(world.person("mistral", "hub").create(made))
    until(lambda: said(world, "mistral", frozen) == "Active", "mistral's second host")
    time.sleep(11)
    change = {"spec": {"count": 15, "window": {"durationSeconds": 10}}}
    answer = world.person("mistral", "hub").call("PATCH", path_of("mistral", frozen), change)
    assert answer.message == ""
    done(world.person("anthropic", "hub").create(scheduled("anthropic", other, 7200)))
    until(lambda: said(world, "anthropic", other) == "Scheduled", "anthropic is answered", 15)
    uid = done(world.person("anthropic", "hub").call("GET", path_of("anthropic", other)))["metadata"]["uid"]
    cancel(world, "anthropic", other)
    until(lambda: uid not in entries(world), "anthropic's cancellation is done", 60)
    cancel(world, "mistral", frozen)
    until(lambda: said(world, "mistral", frozen) == "", "mistral's is gone")


def test_a_tenant_holds_as_many_reservations_as_its_quota_says(world: World) -> None:
    """The platform engineer writes the quota, and the tenant cannot."""
    quota = {"metadata": {"name": "holdfast-tenant"}, "spec": {"hard": {COUNT: "4"}}}
    where = f"{CORE}/namespaces/mallory/resourcequotas"
    done(world.hub.call("POST", where, quota, ENGINEER))

    def counted() -> bool:
        status = done(world.hub.call("GET", f"{where}/holdfast-tenant")).get("status", {})
        return COUNT in status.get("used", {})

    until(counted, "the quota is counted", 90)
    answers = [
        world.person("mallory", "hub").create(scheduled("mallory", unique("hoard"), 90_000 + 700 * number))
        for number in range(8)
    ]
    assert sum(answer.accepted for answer in answers) == 3
    assert all("exceeded quota" in answer.message for answer in answers if not answer.accepted)
    stranger = world.person("anthropic", "hub").create(scheduled("anthropic", unique("free"), 90_000))
    assert stranger.message == ""


@pytest.mark.parametrize("count", [4, 16_384], ids=["the whole pool", "the most there can be"])
def test_who_asks_for_everything_gets_an_answer_and_takes_nothing_from_a_neighbour(
    world: World, count: int
) -> None:
    name, other = unique("everything"), unique("beside")
    made = scheduled("mistral", name, 300_000)
    made["spec"]["count"] = count
    if count > len(HOSTS):
        made["spec"]["window"]["end"] = instant(clock.now().timestamp() + 400_000)
    done(world.person("mistral", "hub").create(made))
    done(world.person("anthropic", "hub").create(scheduled("anthropic", other, 200_000)))
    until(lambda: said(world, "anthropic", other) == "Scheduled", "anthropic is answered", 15)
    until(lambda: said(world, "mistral", name) != "", "mistral is answered", 15)
    assert said(world, "anthropic", "standing") == "Active"
    cancel(world, "mistral", name)
    cancel(world, "anthropic", other)


def test_no_tenant_reads_another_in_its_own_status_or_events(world: World) -> None:
    found = done(world.person("mistral", "hub").call("GET", path_of("mistral")))["items"]
    events = done(world.person("mistral", "hub").call("GET", f"{CORE}/namespaces/mistral/events"))["items"]
    text = json.dumps([each.get("status", {}) for each in found]) + json.dumps(events)
    assert found
    assert not any(word in text for word in ("anthropic", "mallory", world.held["anthropic"]))


def test_twenty_five_deletions_at_once_keep_no_other_tenants_waiting(world: World) -> None:
    """They once froze every cancellation of the fleet, for ever. The last test: mistral's own now take longer."""
    many, one = [unique("many") for _ in range(25)], unique("one")
    for number, name in enumerate(many):
        done(world.person("mistral", "hub").create(scheduled("mistral", name, 10_000 + 700 * number)))
    done(world.person("anthropic", "hub").create(scheduled("anthropic", one, 7200)))
    until(lambda: said(world, "mistral", many[-1]) == "Scheduled", "all of mistral's answered")
    until(lambda: said(world, "anthropic", one) == "Scheduled", "anthropic's answered")
    uid = done(world.person("anthropic", "hub").call("GET", path_of("anthropic", one)))["metadata"]["uid"]
    cancel(world, "mistral", *many)
    cancel(world, "anthropic", one)
    until(lambda: uid not in entries(world), "anthropic's cancellation is done", 45)
