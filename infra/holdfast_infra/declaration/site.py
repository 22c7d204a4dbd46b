"""Where a datacenter is, and who runs its machines: its kind says which fields are needed, idle or refused.

field                                  gke        gdc-bare-metal and kubernetes: the hosts are there already
name, region, zone, powerMegawatts,
lifecycle, lease, pools                required   required
project, systemPool                    required   idle: no machine of Google's is made
network                                required   idle: the site's own network is there already
cluster.releaseChannel, .deletionP...  required   idle: the cluster is there already
cluster.kubeconfig, .context           optional   optional: without them the hub's kubeconfig, context = the name
googleReservation, machineType, ...    as needed  refused: they would promise what nobody keeps (rules/brought.py)

An idle field does nothing and says so in a warning; a stack that moves to another kind of site keeps its file.
"""

from __future__ import annotations

from dataclasses import dataclass

GKE, GDC, KUBERNETES = "gke", "gdc-bare-metal", "kubernetes"
SITE_KINDS = (GKE, GDC, KUBERNETES)
OPERATIONAL, UNDER_CONSTRUCTION = "Operational", "UnderConstruction"
LIFECYCLES = (UNDER_CONSTRUCTION, OPERATIONAL)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the datacenter is, and who runs its machines."""

    name: str
    kind: str
    project: str
    region: str
    zone: str
    power_megawatts: int
    lifecycle: str

    @property
    def is_google(self) -> bool:
        """Whether Google makes its machines; a kind that could not be read is judged as if."""
        return self.kind in ("", GKE)
