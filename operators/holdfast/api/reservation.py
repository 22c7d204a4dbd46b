"""CapacityReservation: what a tenant asks for. The answer is in `reservation_status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from holdfast.api.bounds import (
    LONGEST_WINDOW_SECONDS,
    MAX_DATACENTERS,
    MAX_SLICES,
    AcceleratorType,
    DatacenterName,
    EndInstant,
    Instant,
    Topology,
)
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.intervals import IntervalsAsked, Recurrence
from holdfast.api.kind import Kind, ObjectMeta
from holdfast.api.merging import ATOMIC_LIST
from holdfast.api.record import Derived, Record, no_words
from holdfast.api.repair import RepairTerms
from holdfast.api.reservation_status import ReservationStatus
from holdfast.hardware.instants import SHORTEST_WINDOW_SECONDS
from holdfast.hardware.names import FIRST_UID_ANNOTATION

SHORTEST = f"duration('{SHORTEST_WINDOW_SECONDS}s')"
LONGEST = f"duration('{LONGEST_WINDOW_SECONDS}s')"
ONE_OF = "has(self.end), has(self.durationSeconds), has(self.intervals), has(self.recurrence)"
SEVERAL = "(has(self.intervals) || has(self.recurrence))"
BOTH = "!has(self.start) || !has(self.end)"


class WindowDocument(Record):
    """When: fixed (start, end), flexible (durationSeconds, earliestStart, latestEnd) or several; no start: now."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            f"[{ONE_OF}].filter(said, said).size() == 1",
            "a window is fixed (end, perhaps start), flexible (durationSeconds), or several (intervals or recurrence): "
            "exactly one of them",
        ),
        Rule(
            f"!{SEVERAL} || !(has(self.start) || has(self.earliestStart) || has(self.latestEnd))",
            "a window of several intervals has no bounds beside them",
        ),
        Rule(
            "!has(self.end) || !(has(self.earliestStart) || has(self.latestEnd))",
            "a fixed window has no earliestStart and no latestEnd",
        ),
        Rule(
            "!has(self.durationSeconds) || !has(self.start)", "a flexible window has earliestStart, not start"
        ),
        Rule(
            f"{BOTH} || timestamp(self.start) + {SHORTEST} <= timestamp(self.end)",
            f"a window must end at least {SHORTEST_WINDOW_SECONDS} seconds after it starts",
        ),
        Rule(
            f"{BOTH} || timestamp(self.end) <= timestamp(self.start) + {LONGEST}",
            "a window must end within five years of its start",
        ),
        Rule(
            f"""!has(self.durationSeconds) || !has(self.earliestStart) || !has(self.latestEnd)
            || timestamp(self.latestEnd) > timestamp(self.earliestStart) + {LONGEST}
            || (timestamp(self.latestEnd) - timestamp(self.earliestStart)).getSeconds() >= self.durationSeconds""",
            "durationSeconds must fit between earliestStart and latestEnd",
        ),
    )

    start: Instant | None = Field(
        default=None, description="Fixed: when it begins. Absent: as soon as promised."
    )
    end: EndInstant | None = Field(default=None, description="Fixed: when it ends.")
    duration_seconds: int | None = Field(
        default=None, strict=True, ge=SHORTEST_WINDOW_SECONDS, le=LONGEST_WINDOW_SECONDS,
        description="Flexible: how long it lasts.",
    )  # fmt: skip
    earliest_start: Instant | None = Field(default=None, description="Flexible: not before. Absent: now.")
    latest_end: EndInstant | None = Field(default=None, description="Flexible: not beyond. Absent: any time.")
    intervals: IntervalsAsked | None = Field(
        default=None, json_schema_extra=ATOMIC_LIST,
        description="Several, in order and apart, each with its own count: a ramp. All are promised, or none.",
    )  # fmt: skip
    recurrence: Recurrence | None = Field(
        default=None, description="Several, on days of the week. All are promised, or none."
    )


AcrossDatacenters = Literal["Forbid", "Allow", "Atomic"]


