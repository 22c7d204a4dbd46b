"""The hub and two sites as they are before anybody asks: three pools, three tenants, nodes born closed."""

from __future__ import annotations

from typing import Any

from tests.simulation.api_server import ApiServer
from tests.simulation.lifetimes.checks import TENANTS
from tests.simulation.lifetimes.parameters import Parameters
from tests.simulation.storage import Document

from holdfast.cluster.transport import kinds
from holdfast.hardware.names import (
    NO_EXECUTE,
    NO_RESERVATION,
    POOL_LABEL,
    RESERVATION_TAINT,
    SYSTEM_NAMESPACE,
    TENANT_LABEL,
    UNIT_LABEL,
    datacenter_of,
)

SITES = ("lake-mariner", "abernathy")
POOLS = ("lake-mariner.tpu7x-a", "lake-mariner.tpu7x-b", "abernathy.tpu7x-c")
GRACE = 5
PARTITION_LABEL = "cloud.google.com/gke-tpu-partition-4x4x4-id"
"""By which a Slice names a cube; without the kind nobody asks for it."""


def populate_hub(server: ApiServer, shape: Parameters) -> None:
    """Everything that platform engineers have declared."""
    for tenant in TENANTS:
        labels = {TENANT_LABEL: tenant}
        server.add(kinds.NAMESPACE, {"metadata": {"name": f"{tenant}-lab", "labels": labels}})
        server.add(kinds.TENANT, {"metadata": {"name": tenant}, "spec": contract(tenant, shape.chips)})
    for site in SITES:
        server.add(kinds.STACK_SEAL, {"metadata": {"name": site}, "spec": {"stack": site}})
        place = {"siteKind": "gke", "region": "us-east4", "powerMegawatts": 360, "lifecycle": "Operational"}
        server.add(kinds.DATACENTER, {"metadata": {"name": site}, "spec": place})
    for name, count in zip(POOLS, shape.units, strict=True):
        if count:
            server.add(kinds.ACCELERATOR_POOL, {"metadata": {"name": name}, "spec": pool(name, count, shape)})


def contract(tenant: str, chips: int) -> Document:
    """What a tenant may hold at one instant."""
    return {"group": tenant, "entitlements": [{"acceleratorType": "tpu7x", "chips": chips}]}


def pool(name: str, count: int, shape: Parameters) -> Document:
    """The declaration of a pool of cubes."""
    return {
        "datacenter": datacenter_of(name),
        "acceleratorType": "tpu7x",
        "unitTopology": "4x4x4",
        "chipsPerUnit": 64,
        "hostsPerUnit": shape.hosts,
        "seal": datacenter_of(name),
        "spares": {"count": shape.spares if count > 1 else 0},
        "drainLeadSeconds": 10,
        "graceSeconds": GRACE,
        "turnAroundSeconds": shape.turn_around,
        "repairSeconds": 120,
        "dwellSeconds": 20,
        "askLimitSeconds": 90,
        "minHealthyHosts": shape.hosts if name != POOLS[1] else 1,
        "units": {f"cube-{n}": {"nodePool": node_pool(name, n)} for n in range(count)},
    }


def node_pool(pool_name: str, number: int) -> str:
    """The node pool (GKE) of a unit."""
    return f"{pool_name.partition('.')[2]}-cube-{number}"


def populate_site(server: ApiServer, site: str, shape: Parameters) -> None:
    """The hosts of every unit, and what the agent looks at to know that its site answers."""
    server.add(kinds.NAMESPACE, {"metadata": {"name": SYSTEM_NAMESPACE}})
    for name, count in zip(POOLS, shape.units, strict=True):
        for unit in range(count if datacenter_of(name) == site else 0):
            for host in range(shape.hosts):
                server.add(kinds.NODE, node(name, f"cube-{unit}", host))


def node(pool_name: str, unit: str, host: int, **status: Any) -> Document:
    """A host as its node pool makes it: Ready, and closed."""
    block = pool_name.partition(".")[2]
    return {
        "metadata": {
            "name": f"{block}-{unit}-{host}",
            "labels": {POOL_LABEL: pool_name, UNIT_LABEL: unit, PARTITION_LABEL: f"{block}-{unit}"},
            "annotations": {},
        },
        "spec": {"taints": [{"key": RESERVATION_TAINT, "value": NO_RESERVATION, "effect": NO_EXECUTE}]},
        "status": {"conditions": [{"type": "Ready", "status": status.get("ready", "True")}]},
    }
