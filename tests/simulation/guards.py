"""What the API server's guards refuse, as rules of the simulated server: the same laws the planner is tested by.

tests/planner/test_laws.py holds those laws to the tables by which tests/guards tries the CEL of a real server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from tests.planner.laws import broken_by_ledger, broken_by_promise
from tests.simulation.storage import Document

from holdfast.api.door import parse
from holdfast.api.kind import Kind
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.hub.ledger_reader import ledger_of
from holdfast.hub.record_reader import PoolParts, pool_of, promise_of
from holdfast.planner.state.snapshot import Pool

KindT = TypeVar("KindT", bound=Kind)
Guard = Callable[[Document | None, Document | None], str | None]


def guard(kind: ServedKind, old: Document | None, new: Document | None) -> str | None:
    """The rule of a server with our definitions: why a write is refused, or None."""
    judge = _GUARDS.get(kind.plural) if kind.group == kinds.ACCELERATOR_POOL.group else None
    if judge is None:
        return None
    try:
        return judge(old, new)
    except ValueError as unfit:
        return str(unfit)


def bare(document: AcceleratorPool) -> Pool:
    """A pool as the planner reads it, without anything but its own document."""
    return pool_of(PoolParts(document))


def _pool(old: Document | None, new: Document | None) -> str | None:
    if new is None:
        used = (old or {}).get("status", {})
        return "a pool in use cannot be deleted" if used.get("promises") or used.get("units") else None
    after = parse(AcceleratorPool, new)
    if old is None:
        return None
    if old.get("status") is not None and after.status is None:
        return "the ledger cannot be wiped"
    before = bare(parse(AcceleratorPool, old))
    broken = broken_by_ledger(replace(before, units=bare(after).units), ledger_of(after.status))
    return "; ".join(broken) or None


def _promise(old: Document | None, new: Document | None) -> str | None:
    if new is None:
        living = old is not None and old["spec"]["state"] in ("Committed", "Releasing")
        return "a promise that is not a record cannot be deleted" if living else None
    before = promise_of(parse(CapacityPromise, old)) if old is not None else None
    after = parse(CapacityPromise, new)
    if before is not None and old is not None and old["spec"] == new["spec"]:
        return None
    return "; ".join(broken_by_promise(before, promise_of(after))) or None


def _reservation(old: Document | None, new: Document | None) -> str | None:
    if new is None:
        return None
    after = parse(CapacityReservation, new)
    if any((one.count or 0) > after.spec.count for one in after.spec.window.intervals or ()):
        return "count is the most that any interval asks for"
    if old is None:
        return None
    for field in ("acceleratorType", "topology"):
        if old["spec"].get(field) != new["spec"].get(field):
            return f"{field} is immutable: make a new reservation"
    if after.spec.min_count is not None and after.spec.min_count > after.spec.count:
        return "minCount must not exceed count"
    return None


def _query(old: Document | None, new: Document | None) -> str | None:
    if new is None:
        return None
    parse(AvailabilityQuery, new)
    if old is not None and old["spec"] != new["spec"]:
        return "a query is asked once: make a new one"
    return None


def _maintenance(old: Document | None, new: Document | None) -> str | None:
    if new is None:
        return None
    parse(MaintenanceWindow, new)
    kept = ("pool", "units", "start", "end")
    if old is not None and any(old["spec"].get(field) != new["spec"].get(field) for field in kept):
        return "pool, units, start and end are immutable: make another maintenance window"
    return None


def _report(old: Document | None, new: Document | None) -> str | None:
    if new is not None:
        parse(PoolReport, new)
    return None


_GUARDS: dict[str, Guard] = {
    kinds.ACCELERATOR_POOL.plural: _pool,
    kinds.CAPACITY_PROMISE.plural: _promise,
    kinds.CAPACITY_RESERVATION.plural: _reservation,
    kinds.AVAILABILITY_QUERY.plural: _query,
    kinds.MAINTENANCE_WINDOW.plural: _maintenance,
    kinds.POOL_REPORT.plural: _report,
}
