"""Windows of several intervals, in hours from NOW."""

from __future__ import annotations

from tests.builders import HOUR, NOW

from holdfast.planner.state.ledger import Part
from holdfast.planner.state.snapshot import Window


def several(*intervals: tuple[float, float, int]) -> Window:
    """Intervals (from, until, slices) in hours from NOW."""
    parts = tuple(Part(NOW + int(a * HOUR), NOW + int(b * HOUR), slices) for a, b, slices in intervals)
    return Window(parts[0].start, parts[-1].end, parts=parts)


def nightly(count: int, slices: int = 1, lasting: float = 8) -> Window:
    """So many nights, from NOW on, of so many hours each."""
    return several(*((24 * night, 24 * night + lasting, slices) for night in range(count)))
