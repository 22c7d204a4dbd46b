"""Each refusal beside the same action accepted once its reason is gone."""

from __future__ import annotations

import copy

import pytest
from tests.infra.ledgers import POOL, UID, entry, grant, pool

from holdfast_infra.hub_guard import may_close, may_remove

HELD = pool("a", "b", "c", peak=1, promises={UID: entry()}, units={"a": grant()})
FREE = pool("a", "b", "c", peak=1, promises={UID: entry()}, units={"b": grant()})
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
        pool("a", "b", peak=1, promises={UID: entry()}, units={"a": grant("Quarantined")}),
        "a",
        "backs reservation mistral/pretrain-q1",
        pool("a", "b", peak=1, promises={UID: entry()}, units={"a": grant("Quarantined", None)}),
    ),
    (
        "a future window needs the count",
        pool("a", "b", peak=2, promises={UID: entry()}),
        "a",
        "without unit a pool lake-mariner.tpu7x-a is down to 1, but promises need 2 at once",
        pool("a", "b", peak=1, promises={UID: entry()}),
    ),
    (
        "a future window needs the count, until more units are declared",
        pool("a", "b", peak=2, promises={UID: entry()}),
        "a",
        "declare more units first",
        pool("a", "b", "c", peak=2, promises={UID: entry()}),
    ),
    ("the hub has no such pool", None, "a", "the hub knows no pool lake-mariner.tpu7x-a", pool("a")),
    (
        "the object has no spec",
        {"metadata": {"name": POOL}},
        "a",
        "cannot be read (KeyError: 'spec')",
        pool("a"),
    ),
    ("the ledger is no ledger", pool("a", peak="many"), "a", "cannot be read (ValueError", pool("a", peak=0)),
    ("units are a list", pool("a", units=["a"]), "a", "cannot be read", pool("a", units={})),
]


@pytest.mark.parametrize(("why", "refused", "unit", "sentence", "accepted"), UNITS)
def test_a_unit_may_not_leave_while(
    why: str, refused: object, unit: str, sentence: str, accepted: object
) -> None:
    refusal = may_remove(refused, POOL, unit)  # type: ignore[arg-type]
    assert sentence in str(refusal), why
    assert may_remove(accepted, POOL, unit) is None, why  # type: ignore[arg-type]


def test_a_dead_unit_in_quarantine_may_be_replaced_even_in_a_full_pool() -> None:
    full = pool("a", "b", peak=2, promises={UID: entry()}, units={"a": grant("Quarantined", None)})
    assert may_remove(full, POOL, "a") is None
    assert may_remove(full, POOL, "b") is not None


def test_a_unit_that_already_left_the_declaration_is_judged_by_what_stays() -> None:
    assert may_remove(pool("b", "c", peak=2), POOL, "a") is None
    assert may_remove(pool("b", peak=2), POOL, "a") is not None


def test_two_units_of_which_either_may_leave_do_not_both_leave() -> None:
    promised = pool("a", "b", peak=1, promises={UID: entry()})
    assert may_remove(promised, POOL, "a") is None
    assert may_remove(promised, POOL, "b") is None
    assert may_remove(promised, POOL, "b", departing={"a"}) is not None


def test_a_question_changes_nothing() -> None:
    before = copy.deepcopy(HELD)
    may_remove(HELD, POOL, "a")
    assert before == HELD


OTHER = pool("x", name="abernathy.h200-a", peak=1, promises={UID: entry()}, units={"x": grant()})


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


@pytest.mark.parametrize("pools", [[], [pool("a")], [pool("a", peak=0)], [OTHER], [pool("a"), OTHER]])
def test_a_site_may_go_when_none_of_its_own_pools_backs_anything(pools: list[object]) -> None:
    assert may_close(pools, "lake-mariner") is None  # type: ignore[arg-type]
