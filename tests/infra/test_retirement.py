"""May a unit be taken out of service: its holder needs another one, and nobody may be short for it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.infra.ledgers import POOL, dated, day, promise, report, spec, standing

from holdfast_infra.hub_guard.retirement import may_retire

HELD = {"state": "Active", "promise": "p0"}
THREE = spec("a", "b", "c")


def asked(pool: dict[str, Any] | None, unit: str = "a", seen: Any = None) -> str:
    """Why not; empty if it may."""
    return str(may_retire(pool, POOL, unit, seen) or "")


ONE, TWO = spec("a"), spec("a", "b")
B_LEAVES = dated(TWO, "b", retiredBy=day(10))
MINE, SOON, AFTER = promise(1, 0, 30), promise(1, 5, 9, "later"), promise(1, 31, 35, "later")


@pytest.mark.parametrize(
    ("case", "pool"),
    [
        ("a free unit takes over", standing(TWO, MINE, a=HELD)),
        ("nobody holds it", standing(THREE, promise(2, 0, 30), b=HELD, c=HELD)),
        ("nobody is promised anything", standing(ONE)),
        ("who needs the other begins when its holder is done", standing(TWO, MINE, AFTER, a=HELD)),
    ],
)
def test_a_unit_may_retire_where(case: str, pool: dict[str, Any]) -> None:
    assert asked(pool) == ""


@pytest.mark.parametrize(
    ("case", "pool", "short"),
    [
        ("there is no other unit", standing(ONE, MINE, a=HELD), "pretrain"),
        ("the other leaves before its holder is done", standing(B_LEAVES, MINE, a=HELD), "pretrain"),
        ("the other is another's before that", standing(TWO, MINE, SOON, a=HELD), "later"),
        ("nobody holds it, and it is counted on", standing(ONE, SOON), "later"),
    ],
)
def test_a_unit_may_not_retire_where(case: str, pool: dict[str, Any], short: str) -> None:
    assert f"would leave reservation team/{short} (tenant acme) short of 1 unit from" in asked(pool)


def test_a_refusal_names_unit_holder_end_and_what_to_do() -> None:
    found = asked(standing(spec("a"), promise(1, 0, 30), a=HELD))
    assert found.startswith(
        f"unit a of pool {POOL} is in the hands of reservation team/pretrain (tenant acme) until {day(30)}, and no "
        "spare can take over"
    )
    assert found.endswith("declare more units or spares first, mend those that failed, or wait until then")


def test_a_unit_that_has_failed_is_no_spare() -> None:
    pool = standing(spec("a", "b"), promise(1, 0, 30), a=HELD)
    assert asked(pool, seen=report(a="Healthy", b="Healthy")) == ""
    assert "no spare can take over" in asked(pool, seen=report(a="Healthy", b="Missing"))


def test_without_a_pool_or_with_one_that_cannot_be_read_the_answer_is_no() -> None:
    assert "the hub knows no pool" in asked(None)
    assert "cannot be read" in asked(
        {"metadata": {"name": POOL}, "spec": {"units": {"a": {}}}, "status": {"units": 1}}
    )
