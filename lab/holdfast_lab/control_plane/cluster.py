"""A cluster of the lab: its name, its folder, its ports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast_lab.ports import LOOPBACK, free_ports
from holdfast_lab.state import Ports, StateFolder

HUB = "hub"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One control plane; the hub runs no pods and so has no scheduler and no kwok."""

    name: str
    state: StateFolder
    ports: Ports

    @property
    def has_nodes(self) -> bool:
        """Whether this is a datacenter's cluster."""
        return self.name != HUB

    @property
    def folder(self) -> Path:
        """Keys, certificates and etcd's files."""
        return self.state.clusters / self.name

    @property
    def keys(self) -> Path:
        """Authorities, certificates and the signing key of service accounts."""
        return self.folder / "keys"

    @property
    def endpoint(self) -> str:
        """The API's address, as status.access shows it to tenants."""
        return f"https://{LOOPBACK}:{self.ports.apiserver}"

    @property
    def authority(self) -> Path:
        """The certificate with which clients check the API server."""
        return self.keys / "cluster-authority.crt"

    def kubeconfig(self, identity: str) -> Path:
        """The lab's own kubeconfig of an identity in `holdfast_lab.control_plane.keys`."""
        return self.folder / f"{identity}.kubeconfig"

    def log(self, program: str) -> Path:
        """Where a program of this cluster writes."""
        return self.state.logs / f"{self.name}-{program}.log"


def choose_ports() -> Ports:
    """Three ports that are free now."""
    return Ports(*free_ports(3))
