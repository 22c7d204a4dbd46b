"""A small datacenter in memory: one pool of two units with two hosts each, a hub and a site in one server.

The planner is played by `grants`, which writes the ledger as a planner would. Agents come and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.builders import uid
from tests.simulation.api_server import ApiServer
from tests.simulation.kueue_rules import immutable
from tests.simulation.simulated import SimulatedTime, simulated_api
from tests.simulation.storage import Document, Place, with_metadata

from holdfast.agent.caches import Agent, Caches
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.observing import SeenSite, observe
from holdfast.agent.turn import turn
from holdfast.agent.turn_log import TurnLog
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport.http import Transport
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    NAMESPACE,
    NODE,
    POD,
    POOL_REPORT,
    TENANT,
    ServedKind,
)
from holdfast.cluster.transport.objects import Key
from holdfast.cluster.transport.retries import ONE_TRY
from holdfast.frozen.records import Records
from holdfast.hardware.names import (
    GRANT_ANNOTATION,
    NO_EXECUTE,
    NO_RESERVATION,
    POD_SECURITY_LABEL,
    POOL_LABEL,
    RESERVATION_LABEL,
    RESERVATION_TAINT,
    TENANT_LABEL,
    UNIT_LABEL,
)

SITE, POOL, CUBE, OTHER = "lake-mariner", "lake-mariner.tpu7x-a", "cube-000", "cube-001"
MISTRAL, CHAI = uid("mistral/pretrain"), uid("chai/serve")
TENANTS = {MISTRAL: "mistral", CHAI: "chai"}
HELD_BY_NOBODY = {TENANT_LABEL: "mistral", POD_SECURITY_LABEL: "restricted"}
"""The labels of mistral's namespace while it holds nothing here."""
CHIPS = {"key": "google.com/tpu", "value": "present", "effect": "NoSchedule"}
BORN = {"key": RESERVATION_TAINT, "value": NO_RESERVATION, "effect": NO_EXECUTE}
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def node(name: str, unit: str = CUBE, **changes: Any) -> Document:
    """A node as its node pool makes it: closed, Ready, with the chips' own taint."""
    labels = {POOL_LABEL: POOL, UNIT_LABEL: unit, "cloud.google.com/gke-nodepool": f"tpu7x-a-{unit}"}
    return {
        "metadata": {
            "name": name,
            "labels": labels | changes.get("labels", {}),
            "annotations": {"seen": "by kwok"},
        },
        "spec": {
            "taints": changes.get("taints", [CHIPS, BORN]),
            "unschedulable": changes.get("cordoned", False),
        },
        "status": {"conditions": [{"type": "Ready", "status": changes.get("ready", "True")}]},
    }


def pod(name: str, host: str, namespace: str = "mistral", **metadata: Any) -> Document:
    """A running pod of a tenant on a host."""
    return {
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": {"nodeName": host},
        "status": {"phase": "Running"},
    }


def pool_document(hosts: int = 2, units: tuple[str, ...] = (CUBE, OTHER), **spec: Any) -> Document:
    """A pool of units with a few hosts each, and no ledger yet."""
    declared = {unit: {"nodePool": f"tpu7x-a-{unit}"} for unit in units}
    shape = {"acceleratorType": "tpu7x", "unitTopology": "4x4x4", "chipsPerUnit": 64, "hostsPerUnit": hosts}
    return {
        "metadata": {"name": POOL},
        "spec": {"datacenter": SITE, "seal": SITE, "units": declared, **shape, **spec},
    }


def ledger(
    *grants: tuple[str, str, int, str],
    granted: int = 9,
    notice: bool = False,
    count: int = 2,
    waiting: bool = False,
) -> Document:
    """A ledger with these grants: (unit, reservation's uid, number, state)."""
    entry = {
        "attempt": "a",
        "round": 1,
        "count": count,
        "from": 1,
        "until": 2,
        "state": "Committed",
        "notice": notice,
        "waiting": waiting,
    }
    promises = {
        who: {**entry, "reservation": f"{TENANTS[who]}/job", "tenant": TENANTS[who]}
        for _, who, _, _ in grants
    }
    units = {unit: {"promise": who, "grant": n, "state": state, "since": 1} for unit, who, n, state in grants}
    return {"epoch": 1, "asOf": 1, "peak": 2, "granted": granted, "promises": promises, "units": units}


def units_seen(pool: AcceleratorPool, nodes: Iterable[Node]) -> Mapping[str, ObservedUnit]:
    """The units of a pool, observed on nodes without pods."""
    by_key = Records.of({Key("", node.metadata.name): node for node in nodes})
    pools = Records.of({Key("", pool.metadata.name): pool})
    return observe(SeenSite(pools, by_key, datacenter=pool.spec.datacenter)).pools[pool.metadata.name].units


