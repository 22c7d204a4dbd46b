"""The datacenter's cluster: its release channel, when it may be maintained, who reaches it, its system nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.shapes import ACCOUNT, ANY_TEXT, EXCLUSION, IMAGE, KMS_KEY, MACHINE, VERSION
from holdfast_infra.declaration.site import Site
from holdfast_infra.declaration.upgrades import MaintenanceExclusion, MaintenanceWindow, outside

CHANNELS = ("RAPID", "REGULAR", "STABLE", "EXTENDED")
END_OF_SUPPORT = "endOfSupport"


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
    """Service account of all nodes; empty = the stack makes one with the least rights a node needs."""
    exclusions: tuple[MaintenanceExclusion, ...]
    """Declared ones, which hold inside windows too."""
    windows: tuple[MaintenanceWindow, ...] = ()
    authorized_networks: tuple[IPv4Network, ...] = ()
    """Who may reach the control plane by its address; empty = it is reached by its DNS name and IAM only."""
    kms_key: str = ""
    """Key that encrypts secrets in etcd and boot disks; empty = Google's own."""
    kubeconfig: str = ""
    context: str = ""
    """How this program reaches the cluster itself; the program knows the defaults."""
    agent_image: str = ""
    """The site agent's; empty = the agent and its policies are installed otherwise."""
    drivers: bool = False
    """Whether the stack brings what its accelerators need in the cluster (the catalogue's `drivers`)."""
    manifests: tuple[str, ...] = ()
    """Files or folders with objects that the stack puts into the cluster besides: charts as they were rendered."""

    @property
    def kept(self) -> tuple[MaintenanceExclusion, ...]:
        """Every exclusion of the cluster: the time outside its windows, and the declared ones."""
        return (*outside(self.windows), *self.exclusions)


def parse_cluster(site: Site, fields: Fields) -> ClusterPlan:
    """The cluster, blank where a field could not be read."""
    plan = ClusterPlan(
        release_channel=fields.choice("releaseChannel", CHANNELS, default=None if site.is_google else ""),
        minimum_version=fields.text("minimumVersion", VERSION, default=""),
        deletion_protection=fields.flag("deletionProtection", default=True),
        node_account=fields.text("nodeAccount", ACCOUNT, default=""),
        exclusions=tuple(
            _parse_exclusion(each) for each in fields.each("maintenanceExclusions", required=False)
        ),
        windows=tuple(_parse_window(each) for each in fields.each("maintenanceWindows", required=False)),
        authorized_networks=fields.networks("authorizedNetworks"),
        kms_key=fields.text("kmsKey", KMS_KEY, default=""),
        kubeconfig=fields.text("kubeconfig", ANY_TEXT, default=""),
        context=fields.text("context", ANY_TEXT, default=""),
        agent_image=_parse_agent(fields.section("agent", required=False)) if fields.has("agent") else "",
        drivers=fields.flag("drivers", default=site.is_google),
        manifests=fields.texts("manifests"),
    )
    fields.section("agent", required=False)
    fields.nothing_else()
    return plan


def parse_system_pool(fields: Fields) -> SystemPool:
    """The system node pool, blank where a field could not be read."""
    pool = SystemPool(
        machine_type=fields.text("machineType", MACHINE), nodes=fields.whole("nodes", least=1, most=100)
    )
    fields.nothing_else()
    return pool


def _parse_agent(fields: Fields) -> str:
    image = fields.text("image", IMAGE)
    fields.nothing_else()
    return image


def _parse_exclusion(fields: Fields) -> MaintenanceExclusion:
    until = fields.choice("until", (END_OF_SUPPORT,), default="")
    exclusion = MaintenanceExclusion(
        name=fields.text("name", EXCLUSION),
        start=fields.instant("start"),
        end=fields.instant("end", up=True, default="" if fields.has("until") else None),
    )
    fields.nothing_else()
    if until and exclusion.end:
        fields.refuse(
            "until",
            until,
            f"contradicts end ({exclusion.end}), and GKE takes one of the two",
            "leave one out",
        )
    if exclusion.start and exclusion.end and exclusion.end <= exclusion.start:
        fields.refuse(
            "end", exclusion.end, "is not after start, so it protects no time", "write a later instant"
        )
        return replace(exclusion, start="", end="")
    return exclusion


def _parse_window(fields: Fields) -> MaintenanceWindow:
    window = MaintenanceWindow(fields.instant("start"), fields.instant("end", up=True))
    fields.nothing_else()
    if window.start and window.end and window.end <= window.start:
        fields.refuse("end", window.end, "is not after start, so it opens no time", "write a later instant")
        return MaintenanceWindow("", "")
    return window
