"""A pool's status as the planner's ledger."""

from __future__ import annotations

from dataclasses import fields

from holdfast.api.ledger import (
    CapacityDocument,
    EntryDocument,
    LedgerDocument,
    NextForm,
    OutageDocument,
    TroubleDocument,
    UnitGrant,
)
from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.ledger import (
    Entry,
    EntryState,
    Form,
    Grant,
    GrantState,
    Ledger,
    Outage,
    Part,
    Trouble,
)


def ledger_of(document: LedgerDocument | None) -> Ledger:
    """A pool's status as the planner's ledger; a pool never planned has an empty one."""
    if document is None:
        return Ledger()
    capacity = document.capacity
    return Ledger(
        epoch=document.epoch,
        as_of=document.as_of,
        peak=document.peak,
        granted=document.granted,
        sealed=document.sealed,
        replaced=document.replaced,
        idle_out=dict(sorted((document.idle_out or {}).items())),
        capacity=None if capacity is None else _capacity(capacity),
        entries={uid: _entry(entry) for uid, entry in sorted(document.promises.items())},
        grants={unit: _grant(grant) for unit, grant in sorted(document.units.items())},
        outages={uid: _outage(outage) for uid, outage in sorted((document.outages or {}).items())},
    )


def _capacity(document: CapacityDocument) -> Capacity:
    return Capacity(**{each.name: getattr(document, each.name) for each in fields(Capacity)})


def _entry(document: EntryDocument) -> Entry:
    return Entry(
        reservation=document.reservation,
        tenant=document.tenant,
        form=_form(document),
        state=EntryState(document.state),
        next=None if document.next is None else _form(document.next),
        notice=bool(document.notice),
        waiting=bool(document.waiting),
    )


def _form(document: EntryDocument | NextForm) -> Form:
    parts = tuple(Part(one.from_, one.until, one.count) for one in document.parts or ())
    clearing = document.clearing or 0
    return Form(
        document.attempt, document.round, document.count, document.from_, document.until, parts, clearing
    )


def _outage(document: OutageDocument) -> Outage:
    return Outage(document.name, document.from_, document.until, document.units or (), document.against or ())


def _grant(document: UnitGrant) -> Grant:
    return Grant(
        document.promise,
        document.grant,
        GrantState(document.state),
        document.since,
        document.replaces,
        _trouble_of(document.trouble) if document.trouble is not None else None,
    )


def _trouble_of(document: TroubleDocument) -> Trouble:
    return Trouble(
        document.since,
        document.times,
        document.failed,
        document.until,
        document.swap,
        document.cause or "",
        document.by or "",
        document.ended,
    )
