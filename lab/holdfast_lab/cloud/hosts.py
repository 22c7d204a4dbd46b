"""Where a node pool's hosts join: `Site` is what the cloud needs of a datacenter's cluster.

`PaperSites` keeps nothing, for tests of the cloud without control planes; sites.py finds the lab's real clusters;
chosen_sites.py says which of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from holdfast_lab.cloud.kinds import last_segment
from holdfast_lab.cloud.store import CloudObject

DATACENTER_LABEL = "datacenter"
"""Label of a GKE cluster; Google's label keys take no dots or slashes."""
How = Literal["true", "away"]
"""A host has failed, and says why; or it is only silent, as one that restarts."""


class Site(Protocol):
    """A datacenter's cluster."""

    def join(self, nodes: Sequence[dict[str, Any]]) -> None:
        """Let hosts join; one that is there already is left as it is."""

    def leave(self, names: Iterable[str]) -> None:
        """Take hosts away with everything that runs on them, as deleted machines go."""

    def access(self) -> tuple[str, str]:
        """Address without scheme, and the cluster's certificate authority in base64."""


@dataclass(frozen=True, slots=True)
class PaperSite:
    """Hosts that exist only in the cloud's own rows."""

    name: str

    def join(self, nodes: Sequence[dict[str, Any]]) -> None:
        """Nothing to do."""

    def leave(self, names: Iterable[str]) -> None:
        """Nothing to do."""

    def access(self) -> tuple[str, str]:
        """An address that nobody can have."""
        return f"{self.name}.invalid", ""


class Sites(Protocol):
    """The clusters of a lab."""

    def of(self, cluster: CloudObject) -> Site:
        """The site of a GKE cluster; refuses one that the lab has not started."""


class PaperSites:
    """No clusters at all."""

    def of(self, cluster: CloudObject) -> Site:
        """A site of the cluster's name."""
        return PaperSite(cluster.name)


def datacenter_of(cluster: CloudObject) -> str:
    """The datacenter that a GKE cluster's label names, else the cluster's own name."""
    labels = cluster.inputs.get("resourceLabels") or {}
    return str(labels.get(DATACENTER_LABEL) or last_segment(cluster.name))
