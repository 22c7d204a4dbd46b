"""Datacenter: one site, its cluster, its power and the lease it stands on."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import Counter, Endpoint, Instant, Label, Party, Place
from holdfast.api.conditions import Conditions
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind
from holdfast.api.record import Derived, Record


class Cluster(Record):
    """The Kubernetes cluster of a datacenter, as its tenants reach it."""

    name: Label = Field(description="The cluster's name at its provider.")
    endpoint: Endpoint = Field(
        default="", description="The address of its API server; empty until it exists."
    )


class SiteLeaseDocument(Record):
    """The contract under which the site is rented. Nothing is promised there beyond its end."""

    rules = (Rule("timestamp(self.end) > timestamp(self.start)", "the site lease must end after it starts"),)

    landlord: Party = Field(description="Who owns the site.")
    guarantor: Party | None = Field(default=None, description="Who guarantees the rent, if anyone.")
    start: Instant = Field(description="When the lease begins.")
    end: Instant = Field(description="When the lease ends; no promise outlives it.")


class DatacenterSpec(Record):
    """What the site is; written by the infrastructure program."""

    site_kind: Literal["gke", "gdc-bare-metal", "kubernetes"] = Field(
        description="How its cluster is run: gke, gdc-bare-metal, or kubernetes for any other cluster."
    )
    region: Place = Field(description="The region, as the provider names it.")
    zone: Place = Field(default="", description="The zone inside the region, where one is pinned.")
    power_megawatts: int = Field(strict=True, ge=0, le=100_000, description="The power budget of the site.")
    lifecycle: Literal["UnderConstruction", "Operational"] = Field(
        description="UnderConstruction: supply has only a date. Operational: hardware can be delivered."
    )
    cluster: Cluster | None = Field(default=None, description="Its cluster; absent while it is being built.")
    lease: SiteLeaseDocument | None = Field(
        default=None, description="The site lease; absent on owned ground."
    )


class DatacenterStatus(Record):
    """What the planner sees of the site; derived, never read back as truth."""

    observed_generation: Counter = Field(default=0, description="The generation of the spec this answers.")
    conditions: Conditions = Field(default=(), description="Ready=Unknown while the site's agent is silent.")


class Datacenter(Kind):
    """A datacenter: one site with its cluster, power budget and site lease."""

    definition: ClassVar[Definition] = Definition(
        plural="datacenters",
        short_names=("dc",),
        columns=(
            Column("SITE", ".spec.siteKind"),
            Column("REGION", ".spec.region"),
            Column("MEGAWATTS", ".spec.powerMegawatts", "integer"),
            Column("LIFECYCLE", ".spec.lifecycle"),
            Column("STATUS", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("LEASE-END", ".spec.lease.end", wide=True),
            AGE,
        ),
    )
    rules = (
        Rule("size(self.metadata.name) <= 40 && !self.metadata.name.contains('.')",
             "a datacenter's name has at most 40 characters and no dot: pool names begin with it"),
    )  # fmt: skip

    kind: Literal["Datacenter"] = "Datacenter"
    spec: DatacenterSpec = Field(description="What the site is; written by the infrastructure program.")
    status: Annotated[DatacenterStatus | None, Derived] = Field(
        default=None, description="What the planner sees of the site."
    )
