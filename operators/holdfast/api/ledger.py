"""The ledger: AcceleratorPool.status, the only place where a pool's units are promised or granted.

Written by the planner alone, whole, by PUT on /status with the resourceVersion it read. An *entry* is a
promise's share in this pool; a *unit grant* is a concrete unit in the hands of a promise. `ledger_guards`
holds the rules by which the API server refuses what no planner may ever write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import (
    MAX_COUNTER,
    MAX_PROMISES,
    MAX_REPLACEMENTS,
    MAX_UNITS,
    Attempt,
    Counter,
    Epoch,
    Flag,
    Label,
    Person,
    ReservationName,
    ReservationPath,
    Seconds,
    Told,
    Uid,
    UnitCount,
    UnitId,
)
from holdfast.api.definition import Rule
from holdfast.api.intervals import MAX_INTERVALS
from holdfast.api.ledger_guards import ENTRY_RULES, LEDGER_RULES, SPAN_RULES
from holdfast.api.merging import ATOMIC_LIST, ATOMIC_MAP, SET
from holdfast.api.record import Record

MAX_OUTAGES = 16  # accepted maintenance windows in one ledger
MAX_AGAINST = 64  # promises one of them may go against
EntryState = Literal["Prepared", "Committed", "Releasing"]
UnitState = Literal["Active", "Releasing", "Quarantined"]
SwapCause = Literal["Policy", "Unoccupied", "Consent", "Limit", "Recall"]
"""Policy: its reservation says Automatic. Unoccupied: no pod is on it. Consent: its tenant agreed. Limit: nobody
answered for as long as a failed unit may stay. Recall: a person takes it back for safety."""
MAX_TIMES = 1_000


class PartDocument(Record):
    """An interval of a window of several, and the units of this pool meanwhile."""

    rules: ClassVar[tuple[Rule, ...]] = SPAN_RULES

    from_: Epoch = Field(alias="from", description="When it begins, epoch seconds.")
    until: Epoch = Field(description="When it ends, epoch seconds; its units are needed for `clearing` more.")
    count: int = Field(strict=True, ge=1, le=MAX_UNITS, description="Units of this pool.")


Parts = Annotated[tuple[PartDocument, ...], Field(min_length=1, max_length=MAX_INTERVALS)] | None
PARTS = "Of a window of several intervals each of them; count is the most, from and until are those of all."
CLEARING = "Seconds to empty and clean units after each of the parts."


class NextForm(Record):
    """The form an entry takes once an amendment is promised; until then it only occupies capacity."""

    rules: ClassVar[tuple[Rule, ...]] = SPAN_RULES

    attempt: Attempt = Field(description="The attempt that prepared this form.")
    round: Counter = Field(description="The promise's round this attempt was born in.")
    count: int = Field(strict=True, ge=1, le=MAX_UNITS, description="Units of this pool in the next form.")
    from_: Epoch = Field(alias="from", description="Start of its window, epoch seconds.")
    until: Epoch = Field(description="End of its window, epoch seconds.")
    parts: Parts = Field(default=None, json_schema_extra=ATOMIC_LIST, description=PARTS)
    clearing: Seconds | None = Field(default=None, description=CLEARING)


class EntryDocument(Record):
    """A promise's share in this pool: how many units, over which window, in which state."""

    rules: ClassVar[tuple[Rule, ...]] = (*SPAN_RULES, *ENTRY_RULES)

    reservation: ReservationPath = Field(description="namespace/name of the reservation.")
    tenant: Label = Field(description="The tenant, from the immutable label of the reservation's namespace.")
    attempt: Attempt = Field(description="The attempt this form belongs to.")
    round: Counter = Field(
        description="The promise's round: at birth of the attempt, then that of its state."
    )
    count: int = Field(strict=True, ge=1, le=MAX_UNITS, description="Units of this pool.")
    from_: Epoch = Field(alias="from", description="Start of the window, epoch seconds.")
    until: Epoch = Field(description="End of the window, epoch seconds.")
    state: EntryState = Field(
        description="Prepared: occupied only. Committed: promised. Releasing: on its way out, final."
    )
    notice: Flag | None = Field(default=None, description="True once the coming end has been announced.")
    waiting: Flag | None = Field(
        default=None,
        description="True while its units stay closed, because other pools of its promise cannot open yet.",
    )
    parts: Parts = Field(default=None, json_schema_extra=ATOMIC_LIST, description=PARTS)
    clearing: Seconds | None = Field(default=None, description=CLEARING)
    next: NextForm | None = Field(default=None, description="The form of an amendment not yet in force.")


