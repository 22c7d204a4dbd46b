"""The planner in numbers. Labels are pools, reasons and outcomes, never tenants or reservations."""

from __future__ import annotations

from collections import Counter as Tally

from prometheus_client import CollectorRegistry, Counter, Gauge

from holdfast.hub.loop import Turn
from holdfast.planner.state.deletions import totals
from holdfast.planner.state.ledger import Capacity
from holdfast.planner.state.snapshot import Pool

CAPACITY = ("total", "healthy", "promised", "free", "spare", "deficit")


class HubMetrics:
    """The planner's own metrics in a registry that is given; one per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._turns = Counter("holdfast_turns", "Turns taken", registry=registry)
        self._steps = Counter("holdfast_steps", "Steps of turns, by outcome", ("outcome",), registry=registry)
        self._units = Gauge(
            "holdfast_pool_units",
            "Units of a pool, by what they count as",
            ("pool", "what"),
            registry=registry,
        )
        self._holds = Gauge("holdfast_holds", "Reservations held, by reason", ("reason",), registry=registry)
        self._frozen = Gauge(
            "holdfast_frozen", "Pools and promises left alone until a person looks", registry=registry
        )
        self._held = Gauge(
            "holdfast_held_deletions",
            "Reservations that are gone while their promises are kept: questioned for longer, or frozen",
            ("state",),
            registry=registry,
        )
        self._unreadable = Gauge(
            "holdfast_unreadable", "Objects on the hub that cannot be read", registry=registry
        )

    def after(self, turn: Turn | None, unreadable: int) -> None:
        """Count one turn; None is a turn that could not be taken."""
        self._unreadable.set(unreadable)
        if turn is None:
            return
        self._turns.inc()
        outcome = turn.outcome
        for what, steps in (
            ("written", outcome.written),
            ("stale", outcome.stale),
            ("refused", outcome.refused),
        ):
            self._steps.labels(what).inc(len(steps))
        self._frozen.set(len(turn.plan.frozen))
        for state, count in totals(turn.snapshot.held.values()).items():
            self._held.labels(state).set(count)
        self._holds.clear()
        for reason, count in Tally(hold.reason.value for hold in turn.plan.holds.values()).items():
            self._holds.labels(reason).set(count)
        for pool in turn.snapshot.pools.values():
            self._count(pool, pool.ledger.capacity)

    def _count(self, pool: Pool, capacity: Capacity | None) -> None:
        if capacity is None:
            return
        for what in CAPACITY:
            self._units.labels(pool.name, what).set(getattr(capacity, what))
