"""Two declarations that differ in one unit differ in that unit's resources only."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.infra.declarations import Declared, changed
from tests.infra.recording import run

from holdfast_infra.program import main

KINDS: dict[str, Declared] = {
    "tpu7x": {"googleReservation": "r/reservationBlocks/b"},
    "h200": {"googleReservation": "h"},
    "gb200-nvl72": {"googleReservation": "g"},
    "tpu-v5p": {"googleReservation": "v", "topology": "2x2x2"},
    "l4": {"capacity": "spot"},
}
IDS = tuple(f"u-{number}" for number in range(6))


@cache
def resources(kind: str, ids: frozenset[str]) -> dict[str, Any]:
    """Inputs of everything but the hub's objects; sites that are not Google's for the kind `brought`."""
    pool = {"spares": 0, "units": [{"ids": each} for each in sorted(ids)]}
    named = "h200" if kind == "brought" else kind
    site = [("siteKind", "kubernetes"), ("cluster", {})] if kind == "brought" else []
    declared = changed(*site, ("pools", {"a": {"acceleratorType": named, **pool, **KINDS.get(kind, {})}}))
    seen = run(main, "lake-mariner", declared).seen.values()
    return {
        each.urn: each.inputs for each in seen if "holdfast.dev" not in str(each.inputs.get("apiVersion"))
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([*KINDS, "brought"]),
    st.sets(st.sampled_from(IDS), min_size=2, max_size=4).map(frozenset),
    st.data(),
)
def test_one_unit_more_or_less_changes_no_other_resource(
    kind: str, ids: frozenset[str], data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from(sorted(ids)))
    with_it, without = resources(kind, ids), resources(kind, ids - {unit})
    differing = {urn for urn in with_it | without if with_it.get(urn) != without.get(urn)}
    assert [urn.rpartition("::")[2] for urn in differing] == [
        f"host/{unit}" if kind == "brought" else f"a-{unit}"
    ]
