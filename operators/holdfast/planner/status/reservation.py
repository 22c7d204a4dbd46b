"""Status, back to who asked: a reservation's status, derived from what is stored and from this turn's holds.

Nothing here is ever read back as truth: wiped or forged, the next turn says the same again. A status equal to the
one that stands there is not said again; a condition keeps its transition time while its answer stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from holdfast.api.bounds import MAX_DATACENTERS
from holdfast.api.conditions import Condition
from holdfast.api.intervals import PromisedInterval
from holdfast.api.reasons import Reason
from holdfast.api.reservation_status import (
    Access,
    Promised,
    PromisedPool,
    ReservationStatus,
    Toleration,
)
from holdfast.hardware.names import NO_EXECUTE, RESERVATION_LABEL, RESERVATION_TAINT
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.pool_calendar import PoolCalendar
from holdfast.planner.state.snapshot import Reservation, Snapshot
from holdfast.planner.state.steps import Hold, Told
from holdfast.planner.status.amendment import frozen_field, lost_seconds
from holdfast.planner.status.conditions import Answer, Question, conditions
from holdfast.planner.status.facts import Facts, PoolCount, facts_of
from holdfast.planner.status.holding import hold_words
from holdfast.planner.status.outlook import Outlook
from holdfast.planner.status.quiet import Quiet
from holdfast.planner.status.readiness import PromiseView, Readiness, readiness
from holdfast.planner.status.repairs import repairs
from holdfast.planner.status.untold import Untold, worded

NOT_KNOWN: Mapping[str, PoolCalendar] = {}


@dataclass(frozen=True, slots=True)
class StatusWrite:
    """A status to write, and the events to tell where something in it is new."""

    reservation: Reservation
    status: ReservationStatus
    events: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What is worked out once a turn for all statuses."""

    snapshot: Snapshot
    outlook: Outlook
    counts: Mapping[str, PoolCount]


def reservation_statuses(
    snapshot: Snapshot,
    holds: Mapping[str, Hold],
    quiet: Quiet | None = None,
    calendars: Mapping[str, PoolCalendar] = NOT_KNOWN,
    untold: Untold | None = None,
) -> Iterator[StatusWrite]:
    """A status for every reservation whose present one says something else, tenants in turn, each as it is asked for.

    `quiet` remembers from turn to turn of whom nothing has to be said; without it all are looked at. `calendars` are
    those of pools of which one is known. Into `untold` goes of whom nothing can be said; without it that is an error.
    """
    quiet = quiet or Quiet()
    seen = Seen(snapshot, quiet.outlook(snapshot, calendars), quiet.counts(snapshot))
    for reservation in quiet.to_look_at(snapshot, holds):
        if _undecided(snapshot, reservation, holds):
            continue
        status = worded(
            untold, reservation.label, partial(_status, seen, reservation, holds.get(reservation.uid))
        )
        if status is not None and status == reservation.status:
            quiet.stands(reservation.uid)
            continue
        quiet.told(reservation.uid)
        if status is not None:
            yield StatusWrite(reservation, status, tuple(_news(reservation.status, status)))


def _news(old: ReservationStatus | None, new: ReservationStatus) -> Iterator[Told]:
    """A new reason in STATUS, a window that lost some of its time, a change that is not in force."""
    ready, before = _condition(new, "Ready"), _condition(old, "Ready")
    if ready is not None and (before is None or before.reason != ready.reason):
        yield Told(Reason.of(ready.reason), ready.message)
    if new.promised is not None and new.promised.lost_seconds and (old is None or old.promised is None):
        yield Told(Reason.PROMISED, _loss(new.promised.lost_seconds))
    waiting, known = new.amendment, old.amendment if old else None
    if waiting is not None and (known is None or known.reason != waiting.reason):
        yield Told(Reason.of(waiting.reason), waiting.message)


def _undecided(snapshot: Snapshot, reservation: Reservation, holds: Mapping[str, Hold]) -> bool:
    """Whether an attempt is under way: the next turn, a moment later, knows how it went."""
    promise = snapshot.promises.get(reservation.uid)
    unpromised = promise is None or promise.state is PromiseState.NONE
    return unpromised and reservation.uid not in holds


def _status(seen: Seen, reservation: Reservation, hold: Hold | None) -> ReservationStatus:
    """The whole status of one reservation."""
    snapshot = seen.snapshot
    promise = snapshot.promises.get(reservation.uid)
    if promise is None or promise.state is PromiseState.NONE:
        return _unpromised(snapshot, reservation, hold)
    facts = facts_of(snapshot, promise, seen.counts)
    view = PromiseView(promise, facts, snapshot.now, seen.outlook.get(promise.uid))
    kept = promise.state is PromiseState.COMMITTED
    waiting = (hold or frozen_field(snapshot, reservation, promise)) if kept else None
    return ReservationStatus(
        observed_generation=reservation.generation,
        conditions=(
            *_conditions(snapshot, reservation, [("Accepted", _accepted(reservation))]),
            *_in_force(snapshot, reservation, view),
            *_conditions(snapshot, reservation, _amending(waiting)),
        ),
        promised=_promised(promise, reservation) if promise.slices else None,
        healthy_units=facts.working,
        degraded_units=facts.degraded or None,
        repairs=repairs(snapshot, reservation, promise, seen.counts) if kept else (),
        datacenters=_datacenters(snapshot, promise),
        access=tuple(_access(snapshot, promise, facts)) if kept else (),
        amendment=hold_words(_staying(waiting)) if waiting is not None else None,
    )


