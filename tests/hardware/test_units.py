"""From a slice to units."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.hardware import (
    ACCELERATORS,
    AcceleratorType,
    TopologyImpossible,
    accelerator,
    chips_per_slice,
    units_per_slice,
)


@pytest.mark.parametrize(
    ("name", "topology", "units", "chips"),
    [
        ("tpu7x", "4x4x4", 1, 64),
        ("tpu7x", "4x4x8", 2, 128),
        ("tpu7x", "8x8x16", 16, 1_024),
        ("tpu7x", "16x16x36", 144, 9_216),
        ("gb300-nvl72", None, 1, 72),
        ("gb300-nvl72", "1x72", 1, 72),
        ("h200", None, 1, 8),
        ("tpu-v5e", "4x4", 1, 16),
        ("tpu-v4", "2x2x1", 1, 4),
    ],
)
def test_a_slice_takes_whole_units(name: str, topology: str | None, units: int, chips: int) -> None:
    assert units_per_slice(accelerator(name), topology) == units
    assert chips_per_slice(accelerator(name), topology) == chips


@pytest.mark.parametrize(
    ("name", "topology", "sentence"),
    [
        ("tpu7x", None, "tpu7x is sold by the slice, so a topology is needed; the smallest is 4x4x4"),
        ("tpu7x", "2x2x1", "exists on tpu7x but is smaller than the unit we sell: ask for 4x4x4 (64 chips)"),
        ("tpu7x", "2x4x4", "exists on tpu7x but is smaller than the unit we sell"),
        ("h200", "1x8", "its unit is one host of 8 chips; leave topology out"),
        ("h200", "host", "leave topology out"),
        ("gb300-nvl72", "1x36", "it forms only these shapes; legal: 1x72"),
        ("tpu-v6e", "4x5", "legal: 1x1, 2x2, 2x4"),
    ],
)
def test_what_is_not_sold_says_what_is(name: str, topology: str | None, sentence: str) -> None:
    with pytest.raises(TopologyImpossible) as refused:
        units_per_slice(accelerator(name), topology)
    assert sentence in str(refused.value)


@given(st.sampled_from(list(ACCELERATORS.values())), st.one_of(st.none(), st.text(max_size=60)))
def test_any_text_of_a_tenant_is_answered_or_refused(kind: AcceleratorType, topology: str | None) -> None:
    with suppress(TopologyImpossible):
        assert chips_per_slice(kind, topology) >= units_per_slice(kind, topology) > 0


@given(st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_cubes_add_up_to_the_slice(sides: list[int]) -> None:
    topology = "x".join(str(4 * side) for side in sorted(sides))
    kind = accelerator("tpu7x")
    try:
        assert units_per_slice(kind, topology) * 64 == chips_per_slice(kind, topology)
    except TopologyImpossible:
        assert sides[0] * sides[1] * sides[2] > 144
