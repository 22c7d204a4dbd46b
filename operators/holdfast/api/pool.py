"""AcceleratorPool: the domain inside which units can be joined by the fabric; its status is the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from holdfast.api.bounds import (
    MAX_MARK,
    MAX_UNITS,
    AcceleratorType,
    DatacenterName,
    Flag,
    Instant,
    Label,
    NodePoolName,
    Party,
    Seconds,
    UnitCount,
    UnitTopology,
)
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind, ObjectMeta
from holdfast.api.ledger import LedgerDocument
from holdfast.api.ledger_guards import POOL_RULES
from holdfast.api.merging import ATOMIC_LIST, ATOMIC_MAP
from holdfast.api.record import Record, no_words
from holdfast.hardware.catalogue import ACCELERATORS
from holdfast.hardware.names import RECALL_ANNOTATION_PREFIX, RESTORED_ANNOTATION
from holdfast.hardware.spares import WHOLE, share_text, spares_for

_READ = (RECALL_ANNOTATION_PREFIX, RESTORED_ANNOTATION)


def _ours(annotations: Any) -> Any:
    """What else people and tools write there is theirs, and may be long: it is left behind."""
    if not isinstance(annotations, Mapping):
        return annotations
    return {key: value for key, value in annotations.items() if key.startswith(_READ)}


class PoolMeta(ObjectMeta):
    """A pool's metadata, with the annotations that Holdfast obeys: units taken back for safety, a hub at rest."""

    annotations: Annotated[Mapping[str, str], BeforeValidator(_ours)] = Field(default_factory=no_words)

    @property
    def recalled(self) -> Mapping[str, str]:
        """By unit the person who recalled it."""
        marks, prefix = self.annotations, RECALL_ANNOTATION_PREFIX
        return {key.removeprefix(prefix): who for key, who in marks.items() if key.startswith(prefix)}

    @property
    def restored(self) -> str:
        """The backup that it was restored from, while nobody has let the hub sell again; else empty."""
        return self.annotations.get(RESTORED_ANNOTATION, "")

    @property
    def said_back(self) -> str | None:
        """The mark as a report says it back: cut to what one takes, on one line; None where there is none."""
        visible = "".join(sign if sign.isprintable() else " " for sign in self.restored[:MAX_MARK])
        return visible or None


class DeclaredUnit(Record):
    """One unit as it was declared: the atom of capacity, never split between tenants."""

    node_pool: NodePoolName = Field(description="The node pool (GKE) that carries the unit's hosts.")
    available_from: Instant | None = Field(
        default=None, description="When it is delivered; absent: already there."
    )
    retiring: Flag = Field(
        default=False, description="True: nothing new is promised on it; it is drained and returned."
    )
    retired_by: Instant | None = Field(
        default=None, description="By when it leaves; no promise may need it later."
    )


class Spares(Record):
    """Units kept free to repair promises: so many, or as many as suffice with a confidence."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "has(self.confidenceBasisPoints) == has(self.availabilityBasisPoints)",
            "spares by confidence need both: how sure, and how often one unit works",
        ),
        Rule(
            "!has(self.confidenceBasisPoints) || !has(self.count) || self.count == 0",
            "spares are kept by count or by confidence: name one of them",
        ),
    )

    count: UnitCount = Field(default=0, description="How many units are kept back.")
    confidence_basis_points: Annotated[int, Field(strict=True, ge=1, le=WHOLE - 1)] | None = Field(
        default=None,
        description="Instead of count: as many as suffice with this confidence, 9990 is 99.90 %, if units fail each by "
        "itself. Counted anew when units are declared.",
    )
    availability_basis_points: Annotated[int, Field(strict=True, ge=1, le=WHOLE)] | None = Field(
        default=None, description="How often one unit works, as measured at the site: 9950 is 99.50 %."
    )

    def of(self, units: int) -> int:
        """How many of so many declared units are kept back."""
        if self.confidence_basis_points is None or self.availability_basis_points is None:
            return self.count
        return spares_for(units, self.availability_basis_points, self.confidence_basis_points)

    @property
    def by(self) -> str:
        """How sure they are to suffice, and by which availability; empty where they are a count."""
        sure, works = self.confidence_basis_points, self.availability_basis_points
        return (
            f"{share_text(sure)} sure at {share_text(works)}"
            if sure is not None and works is not None
            else ""
        )


class Obligation(Record):
    """What a pool's units stand under: a site lease or a pledge to a lender."""

    kind: Literal["SiteLease", "Pledge"] = Field(
        description="SiteLease: no promise outlives it. Pledge: collateral."
    )
    name: Label = Field(description="The name of the contract.")
    holder: Party = Field(description="The landlord, guarantor or lender.")
    until: Instant | None = Field(default=None, description="When it ends; absent: open-ended.")


TAKEN_BACK = ("Spot", "FlexStart", "Queued")
"""Hardware that its provider may take back while it is in use."""
ProvisioningModel = Literal["Reserved", "OnDemand", "Spot", "FlexStart", "Queued"]


