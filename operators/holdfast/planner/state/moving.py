"""What a promise object says of a slice that moves whole to another pool (`admission/whole_slices.py`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moving:
    """A slice on its way from one pool to another: the grants (numbers) that the pool it leaves is to give up."""

    source: str
    target: str
    grants: frozenset[int] = frozenset()
