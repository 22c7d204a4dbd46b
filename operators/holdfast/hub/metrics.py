"""The planner in numbers. Labels are pools, reasons and outcomes, never tenants or reservations."""

from __future__ import annotations

import contextlib
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Gauge

from holdfast.hub import metric_table as table
from holdfast.hub.loop import Turn
from holdfast.planner.rest import rests
from holdfast.planner.state.breaker import breaker_of
from holdfast.planner.state.deletions import totals
from holdfast.planner.state.ledger import Grant, PromiseState
from holdfast.planner.state.pool_calendar import PoolCalendar, parts_of
from holdfast.planner.state.snapshot import Policy, Pool, Snapshot, Unit
from holdfast.process.described import Metric, tell_build

UNIT_STATES = ("Active", "Releasing", "Quarantined", "Due", "Retiring", "Broken", "Free")


class HubMetrics:
    """The planner's own metrics in a registry that is given; one per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        tell_build(registry, "operator")
        self._turns = table.TURNS.counter(registry)
        self._turn_seconds = table.TURN_SECONDS.histogram(registry)
        self._steps = table.STEPS.counter(registry)
        self._units = table.UNITS.gauge(registry)
        self._pools = {
            each: each.gauge(registry)
            for each in (
                table.BROKEN_HELD,
                table.PROMISED,
                table.SPARE,
                table.DEFICIT,
                table.DEFICIT_AHEAD,
                table.REPAIRS_FROZEN,
                table.CONSENTS_WANTED,
                table.LEDGER_FILL,
            )
        }
        self._silent = table.SITE_SILENT.gauge(registry)
        self._holds = table.HOLDS.gauge(registry)
        self._frozen = table.FROZEN.gauge(registry)
        self._held = table.HELD_DELETIONS.gauge(registry)
        self._unreadable = table.UNREADABLE.gauge(registry)
        self._promised_within = table.TIME_TO_PROMISE.histogram(registry)
        self._resting = table.RESTING.gauge(registry)
        self._age = table.SNAPSHOT_AGE.gauge(registry)
        self._leading = table.LEADING.gauge(registry)
        self._clock_trusted = table.CLOCK_TRUSTED.gauge(registry)
        self._known: frozenset[str] | None = None
        self._counted: frozenset[str] = frozenset()
        self._sites: frozenset[str] = frozenset()

    def follow(
        self, leading: Callable[[], bool], clock_trusted: Callable[[], bool], age: Callable[[], float]
    ) -> None:
        """Ask these at every scrape; `age` is in seconds."""
        self._age.set_function(age)
        self._leading.set_function(lambda: float(leading()))
        self._clock_trusted.set_function(lambda: float(clock_trusted()))

    def took(self, seconds: float) -> None:
        """Note how long a turn took."""
        self._turn_seconds.observe(seconds)

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
        self._resting.set(rests(turn.snapshot.pools))
        for state, count in totals(turn.snapshot.held.values()).items():
            self._held.labels(state).set(count)
        self._holds.clear()
        for reason, count in Tally(hold.reason.value for hold in turn.plan.holds.values()).items():
            self._holds.labels(reason).set(count)
        self._count_pools(turn.snapshot, turn.plan.recall.calendars)
        self._count_promises(turn.snapshot)

    def _count_pools(self, seen: Snapshot, known: Mapping[str, PoolCalendar]) -> None:
        """Every pool and site there is; of one that is gone nothing is told any more."""
        for pool in seen.pools.values():
            tally = Tally(state_of(pool, unit, seen.now) for unit in pool.units.values())
            for state in UNIT_STATES:
                self._units.labels(pool.name, state).set(tally[state])
            for metric, value in _numbers(pool, seen, known.get(pool.name)):
                self._pools[metric].labels(pool.name).set(value)
        for name, site in seen.sites.items():
            self._silent.labels(name).set(site.operational and site.silent)
        self._forget_all_but(seen)

    def _forget_all_but(self, seen: Snapshot) -> None:
        for gone in self._counted - seen.pools.keys():
            for state in UNIT_STATES:
                _forget(self._units, gone, state)
            for gauge in self._pools.values():
                _forget(gauge, gone)
        for gone in self._sites - seen.sites.keys():
            _forget(self._silent, gone)
        self._counted, self._sites = frozenset(seen.pools), frozenset(seen.sites)

    def _count_promises(self, seen: Snapshot) -> None:
        """What was promised since the turn before; of the first turn's promises nobody knows when they were made."""
        stand = frozenset(
            uid for uid, promise in seen.promises.items() if promise.state is PromiseState.COMMITTED
        )
        fresh: Iterable[str] = stand - self._known if self._known is not None else ()
        for uid in fresh:
            if uid in seen.reservations:
                self._promised_within.observe(max(0, seen.now - seen.reservations[uid].created))
        self._known = stand


def _forget(gauge: Gauge, *labels: str) -> None:
    with contextlib.suppress(KeyError):  # of a pool whose capacity was never counted
        gauge.remove(*labels)


def state_of(pool: Pool, unit: Unit, now: int) -> str:
    """The one state a unit counts under: in whose hands it is, else why nobody gets it, else Free."""
    grant = pool.ledger.grants.get(unit.name)
    if grant is not None:
        return str(grant.state.value)
    if unit.available > now:
        return "Due"
    if unit.retiring:
        return "Retiring"
    return "Free" if unit.sound else "Broken"


def _wants_consent(grant: Grant) -> bool:
    """Whether its unit has failed, is still its holder's, and nothing allows a swap yet."""
    return grant.failed and grant.keeps


def _fill(pool: Pool, policy: Policy, known: PoolCalendar | None) -> float:
    """How full a ledger is, by entries or by intervals, whichever is nearer to its limit."""
    entries = pool.ledger.entries
    parts = known.parts if known is not None else sum(map(parts_of, entries.values()))
    return max(len(entries) / policy.max_entries, parts / policy.max_parts)


def _numbers(pool: Pool, seen: Snapshot, known: PoolCalendar | None) -> Iterable[tuple[Metric, float]]:
    """What is told of a pool as a whole; its capacity only once a planner has counted it."""
    held = (pool.units.get(name) for name in pool.ledger.grants)
    yield table.BROKEN_HELD, sum(unit is not None and not unit.works for unit in held)
    yield table.REPAIRS_FROZEN, breaker_of(pool, seen.now, seen.policy).open
    yield table.CONSENTS_WANTED, sum(_wants_consent(grant) for grant in pool.ledger.grants.values())
    yield table.LEDGER_FILL, _fill(pool, seen.policy, known)
    capacity = pool.ledger.capacity
    if capacity is not None:
        yield table.PROMISED, capacity.promised
        yield table.SPARE, capacity.spare
        yield table.DEFICIT, capacity.deficit
        yield table.DEFICIT_AHEAD, capacity.deficit_ahead
