"""What is said of datacenters and tenants, and that nothing is said twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import LAKE, NOW, grant, pool, promise, snapshot, tenant, with_ledger, with_units

from holdfast.api.reasons import Reason
from holdfast.planner.state.snapshot import Health, Site, Snapshot
from holdfast.planner.status.conditions import conditions
from holdfast.planner.status.readiness import Readiness
from holdfast.planner.status.sites_and_tenants import site_statuses, tenant_statuses

SITES = (
    ("heard", Site("lake"), "True Reachable"),
    ("silent", Site("lake", silent=True), "Unknown DatacenterUnreachable"),
    (
        "under construction, so not expected to speak",
        Site("lake", operational=False),
        "False SupplyNotYetDelivered",
    ),
)


@pytest.mark.parametrize(("site", "said"), [row[1:] for row in SITES], ids=[row[0] for row in SITES])
def test_a_datacenter_says_whether_it_is_heard(site: Site, said: str) -> None:
    (words,) = site_statuses(replace(snapshot(), sites={"lake": site}))
    (ready,) = words.status.conditions
    assert f"{ready.status} {ready.reason}" == said
    spoken = replace(site, status=words.status)
    assert list(site_statuses(replace(snapshot(), now=NOW + 60, sites={"lake": spoken}))) == []


def failing(count: int, source: str) -> Snapshot:
    """A datacenter of nine cubes, of which some do not work, in the words of this source."""
    bad = with_units(
        pool(cubes=9), *(f"cube-{i:03d}" for i in range(count)), health=Health.UNHEALTHY, source=source
    )
    return replace(snapshot(bad), sites={"lake-mariner": Site("lake-mariner")})


@pytest.mark.parametrize(
    ("count", "source", "why"),
    [
        (3, "Kubelet", ""),
        (4, "Kubelet", f"{LAKE}: over a third of its units do not work"),
        (1, "DCGM", ""),
        (2, "DCGM", f"{LAKE}: DCGM condemns more units than are replaced in ten minutes"),
    ],
)
def test_a_datacenter_says_while_more_is_reported_as_failed_than_is_believed(
    count: int, source: str, why: str
) -> None:
    seen = failing(count, source)
    (words,) = site_statuses(seen)
    frozen = [one.message for one in words.status.conditions if one.type == "RepairsFrozen"]
    assert (frozen, [told.note for told in words.events]) == (([why], [why]) if why else ([], []))
    spoken = replace(seen, sites={"lake-mariner": Site("lake-mariner", status=words.status)})
    assert list(site_statuses(spoken)) == []


def holding() -> Snapshot:
    """Mistral holds one of the two cubes it was promised; chai has its own beside it."""
    lake = with_ledger(pool(), grants={"cube-000": grant(), "cube-001": grant("chai/serve", 2)})
    others = promise("chai/serve", pools={LAKE: 4})
    world = replace(snapshot(lake), promises={one.uid: one for one in [promise(pools={LAKE: 2}), others]})
    return replace(world, tenants={"mistral": replace(tenant(), namespaces=("mistral", "mistral-evals"))})


def test_a_tenant_reads_what_it_holds_and_what_it_is_promised_in_chips() -> None:
    (words,) = tenant_statuses(holding())
    (usage,) = words.status.usage
    assert (usage.accelerator_type, usage.used, usage.promised) == ("tpu7x", 64, 128)
    assert words.status.namespaces == ("mistral", "mistral-evals")


def test_a_tenant_is_told_nothing_twice() -> None:
    world = holding()
    (words,) = tenant_statuses(world)
    told = {"mistral": replace(world.tenants["mistral"], status=words.status)}
    assert list(tenant_statuses(replace(world, now=NOW + 60, tenants=told))) == []


def test_a_datacenter_whose_every_pool_fails_names_some_and_counts_the_rest() -> None:
    names = [f"lake-mariner.{'tpu7x-' * 6}{number:02d}" for number in range(40)]
    bad = [replace(next(iter(failing(4, "Kubelet").pools.values())), name=name) for name in names]
    seen = replace(snapshot(*bad), sites={"lake-mariner": Site("lake-mariner")})
    (words,) = site_statuses(seen)
    (frozen,) = (one.message for one in words.status.conditions if one.type == "RepairsFrozen")
    assert frozen.startswith(f"{names[0]}: over a third")
    assert frozen.endswith("; and in 36 pools more: holdfast status names them")


def test_a_message_that_would_not_fit_is_cut() -> None:
    long = Readiness("True", Reason.ACCEPTED, "x" * 2_000)
    (said,) = conditions(NOW, 1, (), [("Accepted", long)])
    assert (len(said.message), said.message[-1]) == (1024, "…")
