"""MaintenanceWindow: what a platform engineer takes out of a pool's calendar for a time, and what stands against it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import (
    LONGEST_WINDOW_SECONDS,
    MAX_UNITS,
    VISIBLE_PATTERN,
    Counter,
    EndInstant,
    Instant,
    Label,
    PoolName,
    ReservationName,
    ReservationPath,
    Told,
    UnitCount,
    UnitId,
)
from holdfast.api.conditions import Conditions
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind
from holdfast.api.ledger import MAX_AGAINST
from holdfast.api.merging import ATOMIC_LIST, SET
from holdfast.api.record import Derived, Record

MAX_NEXT_STARTS = 3
LONGEST = f"duration('{LONGEST_WINDOW_SECONDS}s')"


class AgainstReservation(Record):
    """A reservation whose promise may lose units to the maintenance, for as long as it lasts."""

    namespace: Label = Field(description="Its namespace.")
    name: ReservationName = Field(description="Its name.")


class MaintenanceSpec(Record):
    """Which units are out of the calendar, and when; what may change later is only against whom, and why."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("timestamp(self.end) > timestamp(self.start)", "a maintenance window must end after it starts"),
        Rule(
            f"timestamp(self.end) <= timestamp(self.start) + {LONGEST}",
            "a maintenance window must end within five years of its start: hardware that leaves for good is retired",
        ),
        Rule(
            """self.pool == oldSelf.pool && self.start == oldSelf.start && self.end == oldSelf.end
            && has(self.units) == has(oldSelf.units) && (!has(self.units) || self.units == oldSelf.units)""",
            "pool, units, start and end are immutable: make another maintenance window, then delete this one",
        ),
    )

    pool: PoolName = Field(description="The pool, <datacenter>.<block>. Immutable.")
    units: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=MAX_UNITS)] | None = Field(
        default=None,
        json_schema_extra=SET,
        description="Its units that are out; absent: the whole pool. Immutable.",
    )
    start: Instant = Field(
        description="From when: by then the units are empty and clean, or still promised. Immutable."
    )
    end: EndInstant = Field(description="Until when. Immutable.")
    reason: str = Field(
        default="", max_length=256, pattern=VISIBLE_PATTERN, description="What is done, for other engineers."
    )
    against_reservations: tuple[AgainstReservation, ...] = Field(
        default=(),
        max_length=MAX_AGAINST,
        json_schema_extra=ATOMIC_LIST,
        description="Whose promises may lose units to it. Each promise it touches must be named, or it takes nothing.",
    )


class TouchedPromise(Record):
    """A promise from which the maintenance takes units."""

    reservation: ReservationPath = Field(description="namespace/name of the reservation.")
    tenant: Label = Field(description="Its tenant.")
    count: UnitCount = Field(
        description="How many units it lacks because of the maintenance, the most at one instant."
    )
    until: Told = Field(description="When its need of units in this pool ends, clearing included.")


class MaintenanceStatus(Record):
    """The planner's answer; derived, never read back as truth: what is accepted stands in the pool's ledger."""

    observed_generation: Counter = Field(default=0, description="The generation of the spec this answers.")
    conditions: Conditions = Field(
        default=(), description="Accepted: whether the units are out of the calendar for this time."
    )
    deficit: UnitCount = Field(
        default=0, description="Units that promises lack because it is accepted, the most at one instant."
    )
    touched: tuple[TouchedPromise, ...] = Field(
        default=(),
        max_length=MAX_AGAINST,
        json_schema_extra=ATOMIC_LIST,
        description="The promises that lack units because of it, or would, had it been accepted.",
    )
    next_starts: tuple[Told, ...] = Field(
        default=(),
        max_length=MAX_NEXT_STARTS,
        json_schema_extra=ATOMIC_LIST,
        description="Where it is not accepted: the next starts at which one as long would touch no promise.",
    )


class MaintenanceWindow(Kind):
    """Takes units of a pool, or all of it, out of the calendar for a time; it moves no promise and revokes none."""

    definition: ClassVar[Definition] = Definition(
        plural="maintenancewindows",
        short_names=("mwin",),
        selectable=(".spec.pool",),
        columns=(
            Column("POOL", ".spec.pool"),
            Column("START", ".spec.start"),
            Column("END", ".spec.end"),
            Column("ACCEPTED", '.status.conditions[?(@.type=="Accepted")].status'),
            Column("REASON", '.status.conditions[?(@.type=="Accepted")].reason'),
            Column("DEFICIT", ".status.deficit", "integer"),
            Column("NEXT", ".status.nextStarts[0]"),
            Column("UNITS", ".spec.units", wide=True),
            Column("TOUCHED", ".status.touched[*].reservation", wide=True),
            AGE,
        ),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("size(self.metadata.name) <= 63", "a maintenance window's name has at most 63 characters"),
    )

    kind: Literal["MaintenanceWindow"] = "MaintenanceWindow"
    spec: MaintenanceSpec = Field(description="Which units are out of the calendar, and when.")
    status: Annotated[MaintenanceStatus | None, Derived] = Field(
        default=None, description="The answer; written by the planner."
    )