class PoolSpec(Record):
    """What the pool is made of; written by the infrastructure program."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            """self.datacenter == oldSelf.datacenter && self.acceleratorType == oldSelf.acceleratorType
            && self.unitTopology == oldSelf.unitTopology && self.chipsPerUnit == oldSelf.chipsPerUnit
            && self.hostsPerUnit == oldSelf.hostsPerUnit""",
            "a pool keeps its datacenter, accelerator type and unit shape: declare another pool",
        ),
        Rule(
            f"(self.provisioningModel in {list(TAKEN_BACK)}) == (oldSelf.provisioningModel in {list(TAKEN_BACK)})",
            "hardware that its provider may take back never becomes hardware that is promised: declare another pool",
        ),
        Rule(
            "!has(self.minHealthyHosts) || self.minHealthyHosts <= self.hostsPerUnit",
            "minHealthyHosts is at most hostsPerUnit: a unit has no more hosts",
        ),
    )

    datacenter: DatacenterName = Field(description="The datacenter the pool stands in.")
    accelerator_type: AcceleratorType = Field(
        description="The accelerator type, for example tpu7x or gb300-nvl72."
    )
    unit_topology: UnitTopology = Field(
        description="The shape of one unit: 4x4x4 (cube), 1x72 (domain), or host."
    )
    chips_per_unit: int = Field(strict=True, ge=1, le=16_384, description="Accelerators in one unit.")
    hosts_per_unit: int = Field(strict=True, ge=1, le=4_096, description="Hosts in one unit.")
    provisioning_model: ProvisioningModel = Field(
        default="Reserved",
        description="How it is paid for. Spot, FlexStart and Queued may be taken back and back no promise.",
    )
    seal: Label = Field(description="The StackSeal of the stack that declares this pool.")
    units: Mapping[str, DeclaredUnit] = Field(
        max_length=MAX_UNITS, json_schema_extra=ATOMIC_MAP, description="The intended units, by unit id."
    )
    spares: Spares = Field(default_factory=Spares, description="Units kept free to repair promises.")
    drain_lead_seconds: Seconds = Field(
        default=3600, description="How long before its end a tenant gets notice."
    )
    grace_seconds: Seconds = Field(default=60, description="How long pods may finish after the end.")
    turn_around_seconds: Seconds = Field(
        default=7200, description="Sanitising between two tenants, outside their windows."
    )
    repair_seconds: Seconds = Field(
        default=1_209_600, description="After how long a failed unit is counted on again."
    )
    dwell_seconds: Seconds = Field(
        default=300,
        description="How long a unit in a tenant's hands may be in trouble that can heal before it counts as failed.",
    )
    ask_limit_seconds: Seconds = Field(
        default=86_400,
        description="How long a failed unit may stay with a tenant who is asked and does not answer, notice included.",
    )
    min_healthy_hosts: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=4_096,
        description="With so many healthy hosts a unit is Degraded and stays; absent: as in the catalogue.",
    )
    obligations: tuple[Obligation, ...] = Field(
        default=(), max_length=16, description="Site leases and pledges the pool stands under.",
        json_schema_extra=ATOMIC_LIST,
    )  # fmt: skip

    @property
    def kept_back(self) -> int:
        """How many units are kept back as spares: all declared units count, those to come and those to leave too."""
        return self.spares.of(len(self.units))

    @property
    def enough_hosts(self) -> int:
        """Hosts with which a unit still is one: as declared, else as the catalogue says, else all of them."""
        known = ACCELERATORS.get(self.accelerator_type)
        enough = self.min_healthy_hosts or (known.enough_hosts if known is not None else 0)
        return min(enough or self.hosts_per_unit, self.hosts_per_unit)


class AcceleratorPool(Kind):
    """A pool of accelerators joined by one fabric; its status is the ledger of what is promised from it."""

    definition: ClassVar[Definition] = Definition(
        plural="acceleratorpools",
        short_names=("apool",),
        selectable=(".spec.datacenter",),
        columns=(
            Column("ACCELERATOR", ".spec.acceleratorType"),
            Column("TOTAL", ".status.capacity.total", "integer"),
            Column("HEALTHY", ".status.capacity.healthy", "integer"),
            Column("PROMISED", ".status.capacity.promised", "integer"),
            Column("FREE", ".status.capacity.free", "integer"),
            Column("SPARE", ".status.capacity.spare", "integer"),
            Column("DEFICIT", ".status.capacity.deficit", "integer"),
            Column("AHEAD", ".status.capacity.deficitAhead", "integer"),
            Column("FROM", ".status.capacity.deficitFrom"),
            Column("DATACENTER", ".spec.datacenter", wide=True),
            Column("PEAK", ".status.peak", "integer", wide=True),
            AGE,
        ),
    )
    rules: ClassVar[tuple[Rule, ...]] = POOL_RULES

    kind: Literal["AcceleratorPool"] = "AcceleratorPool"
    metadata: PoolMeta
    spec: PoolSpec = Field(description="What the pool is made of; written by the infrastructure program.")
    status: LedgerDocument | None = Field(
        default=None, description="The ledger; written by the planner alone."
    )
