"""The datacenter's GKE cluster: its release channel, when it may be maintained, and its system nodes."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.shapes import ACCOUNT, EXCLUSION, MACHINE, VERSION

CHANNELS = ("RAPID", "REGULAR", "STABLE", "EXTENDED")
MOST_EXCLUSIONS = 3
"""GKE accepts at most three maintenance exclusions of one cluster."""


@dataclass(frozen=True, slots=True)
class MaintenanceExclusion:
    """A time in which GKE upgrades neither minor versions nor nodes."""

    name: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class SystemPool:
    """Ordinary machines for what is not a tenant's: the site agent, DNS, controllers."""

    machine_type: str
    nodes: int


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """The declared cluster."""

    release_channel: str
    minimum_version: str
    """Full GKE version; empty = the channel's default."""
    deletion_protection: bool
    node_account: str
    """Service account of all nodes; empty = the project's default account."""
    exclusions: tuple[MaintenanceExclusion, ...]


def parse_cluster(fields: Fields) -> ClusterPlan | None:
    """The cluster, or None if anything in it is wrong."""
    plan = ClusterPlan(
        release_channel=fields.choice("releaseChannel", CHANNELS),
        minimum_version=fields.text("minimumVersion", VERSION, default=""),
        deletion_protection=fields.flag("deletionProtection", default=True),
        node_account=fields.text("nodeAccount", ACCOUNT, default=""),
        exclusions=tuple(
            _parse_exclusion(each) for each in fields.each("maintenanceExclusions", required=False)
        ),
    )
    fields.nothing_else()
    if len(plan.exclusions) > MOST_EXCLUSIONS:
        fields.refuse(
            "maintenanceExclusions",
            len(plan.exclusions),
            f"GKE accepts {MOST_EXCLUSIONS}",
            "join adjoining ones",
        )
    return plan if fields.sound else None


def parse_system_pool(fields: Fields) -> SystemPool | None:
    """The system node pool, or None if anything in it is wrong."""
    pool = SystemPool(
        machine_type=fields.text("machineType", MACHINE), nodes=fields.whole("nodes", least=1, most=100)
    )
    fields.nothing_else()
    return pool if fields.sound else None


def _parse_exclusion(fields: Fields) -> MaintenanceExclusion:
    exclusion = MaintenanceExclusion(
        name=fields.text("name", EXCLUSION), start=fields.instant("start"), end=fields.instant("end", up=True)
    )
    fields.nothing_else()
    if exclusion.start and exclusion.end and exclusion.end <= exclusion.start:
        fields.refuse(
            "end", exclusion.end, "is not after start, so it protects no time", "write a later instant"
        )
    return exclusion
