"""One lawful picture in which nothing is found, and for every check at least one corruption that is."""

from __future__ import annotations

import pytest
from tests.audit.world import (
    CLEARING,
    EVAL,
    LATER,
    OPEN,
    POOL,
    PRETRAIN,
    QUIET,
    RUNNING,
    STRANGER,
    a_world,
    node,
    picture,
)
from tests.builders import NOW
from tests.documents import Edit, edit, edits, grant, ledger

from holdfast.audit.access import STEP_SECONDS
from holdfast.audit.checks import CHECKS, findings_in

LEDGER = ("pools", POOL, "status")
ENTRY = (*LEDGER, "promises", PRETRAIN)
PROMISE = ("promises", PRETRAIN, "spec")
REPORT = ("reports", POOL, "spec")
SEEN = (*REPORT, "units")
BLOCKED = {"reason": "NamespaceTaken", "message": "namespace 'acme': exists and belongs to no tenant"}
RESERVED = "holdfast.node-restriction.kubernetes.io/reservation"
NEXT = {"attempt": "a2", "round": 2, "count": 7, "from": LATER[0], "until": LATER[1] + CLEARING}
ELSEWHERE = ledger(asOf=NOW, peak=2, granted=0, promises={PRETRAIN: {**RUNNING.entry(), "attempt": "a0"}})

OUTAGES = (*LEDGER, "outages")
WORK = {"name": "cooling", "from": NOW + 60, "until": NOW + 120}