class Silence:
    """A logger that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, event: str, **words: Any) -> None:
        self.lines.append(event)

    def warning(self, event: str, **words: Any) -> None:
        self.lines.append(f"{event}: {words}")


@dataclass
class Datacenter:
    """The world: what is stored, and ways to change it behind the agent's back."""

    hosts: int = 2
    units: tuple[str, ...] = (CUBE, OTHER)
    time: SimulatedTime = field(default_factory=SimulatedTime)

    def __post_init__(self) -> None:
        self.server = ApiServer(self.time.epoch, [immutable])
        self.log = Silence()
        self.server.add(ACCELERATOR_POOL, pool_document(self.hosts, self.units))
        for unit in self.units:
            for number in range(self.hosts):
                self.server.add(NODE, node(f"{unit}-{number}", unit))
        for name in ("mistral", "chai"):
            self.add_tenant(name)

    def add_tenant(self, name: str, **spec: Any) -> None:
        entitled = {
            "group": f"people-of-{name}",
            "entitlements": [{"acceleratorType": "tpu7x", "chips": 640}],
        }
        self.server.add(TENANT, {"metadata": {"name": name}, "spec": {**entitled, **spec}})

    def grants(self, *grants: tuple[str, str, int, str], **more: Any) -> None:
        """Write the ledger, as the planner does."""
        self.change(ACCELERATOR_POOL, POOL, status=ledger(*grants, **more))

    def change(self, kind: ServedKind, name: str, namespace: str = "", **parts: Any) -> None:
        """Replace parts of a document."""
        document = self.server.find(kind, name, namespace) or {}
        agent = Place(kind.group, kind.plural, namespace, name)
        self.server.storage.write(agent, {**document, **parts})

    def meta(self, kind: ServedKind, name: str, namespace: str = "", **metadata: Any) -> None:
        """Replace parts of a document's metadata; None takes a part away."""
        document = self.server.find(kind, name, namespace) or {}
        self.change(kind, name, namespace, metadata=with_metadata(document, **metadata)["metadata"])

    def erase(self, kind: ServedKind, name: str, namespace: str = "") -> None:
        """Take a document away, whatever guards it."""
        self.server.storage.erase(Place(kind.group, kind.plural, namespace, name))

    # --- agents -----------------------------------------------------------------------------------------

    def api(self, way: Transport | None = None) -> Api:
        return simulated_api(way or self.server, self.time, ONE_TRY)

    def agent(self, hub: Transport | None = None, site: Transport | None = None) -> Agent:
        """A new agent that has read everything."""
        agent = Agent(SITE, self.api(hub), self.api(site), Caches.empty(ChangeSignal()), TurnLog(self.log))
        self.catch_up(agent)
        return agent

    def catch_up(self, agent: Agent) -> None:
        """Fill an agent's sources, past whatever is wrong with its calls."""
        reader = Agent(SITE, self.api(), self.api(), agent.caches, agent.log)
        for reflector in reader.reflectors(lambda _: 0.0, lambda _kind, _error: None):
            reflector.relist()

    def turns(self, agent: Agent | None = None, most: int = 8) -> int:
        """Turns until one writes nothing; returns how many calls were writes."""
        agent, before = agent or self.agent(), self.writes
        for _ in range(most):
            count = self.writes
            self.catch_up(agent)
            turn(agent)
            if self.writes == count:
                return count - before
        raise AssertionError(f"still writing after {most} turns")

    # --- looking ----------------------------------------------------------------------------------------

    @property
    def writes(self) -> int:
        return sum(request.method in WRITES for request in self.server.requests)

    def nodes(self, unit: str = CUBE) -> list[Document]:
        found = [self.server.find(NODE, f"{unit}-{number}") for number in range(self.hosts)]
        return [one for one in found if one is not None]

    def marks(self, unit: str = CUBE) -> set[tuple[str, str, str]]:
        """(label, value of our taint, annotation) of each node of a unit."""
        return {marks_of(one) for one in self.nodes(unit)}

    def report(self, unit: str = CUBE) -> Document:
        found = self.server.find(POOL_REPORT, POOL)
        units: dict[str, Document] = (found or {"spec": {"units": {}}})["spec"]["units"]
        return units.get(unit, {})

    def pool_report(self) -> Document:
        """The whole report of the pool."""
        found: Document = (self.server.find(POOL_REPORT, POOL) or {"spec": {}})["spec"]
        return found

    def blocked(self, field: str = "blocked") -> Document:
        """What the pool's report says of what the agent leaves as it is: by unit, node or tenant."""
        told: Document = self.pool_report().get(field, {})
        return told

    def namespace_labels(self, name: str) -> dict[str, str]:
        found = self.server.find(NAMESPACE, name) or {"metadata": {}}
        labels: dict[str, str] = found["metadata"].get("labels", {})
        return labels

    def pods(self) -> list[str]:
        return [one["metadata"]["name"] for one in self.server.storage.within("", POD.plural, "")]


def marks_of(document: Document) -> tuple[str, str, str]:
    """(label, value of our NoExecute taint, annotation) of a stored node."""
    metadata = document["metadata"]
    values = [taint["value"] for taint in document["spec"]["taints"] if taint["key"] == RESERVATION_TAINT]
    label = metadata.get("labels", {}).get(RESERVATION_LABEL, "")
    return label, ",".join(values), metadata.get("annotations", {}).get(GRANT_ANNOTATION, "")
