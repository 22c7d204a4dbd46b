"""What stands in the datacenter when the year begins: racks and cubes, and two tenants who ask for most of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.simulation.api_server import ApiServer
from tests.simulation.lifetimes.birth import node
from tests.simulation.lifetimes.parameters import Parameters
from tests.simulation.lifetimes.world import Start
from tests.simulation.simulated import SimulatedTime
from tests.simulation.storage import Document

from holdfast.cluster.transport import kinds
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import SYSTEM_NAMESPACE, TENANT_LABEL

SITE = "lake-mariner"
ONE_PLANNER = Parameters(1, 1, True, (1, 0, 0), 1, 1, 0, 0, 0)
"""One replica and one agent; what they find is `begin`'s."""


@dataclass(frozen=True, slots=True)
class Hall:
    """Units of one kind in one pool, of which `promised` are one tenant's all year."""

    pool: str
    accelerator: str
    unit: str
    topology: str
    asked: str
    chips: int
    hosts: int
    units: int
    promised: int
    enough: int
    tenant: str
    repair: tuple[tuple[str, Any], ...] = ()

    @property
    def names(self) -> list[str]:
        """Its units."""
        return [f"{self.unit}-{number:02d}" for number in range(self.units)]


RACKS = Hall(
    f"{SITE}.gb300-a", "gb300-nvl72", "domain", "1x72", "1x72", 72, 18, 12, 10, 16, "mistral",
    (("policy", "AskFirst"),),
)  # fmt: skip
CUBES = Hall(
    f"{SITE}.tpu7x-a", "tpu7x", "cube", "4x4x4", "4x4x4", 64, 16, 10, 8, 16, "anthropic", (("policy", "Automatic"),)
)  # fmt: skip
HALLS = (RACKS, CUBES)


def begin(days: int, dwell: int) -> Start:
    """The hub and the site, before anybody has planned anything."""
    time = SimulatedTime()
    hub, site = ApiServer(time.epoch), ApiServer(time.epoch)
    site.add(kinds.NAMESPACE, {"metadata": {"name": SYSTEM_NAMESPACE}})
    hub.add(kinds.STACK_SEAL, {"metadata": {"name": SITE}, "spec": {"stack": SITE}})
    place = {"siteKind": "gke", "region": "us-east4", "powerMegawatts": 360, "lifecycle": "Operational"}
    hub.add(kinds.DATACENTER, {"metadata": {"name": SITE}, "spec": place})
    for hall in HALLS:
        _tenant(hub, hall)
        hub.add(
            kinds.ACCELERATOR_POOL,
            {"metadata": {"name": hall.pool}, "spec": {**_pool(hall), "dwellSeconds": dwell}},
        )
        for unit in hall.names:
            for host in range(hall.hosts):
                site.add(kinds.NODE, node(hall.pool, unit, host))
        hub.add(kinds.CAPACITY_RESERVATION, _reservation(hall, int(time.epoch()), days))
    return Start(hub.storage, {SITE: site.storage}, 0.0)


def _tenant(hub: ApiServer, hall: Hall) -> None:
    labels = {TENANT_LABEL: hall.tenant}
    hub.add(kinds.NAMESPACE, {"metadata": {"name": f"{hall.tenant}-lab", "labels": labels}})
    contract = {"acceleratorType": hall.accelerator, "chips": hall.chips * hall.units}
    spec = {"group": hall.tenant, "entitlements": [contract], "horizonSeconds": 2 * 366 * 86_400}
    hub.add(kinds.TENANT, {"metadata": {"name": hall.tenant}, "spec": spec})


def _pool(hall: Hall) -> Document:
    block = hall.pool.partition(".")[2]
    return {
        "datacenter": SITE,
        "acceleratorType": hall.accelerator,
        "unitTopology": hall.topology,
        "chipsPerUnit": hall.chips,
        "hostsPerUnit": hall.hosts,
        "minHealthyHosts": hall.enough,
        "seal": SITE,
        "spares": {"count": 0},
        "graceSeconds": 60,
        "turnAroundSeconds": 600,
        "units": {name: {"nodePool": f"{block}-{name}"} for name in hall.names},
    }


def _reservation(hall: Hall, now: int, days: int) -> Document:
    return {
        "metadata": {"name": "year", "namespace": f"{hall.tenant}-lab"},
        "spec": {
            "acceleratorType": hall.accelerator,
            "topology": hall.asked,
            "count": hall.promised,
            "window": {"end": text_of(now + (days + 30) * 86_400)},
            "repair": dict(hall.repair),
        },
    }
