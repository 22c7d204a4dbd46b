"""Each refusal beside the same action accepted once its reason is gone."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.infra.ledgers import (
    DAY,
    POOL,
    UID,
    dated,
    day,
    entry,
    grant,
    pool,
    promise,
    report,
    spec,
    standing,
)

from holdfast_infra.hub_guard import may_close, may_remove

Declared = dict[str, Any]
HELD = pool("a", "b", "c", promises={UID: entry()}, units={"a": grant()})
FREE = pool("a", "b", "c", promises={UID: entry()}, units={"b": grant()})
# What is asked, the refusal, the same once the reason is gone.
UNITS = [
    (
        "it backs a reservation",
        HELD,
        "a",
        "unit a of pool lake-mariner.tpu7x-a backs reservation mistral/pretrain-q1 (tenant mistral) until 2027-04-0",
        FREE,
    ),
    (
        "it is being emptied",
        pool("a", "b", promises={UID: entry(state="Releasing")}, units={"a": grant("Releasing")}),
        "a",
        "backs reservation mistral/pretrain-q1",
        pool("a", "b", promises={}, units={}),
    ),
    (
        "its promise is gone but its grant is not",
        pool("a", "b", units={"a": grant()}),
        "a",
        f"backs reservation {UID}",
        pool("a", "b", units={}),
    ),
    (
        "it is quarantined with its promise",
        pool("a", "b", promises={UID: entry()}, units={"a": grant("Quarantined")}),
        "a",
        "backs reservation mistral/pretrain-q1",
        pool("a", "b", promises={UID: entry()}, units={"a": grant("Quarantined", None)}),
    ),
    (
        "a future window needs the count",
        pool("a", "b", promises={UID: entry(count=2)}),
        "a",
        (
            "to be without unit a of pool lake-mariner.tpu7x-a would leave reservation mistral/pretrain-q1 (tenant "
            "mistral) short of 1 unit from 2027-01-01"
        ),
        pool("a", "b", promises={UID: entry()}),
    ),
    (
        "a future window needs the count, until more units are declared",
        pool("a", "b", promises={UID: entry(count=2)}),
        "a",
        "declare more units first",
        pool("a", "b", "c", promises={UID: entry(count=2)}),
    ),
    ("the hub has no such pool", None, "a", "the hub knows no pool lake-mariner.tpu7x-a", pool("a")),
    (
        "the object has no spec",
        {"metadata": {"name": POOL}},
        "a",
        "cannot be read (KeyError: 'spec')",
        pool("a"),
    ),
    (
        "the ledger is no ledger",
        pool("a", promises={UID: entry() | {"until": "soon"}}),
        "a",
        "cannot be read (ValueError",
        pool("a", promises={}),
    ),
    (
        "the units are many",
        {**pool("a"), "spec": {"datacenter": "d", "units": 7}},
        "a",
        "(AttributeError",
        pool("a"),
    ),
    ("units are a list", pool("a", units=["a"]), "a", "cannot be read", pool("a", units={})),
]


@pytest.mark.parametrize(("why", "refused", "unit", "sentence", "accepted"), UNITS)
def test_a_unit_may_not_leave_while(
    why: str, refused: object, unit: str, sentence: str, accepted: object
) -> None:
    refusal = may_remove(refused, POOL, unit)  # type: ignore[arg-type]
    assert sentence in str(refusal), why
    assert may_remove(accepted, POOL, unit) is None, why  # type: ignore[arg-type]


FOUR, BOTH = spec("a", "b", "c", "d"), promise(2, 30, 120, "q1")
TO_COME = dated(dated(FOUR, "c", availableFrom=day(180)), "d", availableFrom=day(180))
RETIRING = dated(dated(FOUR, "c", retiring=True), "d", retiring=True)
LEAVING = dated(dated(FOUR, "c", retiredBy=day(60)), "d", retiredBy=day(60))
SEEN = {"a": "Healthy", "b": "Healthy", "c": "Healthy"}
# Why none of the others stands in for it, the pool as declared and as last seen, and the change after which one does.
NO_STAND_IN = [
    ("they come after the window", TO_COME, None, dated(TO_COME, "c", availableFrom=day(30)), None),
    ("they retire", RETIRING, None, dated(RETIRING, "c"), None),
    ("they leave inside the window", LEAVING, None, dated(LEAVING, "c", retiredBy=day(121)), None),
    ("they are not there", FOUR, report(**SEEN | {"c": "Missing"}), FOUR, report(**SEEN)),
    (
        "they are repaired too late",
        FOUR | {"repairSeconds": 40 * DAY},
        report(**SEEN | {"c": "Unhealthy"}),
        FOUR | {"repairSeconds": 29 * DAY},
        report(**SEEN | {"c": "Unhealthy"}),
    ),
]


@pytest.mark.parametrize(("why", "declared", "seen", "later", "seen_later"), NO_STAND_IN)
def test_a_unit_that_is_promised_for_later_stays_where_of_the_others(
    why: str, declared: Declared, seen: Declared | None, later: Declared, seen_later: Declared | None
) -> None:
    refusal = str(may_remove(standing(declared, BOTH), POOL, "a", report=seen))
    assert "would leave reservation team/q1 (tenant acme) short of 1 unit from" in refusal, why
    assert may_remove(standing(later, BOTH), POOL, "a", report=seen_later) is None, why
    assert may_remove(standing(declared), POOL, "a", report=seen) is None, why


def test_a_unit_whose_hardware_is_not_there_may_be_made_again_in_a_full_pool() -> None:
    pool = standing(spec("a", "b"), promise(2, 30, 120, "q1"))
    assert may_remove(pool, POOL, "a", report=report(a="Missing", b="Healthy")) is None
    assert may_remove(pool, POOL, "a", report=report(a="Unhealthy", b="Healthy")) is not None


def test_a_dead_unit_in_quarantine_may_be_replaced_even_in_a_full_pool() -> None:
    full = pool("a", "b", promises={UID: entry(count=2)}, units={"a": grant("Quarantined", None)})
    assert may_remove(full, POOL, "a") is None
    assert may_remove(full, POOL, "b") is not None
    assert may_remove(full, POOL, "b", departing={"a"}) is not None


def test_a_unit_that_already_left_the_declaration_takes_nothing_more_from_anybody() -> None:
    full = pool("b", promises={UID: entry(count=1)})
    assert may_remove(full, POOL, "a") is None
    assert may_remove(full, POOL, "b") is not None


def test_two_units_of_which_either_may_leave_do_not_both_leave() -> None:
    promised = pool("a", "b", promises={UID: entry()})
    assert may_remove(promised, POOL, "a") is None
    assert may_remove(promised, POOL, "b") is None
    assert may_remove(promised, POOL, "b", departing={"a"}) is not None


def test_who_is_short_already_keeps_no_unit_that_is_not_there() -> None:
    short = standing(RETIRING, promise(3, 30, 120, "q1"))
    assert may_remove(short, POOL, "c") is None
    assert "short of 2 units" in str(may_remove(short, POOL, "a"))


def test_a_question_changes_nothing() -> None:
    before = copy.deepcopy(HELD)
    may_remove(HELD, POOL, "a")
    assert before == HELD


@pytest.mark.parametrize(
    ("pools", "sentence"),
    [
        ([HELD], "pool lake-mariner.tpu7x-a at lake-mariner still backs reservation mistral/pretrain-q1"),
        ([pool("a", promises={UID: entry(state="Prepared")})], "still backs reservation mistral/pretrain-q1"),
        (
            [pool("a"), pool("b", name="lake-mariner.b", units={"b": grant()})],
            "pool lake-mariner.b at lake-mariner",
        ),
        ([{"spec": {}}], "a pool in the hub cannot be read"),
    ],
)
def test_a_site_stays_while_one_of_its_pools_backs_anything(pools: list[object], sentence: str) -> None:
    assert sentence in str(may_close(pools, "lake-mariner"))  # type: ignore[arg-type]


@pytest.mark.parametrize("pools", [[], [pool("a")], [pool("a", promises={})]])
def test_a_site_may_go_when_none_of_its_pools_backs_anything(pools: list[object]) -> None:
    assert may_close(pools, "lake-mariner") is None  # type: ignore[arg-type]
