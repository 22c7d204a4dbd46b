"""From documents to the planner's records: no field is lost on the way in, none is believed that others may write."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from tests.hub import documents
from tests.hub.documents import POOL, SITE, UID

from holdfast.api.pool import Spares
from holdfast.cluster.transport.objects import by_key
from holdfast.hub.ledger_reader import ledger_of
from holdfast.hub.record_reader import promise_of, reservation_of
from holdfast.hub.snapshot_reader import HubDocuments, HubRecords, SnapshotReader
from holdfast.planner.state.ledger import FAR, Ledger
from holdfast.planner.state.moving import Moving
from holdfast.planner.state.snapshot import Health, Pool, Repair, Unit, Window

JANUARY = 1_798_761_600
WHOLE = HubDocuments(
    pools=(documents.pool(),),
    datacenters=(documents.site(),),
    reports=(documents.report(),),
    seals=(documents.seal(),),
    tenants=(documents.tenant(),),
)
TAKEN = "namespace mistral belongs to somebody else"
LABELS = {"holdfast.dev/tenant": "mistral"}


def read_of(**changes: Any) -> HubRecords:
    return SnapshotReader().read(replace(WHOLE, **changes))


def pool(**changes: Any) -> Pool:
    return read_of(**changes).pools[POOL]


def unset(record: Any) -> set[str]:
    """Fields of a record that still have their default."""
    return {each.name for each in fields(record) if getattr(record, each.name) == each.default}


def test_a_pool_is_read_with_every_figure_of_its_declaration_its_site_and_its_seal() -> None:
    read = pool()
    assert unset(read) == {"selling", "reachable", "guaranteed", "restored"}
    assert (read.hosts, read.dwell, read.ask_limit) == (16, 15, 16)
    assert (read.spares, read.drain_lead, read.grace, read.turn_around, read.repair) == (1, 11, 12, 13, 14)
    assert (read.endpoint, read.topology, read.chips_per_unit) == ("10.0.0.1", "4x4x4", 64)
    assert read.lease_end == 2_082_758_400
    assert (read.sealed, read.selling, read.reachable) == (True, True, True)
    assert read.refuses == {"mistral": TAKEN}
    restored = documents.pool(annotations={"holdfast.dev/restored": "2027-01-15", "others": "are theirs"})
    assert pool(pools=(restored,)).restored


def test_spares_by_confidence_are_counted_of_all_declared_units() -> None:
    made, sure = documents.pool(), Spares(confidence_basis_points=9_990, availability_basis_points=9_000)
    declared = made.model_copy(update={"spec": made.spec.model_copy(update={"spares": sure})})
    assert (len(made.spec.units), pool(pools=(declared,)).spares) == (3, 2)


def test_a_restored_reservation_is_known_by_the_uid_of_the_hub_it_was_made_on() -> None:
    made = documents.reservation({"end": "2027-04-01T00:00:00Z"})
    marks = {"uid": "a-new-one", "annotations": {"holdfast.dev/first-uid": UID}}
    anew = made.model_copy(update={"metadata": made.metadata.model_copy(update=marks)})
    assert reservation_of(anew, LABELS).uid == UID
    read = read_of(reservations=by_key([anew])).reservations
    assert list(read) == [UID]


@pytest.mark.parametrize(
    ("model", "guaranteed"),
    [("Reserved", True), ("OnDemand", True), ("Spot", False), ("FlexStart", False), ("Queued", False)],
)
def test_what_its_provider_may_take_back_is_not_guaranteed(model: str, guaranteed: bool) -> None:
    document = documents.pool()
    spec = document.spec.model_copy(update={"provisioning_model": model})
    assert pool(pools=(document.model_copy(update={"spec": spec}),)).guaranteed is guaranteed


def test_units_are_read_as_declared_and_as_reported() -> None:
    units = pool().units
    seen = Unit(
        "cube-000", health=Health.DEGRADED, cordoned=True, open_grant=8, clean_grant=5, blocked=TAKEN,
        lacking=2, heals=False, occupied=False, source="NVSentinel", reason="GpuMemWatch",
        repaired_until=JANUARY + 3_600, slice="s-0",
    )  # fmt: skip
    assert units["cube-000"] == seen
    unseen: dict[str, Any] = {"heals": True, "occupied": True}
    assert units["cube-001"] == Unit("cube-001", available=JANUARY + 59 * 86_400, **unseen)
    assert units["cube-002"] == Unit("cube-002", retiring=True, retires=JANUARY + 365 * 86_400, **unseen)


def test_of_an_agent_that_does_not_tell_what_is_wrong_the_kinder_is_believed() -> None:
    told = documents.report()
    seen = told.spec.units["cube-000"].model_copy(
        update={"trouble": None, "hosts_healthy": None, "occupied": None}
    )
    spec = told.spec.model_copy(update={"units": {"cube-000": seen}})
    unit = pool(reports=(told.model_copy(update={"spec": spec}),)).units["cube-000"]
    assert (unit.heals, unit.occupied, unit.lacking, unit.source) == (True, True, 1, "")


def test_a_report_of_another_datacenter_is_not_believed() -> None:
    other = pool(reports=(documents.report("abernathy"),))
    assert {unit.health for unit in other.units.values()} == {Health.MISSING}


@pytest.mark.parametrize(
    ("changes", "selling"),
    [
        pytest.param({}, True, id="its seal stands"),
        pytest.param({"seals": ()}, False, id="its seal was seen and is gone"),
        pytest.param(
            {"seals": (documents.seal(deletionTimestamp=documents.BORN),)}, False, id="its seal is going"
        ),
        pytest.param(
            {"pools": (documents.pool(deletionTimestamp=documents.BORN),)}, False, id="it is being deleted"
        ),
    ],
)
def test_a_pool_sells_while(changes: dict[str, Any], selling: bool) -> None:
    assert pool(**changes).selling is selling


def test_units_are_recalled_by_whom_an_annotation_names_and_other_annotations_are_left_behind() -> None:
    marks = {"recall.holdfast.dev/cube-002": "alice@example.com", "somebody.else/long": "x" * 4_000}
    read = documents.pool(annotations=marks)
    assert pool(pools=(read,)).recalled == {"cube-002": "alice@example.com"}
    assert list(read.metadata.annotations) == ["recall.holdfast.dev/cube-002"]


def test_a_pool_without_datacenter_or_report_is_read_and_a_silent_one_is_not_reachable() -> None:
    bare = pool(datacenters=(), reports=())
    assert (bare.lease_end, bare.endpoint) == (FAR, "")
    assert not pool(silent=frozenset({SITE})).reachable


def test_a_ledger_is_read_whole_and_a_pool_never_planned_has_an_empty_one() -> None:
    read = ledger_of(documents.pool().status)
    assert unset(read) == set()
    entry, grant = read.entries[UID], read.grants["cube-000"]
    assert (unset(entry), unset(entry.form), unset(grant), unset(grant.trouble)) == (
        set(),
        set(),
        set(),
        set(),
    )
    assert (entry.reservation, entry.tenant, entry.next and entry.next.count) == (
        "research/pretrain",
        "mistral",
        3,
    )
    assert read.capacity is not None
    assert (read.capacity.deficit_ahead, read.capacity.deficit_from) == (1, JANUARY + 31 * 86_400)
    assert ledger_of(None) == Ledger()


def test_a_promise_object_is_read_whole() -> None:
    read = promise_of(documents.promise())
    assert unset(read) == set()
    assert (read.uid, read.label, read.created) == (UID, "research/pretrain", JANUARY)
    assert (read.start, read.end, read.ended_at) == (1_800_000_100, 1_800_089_000, 1_800_099_000)
    assert read.moving == Moving(POOL, "lake-mariner.tpu7x-b", frozenset({7, 8}))


def test_a_reservation_belongs_to_the_tenant_of_its_namespace_whatever_its_own_label_says() -> None:
    asked = documents.reservation({"end": "2027-02-01T00:00:00Z"})
    assert reservation_of(asked, LABELS).tenant == "mistral"
    assert reservation_of(asked, {}).tenant is None


def test_a_reservation_is_read_with_its_bounds_and_its_wishes() -> None:
    window = {
        "durationSeconds": 60,
        "earliestStart": "2027-02-01T00:00:00.5Z",
        "latestEnd": "2027-02-02T00:00:00.5Z",
    }
    placement = {"datacenters": ["abernathy", SITE], "acrossDatacenters": "Atomic", "maxPercentPerPool": 50}
    consent = {"pool": POOL, "unit": "cube-000", "grant": 8}
    repair = {"policy": "Never", "minimumNoticeSeconds": 9, "consents": [consent]}
    asked = documents.reservation(window, placement=placement, minCount=1, repair=repair)
    read = reservation_of(asked, LABELS)
    assert read.repair == Repair("Never", 9, frozenset({(POOL, "cube-000", 8)}))
    assert unset(read) == {"status"}
    february = JANUARY + 31 * 86_400
    assert read.window == Window(duration=60, earliest=february, latest=february + 86_401)
    assert (read.datacenters, read.across_datacenters, read.min_count) == (("abernathy", SITE), True, 1)
    assert (read.max_percent_per_pool, read.atomic) == (50, True)


@pytest.mark.parametrize(
    ("across", "apart", "together"),
    [("Forbid", False, False), ("Allow", True, False), ("Atomic", True, True)],
)
def test_slices_lie_apart_and_open_together_as_they_are_asked_for(
    across: str, apart: bool, together: bool
) -> None:
    asked = documents.reservation({"durationSeconds": 60}, placement={"acrossDatacenters": across})
    read = reservation_of(asked, LABELS)
    assert (read.across_datacenters, read.atomic) == (apart, together)


def test_offset_and_fraction_are_read_as_the_instant_they_mean() -> None:
    window = {"start": "2027-01-04T01:00:00.9+01:00", "end": "2027-01-04T02:00:00.1+01:00"}
    read = reservation_of(documents.reservation(window), LABELS).window
    fourth = JANUARY + 3 * 86_400
    assert (read.start, read.end) == (fourth, fourth + 3_601)


def test_a_tenant_is_read_with_its_contract_and_the_namespaces_that_carry_its_label() -> None:
    named = {"research": LABELS, "mistral": {}, "evals": LABELS, "other": {"holdfast.dev/tenant": "chai"}}
    read = read_of(namespaces=named).tenants["mistral"]
    assert (read.chips, read.horizon, read.namespaces) == ({"tpu7x": 128}, 86_400, ("evals", "research"))
    assert read.generation == 5


def test_a_site_is_operational_and_heard_unless_it_is_said_otherwise() -> None:
    read = read_of().sites[SITE]
    assert (read.operational, read.silent, read.generation) == (True, False, 5)
    assert read_of(silent=frozenset({SITE})).sites[SITE].silent
