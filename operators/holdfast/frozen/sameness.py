"""Whether records are the very same: all are frozen and made anew only of what has changed, so identity is enough."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_


def very_same(before: Sequence[object], now: Sequence[object]) -> bool:
    """As many, and each the same object in its place."""
    return len(before) == len(now) and all(map(is_, before, now))
