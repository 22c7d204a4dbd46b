"""How a reservation stands: what is promised, or why not yet and when; where to run while it is bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import (
    LONGEST_WINDOW_SECONDS,
    MAX_DATACENTERS,
    MAX_POOLS,
    MAX_SLICES,
    MAX_UNITS,
    Counter,
    DatacenterName,
    Endpoint,
    Label,
    PoolName,
    Seconds,
    Sentence,
    SliceCount,
    Told,
    Word,
)
from holdfast.api.conditions import Conditions
from holdfast.api.definition import Rule
from holdfast.api.intervals import IntervalsPromised
from holdfast.api.merging import ATOMIC_LIST, ATOMIC_MAP
from holdfast.api.record import Record
from holdfast.api.repair import MAX_REPAIRS, UnitRepair

LabelText = Annotated[str, Field(max_length=253, pattern=r"^[-A-Za-z0-9_./]*$")]


class PromisedPool(Record):
    """A pool and how many of its units are promised."""

    name: PoolName = Field(description="The pool.")
    count: int = Field(strict=True, ge=1, le=MAX_UNITS, description="Units of it.")


class Promised(Record):
    """What is in force."""

    slices: SliceCount = Field(description="Slices promised (units where no topology was asked).")
    pools: tuple[PromisedPool, ...] = Field(
        default=(), max_length=MAX_POOLS, json_schema_extra=ATOMIC_LIST, description="Where they lie."
    )
    start: Told = Field(description="When the promised window begins.")
    end: Told = Field(description="When it ends.")
    intervals: IntervalsPromised | None = Field(
        default=None, json_schema_extra=ATOMIC_LIST,
        description="Of a window of several intervals each of them; start and end are those of all.",
    )  # fmt: skip
    lost_seconds: Seconds = Field(
        default=0, description="How much of the fixed window asked for had passed before it was promised."
    )


class BlockerDocument(Record):
    """Something that stands in the way; only what the tenant may know of."""

    kind: Word = Field(description="What kind of thing it is, for example AcceleratorPool or SiteLease.")
    name: LabelText = Field(description="Its name.")
    until: Told | None = Field(default=None, description="Until when it stands in the way, where known.")


class IntervalDocument(Record):
    """A part of a window, in whole slots."""

    start: Told = Field(description="When it begins.")
    end: Told = Field(description="When it ends.")


class RelaxationDocument(Record):
    """One change with which the ask would have been promised when it was answered; what is absent stays as asked."""

    kind: Literal["Later", "Fewer", "Elsewhere", "Shorter"] = Field(description="What the change is.")
    start: Told | None = Field(default=None, description="For window.start; absent beside an end: now.")
    end: Told | None = Field(default=None, description="For window.end: a fixed window.")
    duration_seconds: int | None = Field(
        default=None, strict=True, ge=1, le=LONGEST_WINDOW_SECONDS, description="For window.durationSeconds."
    )
    count: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_SLICES, description="For count; minCount is at most that."
    )
    datacenters: tuple[DatacenterName, ...] = Field(
        default=(),
        max_length=MAX_DATACENTERS,
        json_schema_extra=ATOMIC_LIST,
        description="For placement.datacenters.",
    )
    across_datacenters: Literal["Forbid", "Allow"] | None = Field(
        default=None, description="For placement.acrossDatacenters."
    )


class HoldDocument(Record):
    """The answer "not now": why, what blocks it, when it could start, what small change would help."""

    reason: Word = Field(description="One word from docs/reasons.md.")
    message: Sentence = Field(default="", description="A sentence that says why and what to do next.")
    blockers: tuple[BlockerDocument, ...] = Field(
        default=(), max_length=8, json_schema_extra=ATOMIC_LIST, description="What stands in the way."
    )
    earliest_start: Told | None = Field(default=None, description="When it could start as asked, if ever.")
    relaxations: tuple[RelaxationDocument, ...] = Field(
        default=(),
        max_length=8,
        json_schema_extra=ATOMIC_LIST,
        description="The smallest changes with which it could be promised, each planned before it is told.",
    )
    conflicts: tuple[IntervalDocument, ...] = Field(
        default=(),
        max_length=8,
        json_schema_extra=ATOMIC_LIST,
        description="Where in a fixed window too little is left, where least is lacking; the first eight.",
    )


class Toleration(Record):
    """A toleration to copy into a pod."""

    key: LabelText = Field(description="The taint's key.")
    operator: Literal["Equal", "Exists"] = Field(default="Equal", description="How the value is compared.")
    value: LabelText = Field(default="", description="The taint's value.")
    effect: Literal["NoSchedule", "NoExecute", "PreferNoSchedule"] | None = Field(
        default=None, description="The taint's effect; absent: all."
    )


class Access(Record):
    """Where the tenant runs in one datacenter, and with what its pods reach the nodes."""

    datacenter: DatacenterName = Field(description="The datacenter.")
    endpoint: Endpoint = Field(default="", description="The address of its cluster.")
    namespace: Label = Field(description="The tenant's namespace there.")
    node_selector: Mapping[str, LabelText] = Field(
        default_factory=dict, max_length=8, json_schema_extra=ATOMIC_MAP,
        description="The node selector for its pods.",
    )  # fmt: skip
    tolerations: tuple[Toleration, ...] = Field(
        default=(), max_length=8, json_schema_extra=ATOMIC_LIST, description="The tolerations for its pods."
    )
    units: int = Field(strict=True, ge=0, le=MAX_POOLS * MAX_UNITS, description="Units open to it there.")


class ReservationStatus(Record):
    """The planner's answer; derived from ledgers and promise, never read back as truth."""

    rules: ClassVar[tuple[Rule, ...]] = ()

    observed_generation: Counter = Field(default=0, description="The generation of the spec this answers.")
    conditions: Conditions = Field(
        default=(), description="Accepted, Promised, Bound, Ready; Reconciling or Stalled if so."
    )
    promised: Promised | None = Field(default=None, description="What is in force; absent before a promise.")
    healthy_units: int | None = Field(
        default=None,
        strict=True,
        ge=0,
        le=MAX_POOLS * MAX_UNITS,
        description="How many of its bound units are healthy.",
    )
    degraded_units: int | None = Field(
        default=None,
        strict=True,
        ge=0,
        le=MAX_POOLS * MAX_UNITS,
        description="How many of these work with fewer hosts.",
    )
    repairs: tuple[UnitRepair, ...] = Field(
        default=(),
        max_length=MAX_REPAIRS,
        json_schema_extra=ATOMIC_LIST,
        description="Its units that are not as they should be, the first of them by name.",
    )
    datacenters: tuple[DatacenterName, ...] | None = Field(
        default=None,
        max_length=MAX_DATACENTERS,
        json_schema_extra=ATOMIC_LIST,
        description="Where its units lie; absent while nothing is promised.",
    )
    hold: HoldDocument | None = Field(default=None, description="Why not yet; absent once promised.")
    access: tuple[Access, ...] = Field(
        default=(),
        max_length=MAX_DATACENTERS,
        json_schema_extra=ATOMIC_LIST,
        description="Where to run while bound.",
    )
    amendment: HoldDocument | None = Field(
        default=None,
        description="Why the newest change is not in force; what was promised before still is.",
    )
