"""PoolReport: what a datacenter's agent sees of a pool. Named like the pool, written by that agent only."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import MAX_COUNTER, MAX_UNITS, DatacenterName, Flag, HostCount
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind
from holdfast.api.merging import ATOMIC_MAP
from holdfast.api.record import Record

Health = Literal["Healthy", "Degraded", "Unhealthy", "Missing"]


class UnitReport(Record):
    """One unit as the agent sees it now."""

    health: Health = Field(
        description="Healthy. Degraded: usable, slower. Unhealthy: a host is not ready. Missing: too few nodes."
    )
    hosts: HostCount = Field(description="Hosts seen.")
    hosts_ready: HostCount = Field(description="Hosts that are Ready.")
    cordoned: Flag = Field(default=False, description="True while a person keeps the unit out of use.")
    open_grant: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_COUNTER,
        description="The grant whose label and taint every node of the unit carries.",
    )  # fmt: skip
    clean_grant: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_COUNTER,
        description="The grant that was undone on every node, with no tenant pod, label or taint left.",
    )  # fmt: skip


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
