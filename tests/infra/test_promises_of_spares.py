"""While a promise stands no later declaration keeps fewer spares, or is less sure that they suffice."""

from __future__ import annotations

from typing import Any

import pytest
from tests.infra.ledgers import POOL, promise, spec, standing

from holdfast_infra.hub_guard import may_declare

SURE = {"confidenceBasisPoints": 9_900, "availabilityBasisPoints": 9_900}
ONE = promise(1, 3, 5)
THREE = ("a", "b", "c")


@pytest.mark.parametrize(
    ("spares", "sentence"),
    [
        (SURE | {"confidenceBasisPoints": 9_000}, "to 0 (90.00 % sure at 99.00 %)"),
        (SURE | {"availabilityBasisPoints": 9_990}, "to 0 (99.00 % sure at 99.90 %)"),
        ({"count": 0}, "to 0"),
    ],
    ids=["a lower confidence", "units that are said to fail less often", "a lower count"],
)
def test_fewer_spares_are_refused_while_a_promise_stands(spares: dict[str, Any], sentence: str) -> None:
    before, after = spec(*THREE, spares=SURE), spec(*THREE, spares=spares)
    refusal = str(may_declare(standing(before, ONE), POOL, after))
    assert (
        f"spares from 1 (99.00 % sure at 99.00 %) {sentence} would leave fewer units to replace one"
        in refusal
    )
    assert may_declare(standing(before), POOL, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            spec("a", "b", spares={"count": 1}),
            spec("a", "b", spares={"confidenceBasisPoints": 9_999, "availabilityBasisPoints": 9_950}),
        ),
        (spec("a", "b", spares=SURE | {"count": 0}), spec("a", spares=SURE)),
    ],
    ids=["a confidence that keeps as many", "a free unit leaves and what is left is as sure"],
)
def test_as_many_spares_or_as_sure_ones_are_accepted(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert may_declare(standing(before, ONE), POOL, after) is None
