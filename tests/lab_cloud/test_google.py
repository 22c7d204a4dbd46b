"""The pretend cloud itself: conflicts, faults, hosts, and the call log that proves what was done."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from holdfast_lab.cloud.faults import EVERYTHING, Fault
from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.hosts import PaperSite, datacenter_of
from holdfast_lab.cloud.kinds import KINDS
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.cloud.store import CloudObject
from holdfast_lab.pulumi_protocol.errors import HalfDone, Refusal

CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"
PLACE = {"project": LAB_PROJECT, "location": "us-east4"}
POOL = {**PLACE, "name": "a", "cluster": "dc", "nodeCount": 3, "nodeLocations": ["us-east4-b"]}


class Counted(PaperSite):
    """A site that remembers who is there."""

    def join(self, nodes: Any) -> None:
        PRESENT.extend(node["metadata"]["name"] for node in nodes)

    def leave(self, names: Any) -> None:
        for name in names:
            PRESENT.remove(name)


PRESENT: list[str] = []


class CountedSites:
    def of(self, cluster: CloudObject) -> Counted:
        return Counted(cluster.name)


@pytest.fixture
def site(cloud: GoogleCloud) -> GoogleCloud:
    PRESENT.clear()
    cloud = GoogleCloud(cloud.store.folder, CountedSites())
    cloud.create(CLUSTER, "urn:c", {**PLACE, "name": "dc", "deletionProtection": False})
    return cloud


def test_a_node_pools_hosts_join_change_and_leave(site: GoogleCloud) -> None:
    made = site.create(NODE_POOL, "urn:a", POOL)
    assert PRESENT == ["gke-a-00", "gke-a-01", "gke-a-02"]
    site.update(made.id, {**POOL, "nodeCount": 1})
    assert "gke-a-02" not in PRESENT
    site.delete(made.id)
    assert [name for name in PRESENT if name != "gke-a-00"] == []


def test_a_second_object_of_the_same_identity_is_a_conflict(site: GoogleCloud) -> None:
    site.create(NODE_POOL, "urn:a", POOL)
    with pytest.raises(Refusal, match="Error 409: Already exists"):
        site.create(NODE_POOL, "urn:b", POOL)


def test_a_stock_out_leaves_nothing_behind(site: GoogleCloud) -> None:
    site.faults.set(Fault("stock-out", "a*"))
    with pytest.raises(Refusal, match="GCE_STOCKOUT"):
        site.create(NODE_POOL, "urn:a", POOL)
    assert site.store.all(NODE_POOL) == []
    assert PRESENT == []


def test_a_partial_delivery_exists_with_the_hosts_that_came(site: GoogleCloud) -> None:
    site.faults.set(Fault("partial", "a", 2))
    with pytest.raises(HalfDone, match="only 2 of 3 nodes") as half:
        site.create(NODE_POOL, "urn:a", POOL)
    assert site.store.require(half.value.identity).status == "RUNNING_WITH_ERROR"
    assert len(PRESENT) == 2


def test_faults_are_lifted_by_kind_and_target(cloud: GoogleCloud) -> None:
    for fault in (Fault("slow", EVERYTHING, 1), Fault("stock-out", "a"), Fault("stock-out", "b")):
        cloud.faults.set(fault)
    assert cloud.faults.clear("stock-out", "a") == 1
    assert cloud.faults.all() == [Fault("slow", EVERYTHING, 1), Fault("stock-out", "b")]
    assert cloud.faults.clear() == 2


def test_the_call_log_says_what_was_done_and_what_was_refused(site: GoogleCloud) -> None:
    made = site.create(NODE_POOL, "urn:a", POOL)
    with pytest.raises(Refusal):
        site.create(NODE_POOL, "urn:a", POOL)
    site.delete(made.id)
    site.delete(made.id)
    calls = [(each["verb"], each["result"]) for each in site.calls.read()]
    assert calls == [("create", "ok"), ("create", "ok"), ("create", "refused"), ("delete", "ok")]


def test_what_is_abandoned_stays_and_is_no_call(site: GoogleCloud) -> None:
    made = site.create(NODE_POOL, "urn:a", {**POOL, "deletionPolicy": "ABANDON"})
    before = site.calls.read()
    site.delete(made.id)
    assert site.store.find(made.id)
    assert site.calls.read() == before


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.word)
def test_every_output_of_the_sdks_class_is_there(cloud: GoogleCloud, kind: Any) -> None:
    module, _, name = kind.sdk.partition(":")
    described = getattr(import_module(module), name)
    getters = {name: each.fget for name, each in vars(described).items() if isinstance(each, property)}
    names = {getattr(getter, "_pulumi_name", name) for name, getter in getters.items()}
    assert names == set(cloud.outputs(kind, {}, {}))


def test_the_datacenter_is_the_clusters_label_or_its_name() -> None:
    plain = CloudObject("id", CLUSTER, "dc", "urn", "RUNNING", {}, {})
    labelled = CloudObject(
        "id", CLUSTER, "dc", "urn", "RUNNING", {"resourceLabels": {"datacenter": "hall"}}, {}
    )
    assert (datacenter_of(plain), datacenter_of(labelled)) == ("dc", "hall")