class TroubleDocument(Record):
    """What was judged of a unit in a tenant's hands, by the planner's own clock. Written where it begins and ends."""

    since: Epoch = Field(description="When it was first seen in trouble, epoch seconds.")
    times: int = Field(
        default=1,
        strict=True,
        ge=1,
        le=MAX_TIMES,
        description="How often it began, each soon after the one before.",
    )
    failed: Epoch | None = Field(
        default=None, description="When it came to count as failed: the dwell was over, or it cannot heal."
    )
    until: Epoch | None = Field(
        default=None,
        description="When notice is given if its tenant, who is asked, does not answer; absent: never.",
    )
    swap: Epoch | None = Field(
        default=None, description="From when its pods may be sent away; a spare is set aside for it."
    )
    cause: SwapCause | None = Field(default=None, description="What allows that.")
    by: Person | None = Field(default=None, description="Who recalled it.")
    ended: Epoch | None = Field(
        default=None, description="When it was last seen well; absent while it is not."
    )


class UnitGrant(Record):
    """A unit in somebody's hands, or in nobody's until it is clean."""

    promise: Uid | None = Field(default=None, description="uid of the reservation; absent in quarantine.")
    grant: int = Field(
        strict=True, ge=1, le=MAX_COUNTER, description="The number of this grant, unique in the pool."
    )
    state: UnitState = Field(
        description="Active: granted. Releasing: being emptied, final. Quarantined: nobody's until clean."
    )
    since: Epoch = Field(description="When this state began, epoch seconds.")
    replaces: UnitId | None = Field(default=None, description="The failed unit this one stands in for.")
    trouble: TroubleDocument | None = Field(
        default=None, description="What was judged of its health; absent: it was well all along."
    )


class OutageDocument(Record):
    """What an accepted maintenance window takes out of the pool: it keeps its form until it is gone."""

    rules: ClassVar[tuple[Rule, ...]] = SPAN_RULES

    name: ReservationName = Field(description="The name of the MaintenanceWindow.")
    units: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=MAX_UNITS)] | None = Field(
        default=None, json_schema_extra=SET, description="The units that are out; absent: the whole pool."
    )
    from_: Epoch = Field(alias="from", description="From when, epoch seconds.")
    until: Epoch = Field(description="Until when, epoch seconds.")
    against: Annotated[tuple[Uid, ...], Field(max_length=MAX_AGAINST)] | None = Field(
        default=None,
        json_schema_extra=ATOMIC_LIST,
        description="The uids of the reservations it took units from when it was accepted.",
    )


class CapacityDocument(Record):
    """The pool in numbers, for people; written with the ledger, never read back as truth."""

    total: UnitCount = Field(description="Units declared and delivered.")
    healthy: UnitCount = Field(description="Units that can be sold or are serving.")
    promised: UnitCount = Field(description="Units in the hands of promises now.")
    free: UnitCount = Field(description="Healthy units promised to nobody now and not spare.")
    spare: UnitCount = Field(description="Units kept free to repair promises.")
    deficit: UnitCount = Field(description="Units promised beyond what can now be delivered.")
    deficit_ahead: UnitCount = Field(
        default=0, description="The most units that promises will lack at one instant still to come."
    )
    deficit_from: Told | None = Field(
        default=None, description="When the first of them begins to lack; absent without a deficit ahead."
    )


class LedgerDocument(Record):
    """What is promised and granted in a pool. One write per turn, guarded by resourceVersion and by rules."""

    rules: ClassVar[tuple[Rule, ...]] = LEDGER_RULES

    epoch: Counter = Field(description="Reign of the planner that wrote last; only rises.")
    as_of: Epoch = Field(description="The planner's time at the last write, epoch seconds; never goes back.")
    peak: UnitCount = Field(description="Most units needed at any instant from now, next forms included.")
    granted: Counter = Field(description="Grants given so far; the last grant number. Only rises.")
    sealed: Flag = Field(default=False, description="True once the seal of the pool's stack has been seen.")
    promises: Mapping[str, EntryDocument] = Field(
        max_length=MAX_PROMISES,
        json_schema_extra=ATOMIC_MAP,
        description="Entries by reservation uid.",
    )
    units: Mapping[str, UnitGrant] = Field(
        max_length=MAX_UNITS,
        json_schema_extra=ATOMIC_MAP,
        description="Granted, releasing and quarantined units by unit id; a unit not listed is free.",
    )
    replaced: tuple[Epoch, ...] = Field(
        default=(),
        max_length=MAX_REPLACEMENTS,
        json_schema_extra=ATOMIC_LIST,
        description="When failed units were last replaced, epoch seconds; each counts for ten minutes.",
    )
    outages: Annotated[Mapping[str, OutageDocument], Field(max_length=MAX_OUTAGES)] | None = Field(
        default=None,
        json_schema_extra=ATOMIC_MAP,
        description="Accepted maintenance by the uid of its MaintenanceWindow.",
    )
    idle_out: Annotated[Mapping[str, Epoch], Field(max_length=MAX_UNITS)] | None = Field(
        default=None,
        json_schema_extra=ATOMIC_MAP,
        description="Since when units that nobody has do not work, epoch seconds; for a day that is news.",
    )
    capacity: CapacityDocument | None = Field(
        default=None, description="The pool in numbers, for kubectl get."
    )


EMPTY = LedgerDocument(epoch=0, as_of=0, peak=0, granted=0, promises={}, units={})
"""The ledger of a pool nobody has written yet."""