def _accepted(reservation: Reservation) -> Readiness:
    return Readiness("True", Reason.ACCEPTED, reservation.window.told)


def _in_force(snapshot: Snapshot, reservation: Reservation, view: PromiseView) -> tuple[Condition, ...]:
    """The answers that speak of what is in force, for the generation of the spec that it is the answer to."""
    promise, facts, ready = view.promise, view.facts, readiness(view)
    kept = promise.state is PromiseState.COMMITTED
    bound = facts.count > 0 and facts.opened >= facts.count and not promise.ending
    lost = lost_seconds(promise, reservation)
    answers: tuple[Answer, ...] = (
        (
            "Promised",
            Readiness("True", Reason.PROMISED, _loss(lost)) if kept else replace(ready, status="False"),
        ),
        ("Bound", Readiness("True", Reason.BOUND, "") if bound else Readiness("False", ready.reason, "")),
        ("Ready", ready),
    )
    return _conditions(snapshot, reservation, answers, min(promise.generation, reservation.generation))


def _amending(waiting: Hold | None) -> list[Answer]:
    """What tools read of a change that is not in force: Stalled where only its author can end that."""
    if waiting is None:
        return []
    question: Question = "Stalled" if waiting.stalls else "Reconciling"
    return [(question, Readiness("True", waiting.reason, _staying(waiting).message))]


def _staying(waiting: Hold) -> Hold:
    return waiting.followed_by("what was promised before stays in force")


def _loss(seconds: int) -> str:
    if not seconds:
        return ""
    return f"what was left of the window is promised: {seconds} s of it had passed by then"


def _unpromised(snapshot: Snapshot, reservation: Reservation, hold: Hold | None) -> ReservationStatus:
    no = Readiness("False", Reason.ACCEPTED, "the reservation is being planned")
    if hold is not None:
        no = Readiness("False", hold.reason, hold.message)
    stalled = hold is not None and hold.stalls
    accepted = no if stalled else _accepted(reservation)
    answers: list[Answer] = [("Accepted", accepted), ("Promised", no), ("Ready", no)]
    if stalled:
        answers.append(("Stalled", replace(no, status="True")))
    return ReservationStatus(
        observed_generation=reservation.generation,
        conditions=_conditions(snapshot, reservation, answers),
        hold=hold_words(hold) if hold is not None else None,
    )


def _conditions(
    snapshot: Snapshot, reservation: Reservation, answers: Iterable[Answer], generation: int | None = None
) -> tuple[Condition, ...]:
    before = reservation.status.conditions if reservation.status else ()
    return conditions(
        snapshot.now, reservation.generation if generation is None else generation, before, answers
    )


def _condition(status: ReservationStatus | None, type_: str) -> Condition | None:
    conditions = status.conditions if status else ()
    return next((condition for condition in conditions if condition.type == type_), None)


def _promised(promise: Promise, reservation: Reservation) -> Promised:
    pools = tuple(PromisedPool(name=name, count=count) for name, count in sorted(promise.pools.items()))
    return Promised(
        slices=promise.slices,
        pools=pools,
        start=promise.start,
        end=promise.end,
        intervals=tuple(
            PromisedInterval(start=part.start, end=part.end, slices=part.count) for part in promise.intervals
        )
        or None,
        lost_seconds=lost_seconds(promise, reservation),
    )


def _datacenters(snapshot: Snapshot, promise: Promise) -> tuple[str, ...] | None:
    """As many as a status holds: nothing is promised in more, but for what an older planner has promised."""
    known = {snapshot.pools[name].datacenter for name in promise.pools if name in snapshot.pools}
    return tuple(sorted(known)[:MAX_DATACENTERS]) or None


def _access(snapshot: Snapshot, promise: Promise, facts: Facts) -> Iterator[Access]:
    if not facts.opened_at or (promise.atomic and (facts.waiting or facts.opening)):
        return
    endpoints = {pool.datacenter: pool.endpoint for pool in snapshot.pools.values()}
    for datacenter, units in sorted(facts.opened_at.items())[:MAX_DATACENTERS]:
        yield Access(
            datacenter=datacenter,
            endpoint=endpoints.get(datacenter, ""),
            namespace=promise.tenant,
            node_selector={RESERVATION_LABEL: promise.uid},
            tolerations=(Toleration(key=RESERVATION_TAINT, value=promise.uid, effect=NO_EXECUTE),),
            units=units,
        )
