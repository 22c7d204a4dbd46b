"""Tenant: a customer, the people who act for it, and how much it may be promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from holdfast.api.bounds import AcceleratorType, ChipCount, Counter, GroupName, Label, Seconds
from holdfast.api.conditions import Conditions
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind, ObjectMeta
from holdfast.api.merging import SET, by_key
from holdfast.api.record import Derived, Record, no_words
from holdfast.hardware.names import RELEASE_ANNOTATION, RESERVED_NAMESPACES, RESERVED_PREFIXES

BY_TYPE = by_key("acceleratorType")


_RESERVED = " || ".join(
    [f"self.metadata.name == '{name}'" for name in RESERVED_NAMESPACES]
    + [f"self.metadata.name.startsWith('{prefix}')" for prefix in RESERVED_PREFIXES]
)


def _the_one_we_read(annotations: Any) -> Any:
    """What else people and tools write there is theirs, and may be long: it is left behind."""
    if not isinstance(annotations, Mapping):
        return annotations
    return {key: value for key, value in annotations.items() if key == RELEASE_ANNOTATION}


class TenantMeta(ObjectMeta):
    """A tenant's metadata, with the one annotation that Holdfast reads."""

    annotations: Annotated[Mapping[str, str], BeforeValidator(_the_one_we_read)] = Field(
        default_factory=no_words
    )


class Entitlement(Record):
    """How many chips of one type a tenant may be promised at any instant."""

    accelerator_type: AcceleratorType = Field(description="The accelerator type.")
    chips: ChipCount = Field(description="Most chips promised at any instant.")


PodException = Literal["Rdma", "LockedMemory", "RootUser"]
"""What a tenant's pods may do beyond Kubernetes' level `restricted`; docs/tenants.md says what each opens."""


class TenantSpec(Record):
    """Who the tenant's people are and what they may ask for; written by a platform engineer."""

    group: GroupName = Field(
        description="The group of the tenant's people, as the identity provider names it."
    )
    entitlements: tuple[Entitlement, ...] = Field(
        default=(), max_length=64, json_schema_extra=BY_TYPE, description="Chips per accelerator type."
    )
    horizon_seconds: Seconds = Field(
        default=31_622_400, description="How far ahead of now a window may end; 366 days if not said."
    )
    pod_exceptions: tuple[PodException, ...] = Field(
        default=(),
        max_length=3,
        json_schema_extra=SET,
        description="What its pods may do at the sites beyond restricted pod security; nothing if not said.",
    )


class Usage(Record):
    """What a tenant holds of one accelerator type."""

    accelerator_type: AcceleratorType = Field(description="The accelerator type.")
    used: ChipCount = Field(description="Chips in its hands now.")
    promised: ChipCount = Field(description="Most chips promised to it at any instant from now.")


class TenantStatus(Record):
    """What the planner knows of the tenant; derived, never read back as truth."""

    observed_generation: Counter = Field(default=0, description="The generation of the spec this answers.")
    conditions: Conditions = Field(default=(), description="Whether the tenant can be served.")
    namespaces: tuple[Label, ...] = Field(
        default=(), max_length=256, description="The namespaces that carry its label.",
        json_schema_extra=SET,
    )  # fmt: skip
    usage: tuple[Usage, ...] = Field(
        default=(),
        max_length=64,
        json_schema_extra=BY_TYPE,
        description="What it holds, per accelerator type.",
    )


class Tenant(Kind):
    """A customer: an entitlement, and the namespaces that carry its immutable label."""

    definition: ClassVar[Definition] = Definition(
        plural="tenants",
        columns=(
            Column("GROUP", ".spec.group"),
            Column("NAMESPACES", ".status.namespaces", wide=True),
            AGE,
        ),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "size(self.metadata.name) <= 63 && !self.metadata.name.contains('.')",
            "a tenant's name has at most 63 characters and no dot: it names a namespace at every site",
        ),
        Rule(
            f"!({_RESERVED})",
            "metadata.name names a namespace of the system "
            f"({', '.join([*RESERVED_NAMESPACES, *(f'{prefix}*' for prefix in RESERVED_PREFIXES)])}), so that no "
            "site would give it to the tenant: name the tenant otherwise",
        ),
    )

    kind: Literal["Tenant"] = "Tenant"
    metadata: TenantMeta
    spec: TenantSpec = Field(description="Who the tenant is and what it may ask for.")
    status: Annotated[TenantStatus | None, Derived] = Field(
        default=None, description="What the planner knows of it."
    )
