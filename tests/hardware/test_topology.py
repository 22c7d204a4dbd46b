"""Which slices exist, and what is said about those that do not."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.hardware import ACCELERATORS, TopologyImpossible, accelerator
from holdfast.hardware.topology import chips, is_legal, legal_near, parse, require_legal

TPU7X = accelerator("tpu7x")
SIDES = st.integers(1, 40)
SHAPES = st.lists(SIDES, min_size=2, max_size=3).map(lambda sides: "x".join(map(str, sides)))


@pytest.mark.parametrize(
    ("name", "topology", "legal"),
    [
        ("tpu7x", "2x2x1", True),
        ("tpu7x", "2x4x4", True),
        ("tpu7x", "4x4x4", True),
        ("tpu7x", "8x8x16", True),
        ("tpu7x", "16x16x36", True),
        ("tpu7x", "16x24x24", True),
        ("tpu7x", "16x16x40", False),
        ("tpu7x", "4x8x4", False),
        ("tpu7x", "4x4x6", False),
        ("tpu7x", "4x4", False),
        ("tpu-v5p", "16x16x24", True),
        ("tpu-v5p", "16x24x24", False),
        ("tpu-v4", "8x4x4", True),
        ("tpu-v5e", "16x16", True),
        ("tpu-v5e", "4x2", False),
        ("gb300-nvl72", "1x72", True),
        ("gb300-nvl72", "2x72", False),
    ],
)
def test_a_shape_is_legal_or_not(name: str, topology: str, legal: bool) -> None:
    assert is_legal(accelerator(name), topology) is legal


@pytest.mark.parametrize(
    ("topology", "sentence"),
    [
        ("4x4x6", "above 2x4x4 every side is a multiple of 4; legal: 4x4x4, 4x4x8"),
        ("8x4x4", "sides are written from the smallest to the largest; legal: 4x4x8"),
        ("4x4", "its slices have three sides"),
        ("16x16x40", "it has 10,240 chips and no slice has more than 9,216"),
    ],
)
def test_an_impossible_slice_is_answered_with_the_reason_and_what_is_near(
    topology: str, sentence: str
) -> None:
    with pytest.raises(TopologyImpossible) as refused:
        require_legal(TPU7X, topology)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith(f"topology {topology} is impossible for tpu7x: ")


@pytest.mark.parametrize(
    "text", ["", "4", "4x", "x4", "4x4x4x4", "0x4x4", "4x-4x4", "4X4X4", "\uff14x\uff14", "9" * 99]
)
def test_what_is_no_shape_is_refused_without_being_computed(text: str) -> None:
    with pytest.raises(TopologyImpossible, match="is no shape"):
        parse(text)


@given(st.sampled_from(list(ACCELERATORS.values())), SHAPES)
def test_what_is_suggested_is_legal(kind: object, topology: str) -> None:
    assert isinstance(kind, type(TPU7X))
    shapes = [near for near in legal_near(kind, topology) if "up to" not in near]
    assert kind.unit == "host" or all(is_legal(kind, near) for near in shapes)


@given(SHAPES)
def test_no_legal_slice_exceeds_the_largest(topology: str) -> None:
    assert not is_legal(TPU7X, topology) or chips(topology) <= 9_216


def test_every_legal_slice_above_a_cube_is_whole_cubes() -> None:
    shapes = (f"{a}x{b}x{c}" for a, b, c in product(range(1, 37), repeat=3))
    legal = [shape for shape in shapes if is_legal(TPU7X, shape)]
    assert all(chips(shape) % 64 == 0 for shape in legal if shape not in TPU7X.small_topologies)
