"""PoolReport: what a datacenter's agent sees of a pool. Named like the pool, written by that agent only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import (
    MAX_COUNTER,
    MAX_UNITS,
    DatacenterName,
    Flag,
    HostCount,
    Mark,
    Person,
    Sentence,
    Told,
    Uid,
    Word,
)
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind
from holdfast.api.merging import ATOMIC_MAP
from holdfast.api.record import Record

Health = Literal["Healthy", "Degraded", "Unhealthy", "Missing"]
Queues = Literal["Kept", "NotServed", "NotAllowed", "Failing"]


BlockReason = Literal[
    "NamespaceTaken",
    "NamespaceReserved",
    "NamespaceTerminating",
    "NamespacePending",
    "BindingTaken",
    "QueueTaken",
    "GrantUnknown",
    "NodeWithoutUnit",
    "PoolUnknown",
    "SlicePending",
    "SliceFailed",
    "SliceTaken",
    "ComputeDomainLeft",
    "MoreHostsThanDeclared",
    "HostOccupied",
    "Untellable",
    "PolicyRefused",
    "Unavailable",
]
"""Why an agent does not act; each stays until somebody, or time, takes the cause away.

NamespaceTaken         the tenant's namespace exists at the site and is not the tenant's
NamespaceReserved      the tenant is named like a namespace of the system
NamespaceTerminating   the tenant's namespace is being deleted
NamespacePending       the tenant's namespace does not show the reservation yet
BindingTaken           the tenant's RoleBinding gives another role, which cannot be changed
QueueTaken             a LocalQueue of that name leads elsewhere, which cannot be changed
GrantUnknown           what is written on a node, or the grant of its unit, is nothing the ledger accounts for
NodeWithoutUnit        a node in the hands of a reservation belongs to no declared unit
PoolUnknown            the pool is gone from the hub (told in the agent's log: there is no report for it)
SlicePending           the TPU slice that the unit is part of is not formed yet, or not taken apart yet
SliceFailed            the slice controller says that it could not be formed
SliceTaken             the unit is part of a Slice that is not Holdfast's, which only its owner deletes
ComputeDomainLeft      a host still serves the ComputeDomain of a tenant that has gone
MoreHostsThanDeclared  more nodes claim to be hosts of the unit than it has; which of them only claims it is not known
HostOccupied           a host that is to be opened still carries pods of another tenant
Untellable             what is stored there does not fit into the record that would tell it
PolicyRefused          an API server, or a policy there, refuses what the agent has to write
Unavailable            an API server gave no usable answer; it is asked again
"""

Source = Literal[
    "Kubelet",
    "Cloud",
    "Partition",
    "Slice",
    "NodeProblemDetector",
    "NVSentinel",
    "DCGM",
    "Notice",
    "Remediator",
]
"""Who says that something is wrong with a host.

Kubelet              the node is not Ready, or not heard
Cloud                the node is gone, more claim to be hosts than are declared, or its machine is shut down
Partition            the state of a cube's partition, as GKE labels it
Slice                condition Ready of the TPU slice that a cube is part of
NodeProblemDetector  a condition of Node Problem Detector
NVSentinel           a taint or condition of NVSentinel
DCGM                 a condition that a checker made of what DCGM reports
Notice               the provider announces that the machine goes
Remediator           somebody else repairs this node, and says so by annotation
"""

MAX_BLOCKED_NODES = 16
"""Nodes without a unit that are listed by name; all of them are counted."""
MAX_BLOCKED_TENANTS = 128
"""Tenants listed with the reason for which a site has not what they need there."""


class Blocked(Record):
    """Something the agent leaves as it is, and why."""

    reason: BlockReason = Field(description="Why, in a word for programs.")
    message: Sentence = Field(description="Why, in a sentence for people; it says what to do.")


class UnitTrouble(Record):
    """What is wrong with a unit: the worst that is said of its hosts. A state, with no time: an agent has no clock."""

    source: Source = Field(description="Who says so.")
    reason: Word = Field(description="What it says, in a word.")
    lasting: Flag = Field(
        default=False, description="True where it cannot heal by itself, for example a node that was deleted."
    )


class SliceReport(Record):
    """The TPU slice that a unit is part of, as the slice controller tells it."""

    name: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")] = (
        Field(description="The name of the Slice in the site's cluster.")
    )
    state: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z_]*$")] = Field(
        description="ACTIVE, ACTIVE_DEGRADED, ACTIVATING, FAILED, ...: the reason of its condition Ready."
    )


class Remediation(Record):
    """Somebody else's repair of a unit's hosts, as they announce it; how long they are let alone the planner judges."""

    by: Person = Field(description="Who repairs.")
    since: Told = Field(description="Since when.")
    until: Told = Field(description="Until when they want to be let alone.")


class Unaccounted(Record):
    """What a grant that the ledger does not know has written on a unit's hosts: the hub was restored from a backup."""

    grant: int = Field(strict=True, ge=1, le=MAX_COUNTER, description="The highest such grant.")
    reservation: Uid | None = Field(
        default=None,
        description="The reservation for which hosts that are there are open by it; absent: all of them are closed.",
    )
    several: Flag | None = Field(
        default=None, description="True where others are open by it for another reservation: a grant has one."
    )


class UnitReport(Record):
    """One unit as the agent sees it now."""

    health: Health = Field(
        description="Healthy. Degraded: usable, slower or with fewer hosts. Unhealthy, Missing: too few hosts work."
    )
    hosts: HostCount = Field(description="Hosts seen.")
    hosts_ready: HostCount = Field(description="Hosts that are Ready.")
    hosts_healthy: HostCount | None = Field(
        default=None, description="Hosts that are Ready and of which nobody says otherwise; absent: as many."
    )
    trouble: UnitTrouble | None = Field(
        default=None, description="What is wrong with it; absent while nothing is."
    )
    occupied: Flag | None = Field(
        default=None,
        description="Whether pods of a tenant are on its hosts; told while something is wrong, or it is to retire.",
    )
    remediation: Remediation | None = Field(
        default=None, description="Who else repairs one of its hosts; of several the one that takes longest."
    )
    cordoned: Flag = Field(default=False, description="True while a person keeps the unit out of use.")
    open_grant: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_COUNTER,
        description="The grant whose label and taint every node of the unit carries.",
    )  # fmt: skip
    clean_grant: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_COUNTER,
        description="The grant that was undone on every node, with no tenant pod, label or taint left.",
    )  # fmt: skip
    slice: SliceReport | None = Field(default=None, description="The TPU slice it is part of; absent: none.")
    unaccounted: Unaccounted | None = Field(
        default=None, description="What its hosts say beyond the ledger; absent: the ledger knows all of it."
    )