class PlacementDocument(Record):
    """Where: which datacenters, in order of preference, and how slices may or must be spread."""

    datacenters: tuple[DatacenterName, ...] = Field(
        default=(), max_length=MAX_DATACENTERS, json_schema_extra=ATOMIC_LIST,
        description="Datacenters in order of preference; empty: any.",
    )  # fmt: skip
    across_datacenters: AcrossDatacenters = Field(
        default="Forbid",
        description="Allow: slices may lie in different datacenters. Atomic: they may, and none opens before all can. "
        "A slice is never split.",
    )
    max_percent_per_pool: int | None = Field(
        default=None, strict=True, ge=1, le=100,
        description="At most so many percent of the slices lie in one pool, which is one fabric and fails as one; "
        "rounded down, and never less than one slice. Absent: all of them may.",
    )  # fmt: skip


class ReservationSpec(Record):
    """What the tenant asks: an accelerator type and shape, how many, when and where."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "self.acceleratorType == oldSelf.acceleratorType",
            "acceleratorType is immutable: make a new reservation",
        ),
        Rule(
            """has(self.topology) == has(oldSelf.topology)
            && (!has(self.topology) || self.topology == oldSelf.topology)""",
            "topology is immutable, and can neither be added nor removed: make a new reservation",
        ),
        Rule("!has(self.minCount) || self.minCount <= self.count", "minCount must not exceed count"),
        Rule(
            "!has(self.minCount) || !has(self.window.intervals)",
            "intervals have counts of their own, and no minCount beside them",
        ),
        Rule(
            "!has(self.window.intervals) || self.window.intervals.all(i, !has(i.count) || i.count <= self.count)",
            "count is the most that any interval asks for",
        ),
    )

    accelerator_type: AcceleratorType = Field(
        description="The accelerator type, for example tpu7x. Immutable."
    )
    topology: Topology | None = Field(
        default=None,
        description="The shape of one slice, for example 8x8x16. Absent: count is in units. Immutable.",
    )
    count: int = Field(
        strict=True, ge=1, le=MAX_SLICES, description="How many slices (or units without topology)."
    )
    window: WindowDocument = Field(description="When: a fixed or a flexible window.")
    placement: PlacementDocument | None = Field(
        default=None, description="Where; absent: any one datacenter."
    )
    min_count: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=MAX_SLICES,
        description="The fewest slices worth having; absent: all of them.",
    )
    repair: RepairTerms | None = Field(default=None, description="How failed units are to be replaced.")


def _the_one_we_read(annotations: Any) -> Any:
    """What else people and tools write there is theirs, and may be long: it is left behind."""
    if not isinstance(annotations, Mapping):
        return annotations
    return {key: value for key, value in annotations.items() if key == FIRST_UID_ANNOTATION}


class ReservationMeta(ObjectMeta):
    """A reservation's metadata, with the annotation that a restored one carries."""

    annotations: Annotated[Mapping[str, str], BeforeValidator(_the_one_we_read)] = Field(
        default_factory=no_words
    )


class CapacityReservation(Kind):
    """What a tenant asks for: accelerators of one type and shape over a window."""

    definition: ClassVar[Definition] = Definition(
        plural="capacityreservations",
        short_names=("cares",),
        namespaced=True,
        columns=(
            Column("ACCELERATOR", ".spec.acceleratorType"),
            Column("TOPOLOGY", ".spec.topology"),
            Column("COUNT", ".spec.count", "integer"),
            Column("STATUS", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("AMENDMENT", ".status.amendment.reason"),
            Column("EARLIEST", ".status.hold.earliestStart"),
            Column("START", ".status.promised.start"),
            Column("END", ".status.promised.end"),
            Column("DATACENTERS", ".status.datacenters", wide=True),
            Column("PROMISED", ".status.promised.slices", "integer", wide=True),
            Column("HEALTHY", ".status.healthyUnits", "integer", wide=True),
            Column("DEGRADED", ".status.degradedUnits", "integer", wide=True),
            AGE,
        ),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("size(self.metadata.name) <= 63", "a reservation's name has at most 63 characters"),
    )

    kind: Literal["CapacityReservation"] = "CapacityReservation"
    metadata: ReservationMeta
    spec: ReservationSpec = Field(description="What the tenant asks.")
    status: Annotated[ReservationStatus | None, Derived] = Field(
        default=None, description="The answer; written by the planner."
    )

    @property
    def first_uid(self) -> str:
        """The uid by which its promise, ledgers and nodes know it: its own, unless it was restored from a backup."""
        return self.metadata.annotations.get(FIRST_UID_ANNOTATION) or self.metadata.uid or ""
