"""A site observed of what changed is the site observed of nothing, and what did not change is the very same."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agent.site_world import CUBE, MISTRAL, OTHER, POOL, SITE, ledger, node, pod, pool_document

from holdfast.agent.observing import ObservedSite, SeenSite, observe
from holdfast.agent.tenant_pods import TenantPod
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport.objects import Key
from holdfast.frozen.records import Records
from holdfast.hardware.names import POOL_LABEL, RESERVATION_LABEL

NODES = [f"{unit}-{number}" for unit in (CUBE, OTHER, "cube-002") for number in range(2)]
TENANT = frozenset({"mistral"})


def pool(**spec: Any) -> AcceleratorPool:
    return AcceleratorPool.model_validate(pool_document(**spec))


def host(name: str, **more: Any) -> Node:
    return msgspec.convert(node(name, more.pop("unit", name.rpartition("-")[0]), **more), Node)


def running(name: str, on: str, namespace: str = "mistral") -> TenantPod:
    return msgspec.convert(pod(name, on, namespace), TenantPod)


def seen(**more: Any) -> SeenSite:
    nodes = Records.of({Key("", name): host(name) for name in NODES})
    pools = Records.of({Key("", POOL): pool()})
    return replace(SeenSite(pools, nodes, tenants=TENANT, datacenter=SITE), **more)


def with_node(before: SeenSite, node: Node) -> SeenSite:
    return replace(before, nodes=before.nodes.with_changes({Key("", node.metadata.name): node}))


def told(site: ObservedSite) -> dict[str, Any]:
    """What a site says, whatever it was made of."""
    pools = {name: (one.pool, list(one.units.items()), one.without_unit) for name, one in site.pools.items()}
    return {"pools": pools, "pods": dict(site.pods), "claims": dict(site.claims), "unknown": site.unknown}


# --- one change after the other ------------------------------------------------------------------------------

labels = st.sampled_from([{}, {POOL_LABEL: "nobody"}, {POOL_LABEL: ""}, {RESERVATION_LABEL: MISTRAL}])
changed_node = st.builds(
    lambda name, unit, ready, labels: ("node", host(name, unit=unit, ready=ready, labels=labels)),
    st.sampled_from(NODES), st.sampled_from([CUBE, OTHER, "cube-002"]), st.sampled_from(["True", "False"]), labels,
)  # fmt: skip
changed_pod = st.builds(
    lambda name, on, space: ("pod", running(name, on, space)),
    st.sampled_from(["a", "b", "c"]), st.sampled_from([*NODES, ""]),
    st.sampled_from(["mistral", "chai", "kube-system"]),
)  # fmt: skip
changed_pool = st.sampled_from([
    pool(), pool(units=(CUBE,)), pool(units=(CUBE, OTHER, "cube-002")), pool(minHealthyHosts=1),
    pool(datacenter="elsewhere"), pool().model_copy(update={"status": None}),
    AcceleratorPool.model_validate({**pool_document(), "status": ledger((CUBE, MISTRAL, 1, "Active"))}),
]).map(lambda one: ("pool", one))  # fmt: skip
gone = st.tuples(st.just("gone"), st.sampled_from([*NODES, "a", "b", "c", POOL]))
tenants = st.tuples(st.just("tenants"), st.sampled_from([TENANT, frozenset({"mistral", "chai"})]))


def after(before: SeenSite, what: str, one: Any) -> SeenSite:
    if what == "tenants":
        return replace(before, tenants=one)
    if what == "gone":
        keys = [Key(space, one) for space in ("", "mistral", "chai", "kube-system")]
        return replace(
            before,
            **{name: getattr(before, name).with_changes({}, keys) for name in ("pools", "nodes", "pods")},
        )
    key = Key(getattr(one.metadata, "namespace", "") or "", one.metadata.name)
    name = f"{what}s"
    return replace(before, **{name: getattr(before, name).with_changes({key: one})})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(changed_node | changed_pod | changed_pool | gone | tenants, max_size=4), max_size=6))
def test_a_site_observed_of_what_changed_is_the_site_observed_of_nothing(
    turns: list[list[tuple[str, Any]]],
) -> None:
    now, site = seen(), observe(seen())
    for changes in turns:
        for what, one in changes:
            now = after(now, what, one)
        site = observe(now, site)
        assert told(site) == told(observe(now))


# --- what stays ----------------------------------------------------------------------------------------------


def test_units_of_which_nothing_changed_are_the_very_same() -> None:
    before = observe(seen())
    now = observe(with_node(seen(nodes=before.seen.nodes), host(f"{CUBE}-0", ready="False")), before)
    assert now.pools[POOL].units[OTHER] is before.pools[POOL].units[OTHER]
    assert now.pools[POOL].units[CUBE] != before.pools[POOL].units[CUBE]


def test_a_ledger_that_is_written_leaves_all_units_as_they_were() -> None:
    before = observe(seen())
    granted = pool().model_copy(update={"status": AcceleratorPool.model_validate(
        {**pool_document(), "status": ledger((CUBE, MISTRAL, 1, "Active"))}).status})  # fmt: skip
    now = observe(replace(before.seen, pools=Records.of({Key("", POOL): granted})), before)
    assert now.pools[POOL].pool is granted
    assert now.pools[POOL].units is before.pools[POOL].units


def test_where_nothing_changed_the_pool_is_the_very_same() -> None:
    before = observe(seen())
    assert observe(before.seen, before).pools[POOL] is before.pools[POOL]


def test_a_namespace_that_becomes_a_tenants_has_its_pods_counted_whoever_owns_them() -> None:
    owners = [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", "uid": "u", "controller": True}]
    chai = msgspec.convert(pod("a", f"{CUBE}-0", "chai", ownerReferences=owners), TenantPod)
    before = observe(seen(pods=Records.of({Key("chai", "a"): chai})))
    assert before.pools[POOL].units[CUBE].pods == ()
    now = observe(replace(before.seen, tenants=frozenset({"mistral", "chai"})), before)
    assert now.pools[POOL].units[CUBE].pods == (chai,)


@pytest.mark.parametrize("name", [each.name for each in fields(ObservedSite)])
def test_what_is_compared_is_all_that_a_site_says(name: str) -> None:
    assert name == "seen" or name in told(observe(seen()))
