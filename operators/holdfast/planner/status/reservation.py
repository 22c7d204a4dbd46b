"""Status, back to who asked: a reservation's status, derived from what is stored and from this turn's holds.

Nothing here is ever read back as truth: wiped or forged, the next turn says the same again. A status equal to the
one that stands there is not said again; a condition keeps its transition time while its answer stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from holdfast.api.conditions import Condition
from holdfast.api.reasons import Reason
from holdfast.api.reservation_status import (
    Access,
    BlockerDocument,
    HoldDocument,
    Promised,
    PromisedPool,
    ReservationStatus,
    Toleration,
)
from holdfast.hardware.names import NO_EXECUTE, RESERVATION_LABEL, RESERVATION_TAINT
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.snapshot import Reservation, Snapshot
from holdfast.planner.state.steps import Hold
from holdfast.planner.status.conditions import Answer, conditions
from holdfast.planner.status.facts import Facts, facts_of
from holdfast.planner.status.readiness import PromiseView, Readiness, readiness


@dataclass(frozen=True, slots=True)
class StatusWrite:
    """A status to write, and the event to tell where its Ready reason is a new one."""

    reservation: Reservation
    status: ReservationStatus
    event: tuple[str, str] | None


def reservation_statuses(snapshot: Snapshot, holds: Mapping[str, Hold]) -> Iterator[StatusWrite]:
    """A status for every reservation whose present one says something else, by name."""
    for reservation in sorted(snapshot.reservations.values(), key=lambda r: (r.label, r.uid)):
        if _undecided(snapshot, reservation, holds):
            continue
        status = status_of(snapshot, reservation, holds.get(reservation.uid))
        old = reservation.status
        if status == old:
            continue
        ready = _condition(status, "Ready")
        before = _condition(old, "Ready") if old else None
        new = ready is not None and (before is None or before.reason != ready.reason)
        yield StatusWrite(reservation, status, (ready.reason, ready.message) if ready and new else None)


def _undecided(snapshot: Snapshot, reservation: Reservation, holds: Mapping[str, Hold]) -> bool:
    """Whether an attempt is under way: the next turn, a moment later, knows how it went."""
    promise = snapshot.promises.get(reservation.uid)
    unpromised = promise is None or promise.state is PromiseState.NONE
    return unpromised and reservation.uid not in holds


def status_of(snapshot: Snapshot, reservation: Reservation, hold: Hold | None) -> ReservationStatus:
    """The whole status of one reservation."""
    promise = snapshot.promises.get(reservation.uid)
    if promise is None or promise.state is PromiseState.NONE:
        return _unpromised(snapshot, reservation, hold)
    facts = facts_of(snapshot, promise)
    ready = readiness(PromiseView(promise, facts, snapshot.now))
    bound = facts.count > 0 and facts.opened >= facts.count and not promise.ending
    kept = promise.state is PromiseState.COMMITTED
    answers: tuple[Answer, ...] = (
        ("Accepted", Readiness("True", Reason.ACCEPTED, "")),
        ("Promised", Readiness("True", Reason.PROMISED, "") if kept else replace(ready, status="False")),
        ("Bound", Readiness("True", Reason.BOUND, "") if bound else Readiness("False", ready.reason, "")),
        ("Ready", ready),
    )
    return ReservationStatus(
        observed_generation=reservation.generation,
        conditions=_conditions(snapshot, reservation, answers),
        promised=_promised(promise) if promise.slices else None,
        healthy_units=facts.working,
        datacenters=_datacenters(snapshot, promise),
        access=tuple(_access(snapshot, promise, facts)) if kept else (),
        amendment=_amendment(hold) if hold is not None and kept else None,
    )


def _unpromised(snapshot: Snapshot, reservation: Reservation, hold: Hold | None) -> ReservationStatus:
    no = Readiness("False", Reason.ACCEPTED, "the reservation is being planned")
    if hold is not None:
        no = Readiness("False", hold.reason, hold.message)
    stalled = no.reason.stalls
    accepted = no if stalled else Readiness("True", Reason.ACCEPTED, "")
    answers: list[Answer] = [("Accepted", accepted), ("Promised", no), ("Ready", no)]
    if stalled:
        answers.append(("Stalled", replace(no, status="True")))
    return ReservationStatus(
        observed_generation=reservation.generation,
        conditions=_conditions(snapshot, reservation, answers),
        hold=_hold_words(hold) if hold is not None else None,
    )


def _conditions(
    snapshot: Snapshot, reservation: Reservation, answers: Iterable[Answer]
) -> tuple[Condition, ...]:
    before = reservation.status.conditions if reservation.status else ()
    return conditions(snapshot.now, reservation.generation, before, answers)


def _condition(status: ReservationStatus | None, type_: str) -> Condition | None:
    conditions = status.conditions if status else ()
    return next((condition for condition in conditions if condition.type == type_), None)


def _promised(promise: Promise) -> Promised:
    pools = tuple(PromisedPool(name=name, count=count) for name, count in sorted(promise.pools.items()))
    return Promised(slices=promise.slices, pools=pools, start=promise.start, end=promise.end)


def _datacenters(snapshot: Snapshot, promise: Promise) -> tuple[str, ...]:
    return tuple(
        sorted({snapshot.pools[name].datacenter for name in promise.pools if name in snapshot.pools})
    )


def _access(snapshot: Snapshot, promise: Promise, facts: Facts) -> Iterator[Access]:
    endpoints = {pool.datacenter: pool.endpoint for pool in snapshot.pools.values()}
    for datacenter, units in sorted(facts.opened_at.items()):
        yield Access(
            datacenter=datacenter,
            endpoint=endpoints.get(datacenter, ""),
            namespace=promise.tenant,
            node_selector={RESERVATION_LABEL: promise.uid},
            tolerations=(Toleration(key=RESERVATION_TAINT, value=promise.uid, effect=NO_EXECUTE),),
            units=units,
        )


def _amendment(hold: Hold) -> str:
    return f"{hold.reason.value}: {hold.message}; what was promised before stays in force"


def _hold_words(hold: Hold) -> HoldDocument:
    blockers = tuple(BlockerDocument(kind=b.kind, name=b.name, until=b.until) for b in hold.blockers)
    return HoldDocument(
        reason=hold.reason.value,
        message=hold.message,
        blockers=blockers,
        earliest_start=hold.earliest_start,
        relaxations=hold.relaxations,
    )
