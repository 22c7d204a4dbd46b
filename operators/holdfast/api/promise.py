"""CapacityPromise: the commit point of a reservation, named by its uid and written by the planner alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from holdfast.api.bounds import (
    MAX_COUNTER,
    MAX_POOLS,
    MAX_SLICES,
    MAX_UNITS,
    AcceleratorType,
    Attempt,
    Counter,
    Epoch,
    Flag,
    Label,
    PoolName,
    ReservationName,
    SliceCount,
    Topology,
)
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.intervals import MAX_INTERVALS
from holdfast.api.kind import Kind
from holdfast.api.merging import ATOMIC_LIST, ATOMIC_MAP, SET
from holdfast.api.promise_guards import PROMISE_RULES
from holdfast.api.reasons import CAUSES
from holdfast.api.record import Record

PromiseState = Literal["None", "Committed", "Releasing", "Released"]


def _cause(word: str) -> str:
    if word and word not in CAUSES:
        raise ValueError(f"a promise ends because it is {', '.join(CAUSES)}; {word!r} is none of them")
    return word


Cause = Annotated[str, AfterValidator(_cause), WithJsonSchema({"type": "string", "enum": ["", *CAUSES]})]
"""Why a promise ended: a reason of the table whose role is ENDING; empty while it has not."""


class SpanDocument(Record):
    """A window as it was promised, in epoch seconds."""

    rules: ClassVar[tuple[Rule, ...]] = (Rule("self.end > self.start", "a window must end after it starts"),)

    start: Epoch = Field(description="When it begins, epoch seconds.")
    end: Epoch = Field(description="When it ends, epoch seconds.")


class PromisedSpan(Record):
    """One interval as it was promised, in epoch seconds."""

    start: Epoch = Field(description="When it begins, epoch seconds.")
    end: Epoch = Field(description="When it ends, epoch seconds.")
    slices: int = Field(strict=True, ge=1, le=MAX_SLICES, description="Slices promised meanwhile.")


class MovingSlice(Record):
    """A slice that moves whole: formed anew in another pool first, then given up where it was."""

    from_: PoolName = Field(alias="from", description="The pool that it leaves.")
    to: PoolName = Field(description="The pool that has it too until all its units there are open.")
    grants: Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=MAX_COUNTER)], ...],
                      Field(min_length=1, max_length=MAX_UNITS)] = Field(
        json_schema_extra=SET, description="The grants of the pool it leaves which go, once it is there no more."
    )  # fmt: skip


class PromiseSpec(Record):
    """What is in force for a reservation, in which round, and how it ended."""

    rules: ClassVar[tuple[Rule, ...]] = PROMISE_RULES

    state: PromiseState = Field(
        description="None: nothing in force. Committed: promised. Releasing: handed back. Released: a record."
    )
    attempt: Attempt = Field(default="", description="The attempt in force; empty while there is none.")
    round: int = Field(
        strict=True,
        ge=1,
        le=MAX_COUNTER,
        description="Only rises; every change of state or attempt is a new one.",
    )
    tenant: Label = Field(description="The tenant, from the immutable label of the reservation's namespace.")
    namespace: Label = Field(description="The reservation's namespace.")
    reservation: ReservationName = Field(description="The reservation's name.")
    generation: Counter = Field(description="The generation of the reservation this promise answers.")
    accelerator_type: AcceleratorType = Field(description="The accelerator type.")
    topology: Topology | None = Field(
        default=None, description="The shape of one slice, where one was asked."
    )
    slices: SliceCount = Field(default=0, description="Slices promised.")
    units_per_slice: int = Field(
        default=1, strict=True, ge=1, le=MAX_UNITS, description="Units one slice takes."
    )
    pools: Mapping[str, Annotated[int, Field(strict=True, ge=1, le=MAX_UNITS)]] = Field(
        max_length=MAX_POOLS,
        json_schema_extra=ATOMIC_MAP,
        description="Units promised, by pool name.",
    )
    window: SpanDocument | None = Field(
        default=None, description="The promised window; absent while nothing is in force."
    )
    intervals: Annotated[tuple[PromisedSpan, ...], Field(min_length=1, max_length=MAX_INTERVALS)] | None = Field(
        default=None, json_schema_extra=ATOMIC_LIST,
        description="Of a window of several intervals each of them; slices and pools are at the most.",
    )  # fmt: skip
    atomic: Flag | None = Field(
        default=None, description="True: no pool opens a unit of it before all of them can."
    )
    moving: MovingSlice | None = Field(
        default=None, description="A slice that is leaving one pool for another; in both it is held once."
    )
    requested_slices: int = Field(
        strict=True, ge=1, le=MAX_SLICES, description="Slices the tenant had asked for."
    )
    cause: Cause = Field(default="", description="Why it is being released: Expired, Cancelled or Amended.")
    ended_at: Epoch | None = Field(default=None, description="When it was released, epoch seconds.")


class CapacityPromise(Kind):
    """What the operator has committed for one reservation, by the reservation's uid. Never revoked."""

    definition: ClassVar[Definition] = Definition(
        plural="capacitypromises",
        status=False,
        columns=(
            Column("TENANT", ".spec.tenant"),
            Column("NAMESPACE", ".spec.namespace"),
            Column("RESERVATION", ".spec.reservation"),
            Column("STATE", ".spec.state"),
            Column("SLICES", ".spec.slices", "integer"),
            Column("ROUND", ".spec.round", "integer", wide=True),
            Column("POOLS", ".spec.pools", wide=True),
            AGE,
        ),
    )

    kind: Literal["CapacityPromise"] = "CapacityPromise"
    spec: PromiseSpec = Field(description="What is in force.")