CORRUPTIONS: dict[str, tuple[Edit, str, str]] = {
    # what is corrupted                         how                                           found as
    "more promised later than declared": (edit(*LEDGER, "promises", EVAL, "count", 7), "I1", f"pool {POOL}"),
    "a next form larger than the pool": (edit(*LEDGER, "promises", EVAL, "next", NEXT), "I1", f"pool {POOL}"),
    "maintenance of a whole pool over a promise": (edit(*OUTAGES, {EVAL: WORK}), "I17", "maintenance cooling"),
    "maintenance that names another": (
        edit(*OUTAGES, {EVAL: {**WORK, "against": [STRANGER]}}), "I17", "maintenance cooling"),
    "maintenance of more units than promises leave": (
        edit(*OUTAGES, {EVAL: {**WORK, "units": [f"cube-00{n}" for n in range(5)]}}), "I17", "maintenance cooling"),
    "two attempts of one reservation in force": (
        edit("pools", QUIET, "status", ELSEWHERE), "I1", f"reservation {PRETRAIN}"),
    "one node pool declared as two units": (
        edit("pools", POOL, "spec", "units", "cube-001", "nodePool", "tpu7x-a-cube-000"),
        "I1", "node pool lake-mariner/tpu7x-a-cube-000"),
    "a unit more in hand than promised": (
        edits(edit(*LEDGER, "units", "cube-003", grant(grant=4)), edit(*LEDGER, "granted", 4)),
        "I1", f"entry {POOL}/research/pretrain"),
    "bound without a promise object": (edit("promises", PRETRAIN, None), "I2", "reservation research/pretrain"),
    "bound on a promise that is being released": (
        edit(*PROMISE, "state", "Releasing"), "I2", "reservation research/pretrain"),
    "bound with a unit that is not granted": (
        edit(*LEDGER, "units", "cube-001", None), "I2", "reservation research/pretrain"),
    "bound with a unit that is not reported open": (
        edit(*SEEN, "cube-001", "openGrant", None), "I2", "reservation research/pretrain"),
    "a node of an open unit still tainted shut": (edit("nodes", "n1", node("n1", "cube-000", number=1)), "I2",
                                                  "node lake-mariner/n1"),
    "a node of an open unit under an older number": (
        edit("nodes", "n1", node("n1", "cube-000", PRETRAIN, 7)), "I2", "node lake-mariner/n1"),
    "a node open to somebody nobody granted it to": (
        edit("nodes", "n4", node("n4", "cube-003", STRANGER, 4)), "I2", "node lake-mariner/n4"),
    "a quarantined node open under another number": (
        edit("nodes", "n3", node("n3", "cube-002", EVAL, 2)), "I2", "node lake-mariner/n3"),
    "a label of a reservation on a closed node": (
        edit("nodes", "n4", "metadata", "labels", RESERVED, STRANGER), "I2", "node lake-mariner/n4"),
    "a node without the standing taint": (edit("nodes", "n4", "spec", "taints", []), "I2", "node lake-mariner/n4"),
    "a namespace that admits another's reservation": (
        edit("admitted", "acme", {f"reservation.holdfast.dev/{PRETRAIN}": ""}), "I2", "namespace lake-mariner/acme"),
    "a namespace that is called like the one that asked": (
        edit("admitted", {RUNNING.namespace: {f"reservation.holdfast.dev/{PRETRAIN}": ""}}),
        "I2", "namespace lake-mariner/research"),
    "a unit that its agent leaves as it is": (
        edit(*REPORT, "blocked", {"cube-001": BLOCKED}), "I2", f"unit {POOL}/cube-001"),
    "a node outside every unit": (
        edit(*REPORT, "blockedNodes", {"n9": BLOCKED}), "I2", "node lake-mariner/n9"),
    "a tenant without a namespace at a site": (
        edit(*REPORT, "blockedTenants", {"acme": BLOCKED}), "I2", "tenant lake-mariner/acme"),
    "a promise without its entry": (
        edits(edit(*ENTRY, None), edit("promises", PRETRAIN, "spec", "round", 2)), "I3", "promise research/pretrain"),
    "a promise whose entry is on its way out": (edit(*ENTRY, "state", "Releasing"), "I3", "promise research/pretrain"),
    "a promise whose entry is of another attempt": (
        edit(*ENTRY, "attempt", "a9"), "I3", "promise research/pretrain"),
    "an entry newer than its promise": (edit(*ENTRY, "round", 9), "I3", "promise research/pretrain"),
    "an entry with too few units": (edit(*ENTRY, "count", 1), "I3", "promise research/pretrain"),
    "an interval without units": (
        edit(*PROMISE, "intervals", [{"start": OPEN[0], "end": OPEN[1], "slices": 1}]),
        "I3", "promise research/pretrain"),
    "an entry that ends early": (edit(*ENTRY, "until", OPEN[1] - 1), "I3", "promise research/pretrain"),
    "an entry of intervals that ends before the last is cleaned": (
        edits(edit(*ENTRY, "clearing", CLEARING), edit(*ENTRY, "until", OPEN[1] + CLEARING - 1)),
        "I3", "promise research/pretrain"),
    "an entry that begins late": (edit(*ENTRY, "from", NOW - 10), "I3", "promise research/pretrain"),
    "a promise in a pool that is gone": (
        edit(*PROMISE, "pools", {POOL: 2, "ny.gone": 1}), "I3", "promise research/pretrain"),
    "a committed entry without a promise object": (
        edit("promises", EVAL, None), "I3", f"entry {POOL}/widgets/eval"),
    "a committed entry of a released promise": (
        edit("promises", EVAL, "spec", "state", "Released"), "I3", f"entry {POOL}/widgets/eval"),
    "a committed entry in a pool the promise does not name": (
        edit("promises", EVAL, "spec", "pools", {QUIET: 3}), "I3", f"entry {POOL}/widgets/eval"),
    "a ledger unit nobody declared": (
        edit(*LEDGER, "units", "cube-077", {"grant": 2, "state": "Quarantined", "since": NOW}), "I5", f"pool {POOL}"),
    "a grant number given twice": (edit(*LEDGER, "units", "cube-001", "grant", 1), "I5", f"unit {POOL}/cube-000"),
    "a grant number never given": (edit(*LEDGER, "granted", 2), "I5", f"unit {POOL}/cube-002"),
    "a unit held for nobody the ledger knows": (
        edit(*LEDGER, "units", "cube-001", "promise", STRANGER), "I5", f"unit {POOL}/cube-001"),
    "a unit active for what is only prepared": (edit(*ENTRY, "state", "Prepared"), "I5", f"unit {POOL}/cube-000"),
    "an entry of another tenant than its namespace": (
        edit(*ENTRY, "tenant", "acme"), "I6", f"entry {POOL}/research/pretrain"),
    "a promise in a namespace without a tenant": (
        edit("namespaces", "research", {}), "I6", "promise research/pretrain"),
    "an entry that names another reservation than its promise": (
        edit(*ENTRY, "reservation", "research/other"), "I6", f"entry {POOL}/research/other"),
    "a unit active before its window": (
        edit(*LEDGER, "units", "cube-001", "promise", EVAL), "I7", f"unit {POOL}/cube-001"),
    "a unit active after its window": (edit(*ENTRY, "until", NOW), "I7", f"unit {POOL}/cube-000"),
    "a status that tells of another end": (
        edit(*PROMISE, "window", "end", OPEN[1] - 60), "I9", "reservation research/pretrain"),
    "a status that tells nothing of a promise": (
        edit("reservations", EVAL, "status", "promised", None), "I9", "reservation widgets/eval"),
    "capacity numbers that cannot be": (edit(*LEDGER, "capacity", "healthy", 99), "I9", f"pool {POOL}"),
    "a free unit reported open": (edit(*SEEN, "cube-004", "openGrant", 2), "I10", f"unit {POOL}/cube-004"),
    "a unit reported open for the holder before": (
        edit(*SEEN, "cube-001", "openGrant", 1), "I10", f"unit {POOL}/cube-001"),
    "an active unit reported clean": (edit(*SEEN, "cube-001", "cleanGrant", 2), "I10", f"unit {POOL}/cube-001"),
    "a peak below what is promised": (edit(*LEDGER, "peak", 2), "I15", f"pool {POOL}"),
    "nodes of a pool that is not in the hub": (
        edit("nodes", "n4", "metadata", "labels", "holdfast.dev/pool", "lake-mariner.gone"),
        "I15", "pool lake-mariner.gone"),
}  # fmt: skip


