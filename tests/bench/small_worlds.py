"""Worlds small enough for brute force: one pool of two to four unlike units with a few promises, all on full hours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from tests.bench.peers.brute_force import holds
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, entry, pool, reservation, snapshot, tenant, unit

from holdfast.planner.state.ledger import Ledger
from holdfast.planner.state.snapshot import Health, Pool, Reservation, Snapshot, Unit

HOURS = 12


def small_world(seed: int) -> tuple[Snapshot, Reservation]:
    """The n-th world, and the flexible ask that is in it."""
    drawn = np.random.default_rng(seed)
    names = [f"cube-{n:03d}" for n in range(int(drawn.integers(2, 5)))]
    made = replace(
        pool(LAKE, 0), units={name: _unlike(name, drawn) for name in names}, ledger=Ledger(epoch=1)
    )
    for number in range(int(drawn.integers(1, 5))):
        made = _with_promise(made, number, drawn)
    ask = reservation(
        "mistral/when", topology="4x4x4", count=int(drawn.integers(1, len(names) + 1)),
        duration=int(drawn.integers(1, 7)) * HOUR, latest=NOW + 2 * DAY,
    )  # fmt: skip
    return snapshot(made, tenant(), ask), ask


def _unlike(name: str, drawn: np.random.Generator) -> Unit:
    """There and staying, still to come, or to leave."""
    at = NOW + int(drawn.integers(1, HOURS)) * HOUR
    kinds: tuple[dict[str, Any], ...] = (
        {},
        {},
        {"available": at, "health": Health.MISSING},
        {"retires": at},
    )
    return unit(name, **kinds[int(drawn.integers(len(kinds)))])


def _with_promise(old: Pool, number: int, drawn: np.random.Generator) -> Pool:
    """With one more promise, if its units can be found."""
    start, hours, count = (int(drawn.integers(*bounds)) for bounds in ((1, HOURS), (1, 6), (1, 3)))
    span = {"start": NOW + start * HOUR, "end": NOW + (start + hours) * HOUR + MINUTE}
    uid, one = entry(f"t{number}/r", count, **span)
    new = replace(old, ledger=replace(old.ledger, entries={**old.ledger.entries, uid: one}))
    return new if holds(new) else old
