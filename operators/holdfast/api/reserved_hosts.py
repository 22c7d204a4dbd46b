"""ReservedHosts: one unit in a tenant's hands, host by host; in its namespace at a site, written by the agent."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import (
    MAX_COUNTER,
    VISIBLE_PATTERN,
    AcceleratorType,
    HostCount,
    PoolName,
    ReservationPath,
    Told,
    Uid,
    UnitId,
)
from holdfast.api.definition import AGE, Column, Definition
from holdfast.api.kind import Kind
from holdfast.api.merging import by_key
from holdfast.api.record import Record
from holdfast.api.report import Health, SliceReport

MAX_HOSTS = 4096
"""Hosts of the largest unit a pool may declare; 4,096 of them are about 800 kB of an object's 1.5 MB."""
HostHealth = Literal["Healthy", "Degraded", "Unhealthy"]
Why = Literal["FirstDelivery", "Replacement"]

HostName = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
_Said = Annotated[str, Field(max_length=317, pattern=VISIBLE_PATTERN)]


class ReservedHost(Record):
    """One host, and who says how it is."""

    name: HostName = Field(description="The name of the node.")
    health: HostHealth = Field(
        description="Healthy. Degraded: usable, slower. Unhealthy: no work runs there, or not for long."
    )
    source: _Said = Field(
        description="What the health was read from: a condition or a label of the node, by name."
    )
    says: _Said = Field(default="", description="The value found there, word for word.")
    since: Told | None = Field(
        default=None, description="Since when the source says so; absent where it does not tell."
    )


class Delivery(Record):
    """By which grant the unit came, and why."""

    grant: int = Field(
        strict=True, ge=1, le=MAX_COUNTER, description="The number of the grant, unique in its pool."
    )
    since: Told = Field(description="When it was granted.")
    reason: Why = Field(
        description="FirstDelivery: the window opened, or it grew. Replacement: see replaces."
    )
    replaces: UnitId | None = Field(default=None, description="The failed unit this one stands in for.")


class ReservedHostsSpec(Record):
    """One unit of a reservation as it is now."""

    reservation: ReservationPath = Field(description="namespace/name of the reservation at the hub.")
    reservation_uid: Uid = Field(description="Its uid: the value of the label and of the taint of the nodes.")
    pool: PoolName = Field(description="The pool the unit is of.")
    unit: UnitId = Field(description="The unit: a cube, an NVL72 domain, a host.")
    accelerator_type: AcceleratorType = Field(description="What stands in it.")
    domain: _Said = Field(
        default="",
        description="The id of its interconnect: TPU partition or NVLink clique; empty where no label tells.",
    )
    slice: SliceReport | None = Field(
        default=None, description="The TPU slice it is part of; absent where none is formed."
    )
    health: Health = Field(
        description="Of the unit. Degraded: usable, slower. Unhealthy: a host is not ready. Missing: too few."
    )
    expected: HostCount = Field(description="Hosts a unit of this pool has.")
    ready: HostCount = Field(description="Hosts that are Ready.")
    delivered: Delivery = Field(description="Since when and why the tenant has it.")
    hosts: Annotated[tuple[ReservedHost, ...], Field(max_length=MAX_HOSTS)] = Field(
        default=(), json_schema_extra=by_key("name"), description="The hosts that are there, by name."
    )


class ReservedHosts(Kind):
    """One unit that a reservation has at this site: its hosts, how they are, and why it was delivered."""

    definition: ClassVar[Definition] = Definition(
        plural="reservedhosts",
        short_names=("rhosts",),
        namespaced=True,
        status=False,
        selectable=(".spec.reservation", ".spec.pool"),
        columns=(
            Column("RESERVATION", ".spec.reservation"),
            Column("UNIT", ".spec.unit"),
            Column("ACCELERATOR", ".spec.acceleratorType", wide=True),
            Column("HEALTH", ".spec.health"),
            Column("READY", ".spec.ready", "integer"),
            Column("OF", ".spec.expected", "integer"),
            Column("DELIVERED", ".spec.delivered.reason"),
            Column("SINCE", ".spec.delivered.since"),
            Column("REPLACES", ".spec.delivered.replaces", wide=True),
            Column("SLICE", ".spec.slice.state"),
            Column("DOMAIN", ".spec.domain", wide=True),
            AGE,
        ),
    )

    kind: Literal["ReservedHosts"] = "ReservedHosts"
    spec: ReservedHostsSpec = Field(description="The unit as the agent sees it.")


def hosts_name(pool: str, unit: str) -> str:
    """Name of the object of one unit: `lake-mariner.tpu7x-a.cube-000`."""
    return f"{pool}.{unit}"
