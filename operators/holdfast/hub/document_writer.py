"""From the planner's records back to documents: the only place where the two shapes meet on the way out."""

from __future__ import annotations

from typing import Any, cast

from holdfast.api.door import dump
from holdfast.api.kind import ObjectMeta
from holdfast.api.ledger import (
    CapacityDocument,
    EntryDocument,
    LedgerDocument,
    NextForm,
    OutageDocument,
    PartDocument,
    SwapCause,
    TroubleDocument,
    UnitGrant,
)
from holdfast.api.promise import CapacityPromise, MovingSlice, PromisedSpan, PromiseSpec, SpanDocument
from holdfast.api.record import Record
from holdfast.planner.state.ledger import (
    Entry,
    Form,
    Grant,
    Ledger,
    Outage,
    Promise,
    PromiseState,
    Trouble,
)
from holdfast.planner.state.moving import Moving


def ledger_document(ledger: Ledger) -> LedgerDocument:
    """The status of a pool that says what this ledger says."""
    capacity = ledger.capacity
    return LedgerDocument(
        epoch=ledger.epoch,
        as_of=ledger.as_of,
        peak=ledger.peak,
        granted=ledger.granted,
        sealed=ledger.sealed,
        replaced=ledger.replaced,
        promises={uid: _entry(ledger.entries[uid]) for uid in sorted(ledger.entries)},
        units={unit: _grant(ledger.grants[unit]) for unit in sorted(ledger.grants)},
        idle_out=dict(sorted(ledger.idle_out.items())) or None,
        outages={uid: _outage(ledger.outages[uid]) for uid in sorted(ledger.outages)} or None,
        capacity=None
        if capacity is None
        else CapacityDocument(
            total=capacity.total,
            healthy=capacity.healthy,
            promised=capacity.promised,
            free=capacity.free,
            spare=capacity.spare,
            deficit=capacity.deficit,
            deficit_ahead=capacity.deficit_ahead,
            deficit_from=capacity.deficit_from,
        ),
    )


def _entry(entry: Entry) -> EntryDocument:
    form = entry.form
    return EntryDocument(
        reservation=entry.reservation,
        tenant=entry.tenant,
        attempt=form.attempt,
        round=form.round,
        count=form.count,
        from_=form.start,
        until=form.end,
        state=entry.state.value,
        notice=True if entry.notice else None,
        waiting=True if entry.waiting else None,
        parts=_parts(form),
        clearing=form.clearing if form.parts else None,
        next=None if entry.next is None else _next(entry.next),
    )


def _next(form: Form) -> NextForm:
    return NextForm(
        attempt=form.attempt,
        round=form.round,
        count=form.count,
        from_=form.start,
        until=form.end,
        parts=_parts(form),
        clearing=form.clearing if form.parts else None,
    )


def _parts(form: Form) -> tuple[PartDocument, ...] | None:
    found = (PartDocument(from_=part.start, until=part.end, count=part.count) for part in form.parts)
    return tuple(found) or None


def _outage(outage: Outage) -> OutageDocument:
    return OutageDocument(
        name=outage.name,
        units=outage.units or None,
        from_=outage.start,
        until=outage.end,
        against=outage.against or None,
    )


def _grant(grant: Grant) -> UnitGrant:
    return UnitGrant(
        promise=grant.promise,
        grant=grant.number,
        state=grant.state.value,
        since=grant.since,
        replaces=grant.replaces,
        trouble=_trouble(grant.trouble) if grant.trouble is not None else None,
    )


def _trouble(trouble: Trouble) -> TroubleDocument:
    return TroubleDocument(
        since=trouble.since,
        times=trouble.times,
        failed=trouble.failed,
        until=trouble.until,
        swap=trouble.swap,
        cause=cast("SwapCause | None", trouble.cause or None),
        by=trouble.by or None,
        ended=trouble.ended,
    )


def promise_document(promise: Promise, resource_version: str) -> CapacityPromise:
    """The promise object that says what this promise says, on the version it was decided on."""
    span = SpanDocument(start=promise.start, end=promise.end) if promise.end > promise.start else None
    if promise.state is PromiseState.NONE:
        span = None
    return CapacityPromise(
        metadata=ObjectMeta(name=promise.uid, resource_version=resource_version or None),
        spec=PromiseSpec(
            state=promise.state.value,
            attempt=promise.attempt,
            round=promise.round,
            tenant=promise.tenant,
            namespace=promise.namespace,
            reservation=promise.reservation,
            generation=promise.generation,
            accelerator_type=promise.accelerator,
            topology=promise.topology,
            slices=promise.slices,
            units_per_slice=promise.units_per_slice,
            pools=dict(sorted(promise.pools.items())),
            window=span,
            intervals=_intervals(promise),
            atomic=True if promise.atomic else None,
            moving=None if promise.moving is None else _moving(promise.moving),
            requested_slices=promise.requested_slices,
            cause=promise.cause,
            ended_at=promise.ended_at,
        ),
    )


def _moving(moving: Moving) -> MovingSlice:
    return MovingSlice(from_=moving.source, to=moving.target, grants=tuple(sorted(moving.grants)))


def _intervals(promise: Promise) -> tuple[PromisedSpan, ...] | None:
    found = (PromisedSpan(start=part.start, end=part.end, slices=part.count) for part in promise.intervals)
    return tuple(found) or None


def whole_patch(record: Record) -> dict[str, Any]:
    """A merge patch that leaves nothing of an older record behind: absent fields are named as null."""
    said = dump(record)
    for name, shape in type(record).model_fields.items():
        key, value = shape.alias or name, getattr(record, name)
        if value is None:
            said[key] = None
        elif isinstance(value, Record):
            said[key] = whole_patch(value)
    return said
