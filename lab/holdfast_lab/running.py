"""A lab that was started, opened from its state folder: what other parts of the lab build on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast_lab import clock, credentials
from holdfast_lab.calls import AdminCalls
from holdfast_lab.certificates import Subject
from holdfast_lab.control_plane.cluster import HUB, Cluster
from holdfast_lab.errors import LabError
from holdfast_lab.state import LabRecord, RecordFile, StateFolder

_TENANT = re.compile(r"(?!planner$|agent-)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Lab:
    """The clusters by name (`hub` and one per datacenter) and the folder they live in."""

    state: StateFolder
    clusters: Mapping[str, Cluster]

    def add_tenant_credentials(self, name: str, group: str = "") -> Path:
        """Write the kubeconfig of a tenant's person; the group is the tenant's name by default.

        `up` writes it again whenever clusters came or moved. Refuses a name that another identity's file has.
        """
        if not _TENANT.fullmatch(name):
            raise LabError(
                f"{name!r} cannot name a tenant: use lower-case letters, digits and -, and neither `planner` "
                "nor `agent-...`, which are accounts of Holdfast itself"
            )
        group = group or name
        RecordFile(self.state).change(lambda record: replace(record, tenants={**record.tenants, name: group}))
        credentials.write_tenant(self.state, self.clusters, Subject(name, groups=(group,)), clock.now())
        return self.state.credentials / f"{name}.kubeconfig"


def open_lab(path: Path) -> Lab:
    """The lab on record in a state folder, running or not; LabError where none was started."""
    state = StateFolder.at(path)
    record = RecordFile(state).read()
    if not record.clusters:
        raise LabError(f"there is no lab in {state.root}: start one with `holdfast lab up`")
    return Lab(state, clusters_on_record(state, record))


def require_hub(lab: Lab) -> None:
    """Refuse a lab whose hub does not answer."""
    if not AdminCalls(lab.clusters[HUB]).answers("/readyz"):
        raise LabError(
            f"the hub of the lab in {lab.state.root} does not answer: `holdfast lab up` repairs it"
        )


def clusters_on_record(state: StateFolder, record: LabRecord) -> dict[str, Cluster]:
    """Every cluster that was started in the folder."""
    return {name: Cluster(name, state, cluster.ports) for name, cluster in record.clusters.items()}