def test_nothing_is_found_in_a_lawful_picture() -> None:
    assert findings_in(picture(a_world())) == ()


@pytest.mark.parametrize("wrong", CORRUPTIONS)
def test_each_corruption_is_found(wrong: str) -> None:
    corrupt, invariant, subject = CORRUPTIONS[wrong]
    world = a_world()
    corrupt(world)
    assert (invariant, subject) in {(one.invariant, one.subject) for one in findings_in(picture(world))}


@pytest.mark.parametrize("check", [check for _, check in CHECKS], ids=lambda check: check.__name__)
def test_each_check_finds_at_least_one_corruption(check: object) -> None:
    assert callable(check)
    pictures = []
    for corrupt, _, _ in CORRUPTIONS.values():
        world = a_world()
        corrupt(world)
        pictures.append(picture(world))
    assert any(list(check(one)) for one in pictures)


def test_what_an_agent_says_is_found_in_its_own_words() -> None:
    world = a_world()
    edit(*REPORT, "blockedTenants", {"acme": BLOCKED})(world)
    (finding,) = findings_in(picture(world))
    assert finding.wrong == f"{BLOCKED['reason']}: {BLOCKED['message']}"


def test_a_tenant_blocked_in_every_pool_of_a_site_is_found_once() -> None:
    world = a_world()
    edit(*REPORT, "blockedTenants", {"acme": BLOCKED})(world)
    other = {**world["reports"][POOL], "metadata": {"name": "lake-mariner.tpu7x-b"}}
    world["reports"]["lake-mariner.tpu7x-b"] = other | {"spec": {**other["spec"], "units": {}}}
    assert len(findings_in(picture(world))) == 1


def test_a_tenant_is_the_label_of_the_namespace_and_not_its_name() -> None:
    world = a_world()
    edits(edit(*ENTRY, "tenant", RUNNING.namespace), edit(*PROMISE, "tenant", RUNNING.namespace))(world)
    found = {(one.invariant, one.subject) for one in findings_in(picture(world))}
    assert {("I6", f"entry {POOL}/research/pretrain"), ("I6", "promise research/pretrain")} <= found
    assert ("I2", "namespace lake-mariner/mistral") in found


@pytest.mark.parametrize(("ago", "missed"), [(STEP_SECONDS - 1, False), (STEP_SECONDS + 1, True)])
def test_the_units_of_a_step_that_has_just_begun_may_be_on_their_way(ago: int, missed: bool) -> None:
    world = a_world()
    parts = [{"from": start, "until": OPEN[1], "count": 2} for start in (OPEN[0], NOW - ago)]
    edit(*ENTRY, "parts", parts)(world)
    found = {(one.invariant, one.subject) for one in findings_in(picture(world))}
    assert (("I2", "reservation research/pretrain") in found) is missed


def test_a_step_up_soon_after_a_step_down_may_be_on_its_way_too() -> None:
    world = a_world()
    steps = ((OPEN[0], OPEN[1]), (OPEN[0], NOW - 30), (NOW - 10, OPEN[1]))
    edit(*ENTRY, "parts", [{"from": start, "until": end, "count": 2} for start, end in steps])(world)
    assert not [one for one in findings_in(picture(world)) if one.subject == "reservation research/pretrain"]
