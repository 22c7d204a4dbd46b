"""Shapes of slices: how many chips, and whether an accelerator can form them.

    2x2x1 2x2x2 2x2x4 2x4x4 | 4x4x4   4x4x8   4x8x8 ...   16x16x36
    below a cube            | whole cubes: every side a multiple of 4, sides never decreasing

TPU v5e and v6e have two-dimensional slices from a fixed list. GPUs have no slices: a topology there only
repeats the shape of the unit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from math import prod

from holdfast.hardware.accelerator_type import AcceleratorType
from holdfast.hardware.errors import TopologyImpossible

_SHAPE = re.compile(r"[1-9][0-9]{0,3}(x[1-9][0-9]{0,3}){1,2}", re.ASCII)


@lru_cache(maxsize=1_024)
def parse(topology: str) -> tuple[int, ...]:
    """Sides of `4x4x8`. Raises TopologyImpossible for anything else than 2 or 3 numbers joined by x."""
    if not _SHAPE.fullmatch(topology):
        raise TopologyImpossible(
            f"topology {topology[:40]!r} is no shape: write 2 or 3 whole numbers joined by x, such as 4x4x8"
        )
    return tuple(int(side) for side in topology.split("x"))


def chips(topology: str) -> int:
    """Number of chips in a topology. Raises TopologyImpossible if it is no shape."""
    return prod(parse(topology))


def is_legal(accelerator: AcceleratorType, topology: str) -> bool:
    """Whether the hardware can form this slice. Raises TopologyImpossible only if it is no shape."""
    return not _why_not(accelerator, topology)


def require_legal(accelerator: AcceleratorType, topology: str) -> None:
    """Raise TopologyImpossible, naming what is legal near it, unless the hardware can form this slice."""
    reason = _why_not(accelerator, topology)
    if reason:
        near = ", ".join(legal_near(accelerator, topology))
        raise TopologyImpossible(
            f"topology {topology} is impossible for {accelerator.name}: {reason}; legal: {near}"
        )


def legal_near(accelerator: AcceleratorType, topology: str) -> tuple[str, ...]:
    """Legal shapes close to this one, smallest first: its sides rounded down and up, else all that exist."""
    if not accelerator.multiples_of:
        return accelerator.small_topologies or (accelerator.unit_topology,)
    around = (_around(side, accelerator.multiples_of) for side in parse(topology))
    rounded = {_shape(sides) for sides in product(*around)}
    near = sorted((chips(shape), shape) for shape in rounded if is_legal(accelerator, shape))
    return tuple(shape for _, shape in near) or (*accelerator.small_topologies, *_larger(accelerator))


def _why_not(accelerator: AcceleratorType, topology: str) -> str:
    """Empty if legal, else the first reason against it."""
    sides, step = parse(topology), accelerator.multiples_of
    if topology == accelerator.unit_topology or topology in accelerator.small_topologies:
        return ""
    if not step:
        return "it forms only these shapes"
    if len(sides) != 3:
        return "its slices have three sides"
    if any(side % step for side in sides):
        return f"above {accelerator.small_topologies[-1]} every side is a multiple of {step}"
    return _too_large(accelerator, sides) or _disordered(accelerator, sides)


def _too_large(accelerator: AcceleratorType, sides: tuple[int, ...]) -> str:
    if prod(sides) <= accelerator.largest_slice_chips:
        return ""
    return f"it has {prod(sides):,} chips and no slice has more than {accelerator.largest_slice_chips:,}"


def _disordered(accelerator: AcceleratorType, sides: tuple[int, ...]) -> str:
    if not accelerator.ordered or list(sides) == sorted(sides):
        return ""
    return "sides are written from the smallest to the largest"


def _around(side: int, step: int) -> tuple[int, int]:
    below = max(step, side // step * step)
    return below, below if side <= below else below + step


def _shape(sides: tuple[int, ...]) -> str:
    return "x".join(str(side) for side in sorted(sides))


def _larger(accelerator: AcceleratorType) -> tuple[str, str]:
    step = accelerator.multiples_of
    return f"{step}x{step}x{step}", f"multiples of {step} up to {accelerator.largest_slice_chips:,} chips"