class PoolReportSpec(Record):
    """The agent's observation of one pool."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("self.datacenter == oldSelf.datacenter", "a report stays with its datacenter"),
    )

    datacenter: DatacenterName = Field(description="The datacenter whose agent writes this report.")
    units: Mapping[str, UnitReport] = Field(
        default_factory=dict,
        max_length=MAX_UNITS,
        json_schema_extra=ATOMIC_MAP,
        description="Units by unit id; a unit never seen is not listed.",
    )
    restored: Mark | None = Field(
        default=None,
        description="The mark holdfast.dev/restored of the pool that its agent looked at; absent: it had none.",
    )
    slicing: Literal["Slices", "Selector"] | None = Field(
        default=None,
        description="Slices: TPU slices are formed as Slice objects. Selector: the site's cluster knows none.",
    )
    queues: Queues | None = Field(
        default=None,
        description="Kept: jobs may name a queue. NotServed: no Kueue there, NotAllowed: no right to its kinds: "
        "all works by selector. Failing: Kueue refuses or does not answer; the agent's log has its words.",
    )
    blocked: Mapping[str, Blocked] = Field(
        default_factory=dict,
        max_length=MAX_UNITS,
        json_schema_extra=ATOMIC_MAP,
        description="By unit id, the units that are not made what the ledger says, and why.",
    )
    blocked_nodes: Mapping[str, Blocked] = Field(
        default_factory=dict,
        max_length=MAX_BLOCKED_NODES,
        json_schema_extra=ATOMIC_MAP,
        description="By node, those without a unit that cannot be closed, and why: the first by name.",
    )
    nodes_without_unit: HostCount = Field(
        default=0, description="Nodes of the pool that carry our marks and belong to no declared unit."
    )
    blocked_tenants: Mapping[str, Blocked] = Field(
        default_factory=dict,
        max_length=MAX_BLOCKED_TENANTS,
        json_schema_extra=ATOMIC_MAP,
        description="By tenant, those whose namespace or role in the datacenter cannot be made, and why.",
    )


class PoolReport(Kind):
    """The agent's view of a pool of the same name: health, hosts, and which grants are open or clean."""

    definition: ClassVar[Definition] = Definition(
        plural="poolreports",
        selectable=(".spec.datacenter",),
        status=False,
        columns=(Column("DATACENTER", ".spec.datacenter"), AGE),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "self.metadata.name.startsWith(self.spec.datacenter + '.')",
            "a report is named <datacenter>.<block>, like the pool it describes",
        ),
    )

    kind: Literal["PoolReport"] = "PoolReport"
    spec: PoolReportSpec = Field(description="What the agent sees.")
