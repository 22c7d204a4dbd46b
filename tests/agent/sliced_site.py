"""A small datacenter whose cubes are joined by Slices: with the kind, its controller, and promises of a topology."""

from __future__ import annotations

from dataclasses import dataclass

from tests.agent.site_world import POOL, TENANTS, Datacenter
from tests.simulation.slice_controller import Wrong, behave, slices, step
from tests.simulation.storage import Document

from holdfast.agent.caches import Agent
from holdfast.cluster.transport.kinds import CAPACITY_PROMISE, NODE, TPU_SLICE
from holdfast.hardware.names import SLICE_UNITS_ANNOTATION

PARTITION_LABEL = "cloud.google.com/gke-tpu-partition-4x4x4-id"


def promised(who: str, tenant: str, topology: str) -> Document:
    """The promise object of a reservation, as far as an agent reads it."""
    spec = {
        "state": "Committed", "attempt": "a", "round": 1, "tenant": tenant, "namespace": tenant, "reservation": "job",
        "generation": 1, "acceleratorType": "tpu7x", "topology": topology, "slices": 1, "pools": {POOL: 1},
        "requestedSlices": 1, "window": {"start": 1, "end": 2},
    }  # fmt: skip
    return {"metadata": {"name": who}, "spec": spec}


@dataclass
class SlicedSite(Datacenter):
    """As Datacenter; `topology` is that of one slice of whatever is promised, `wrong` how the controller misbehaves."""

    topology: str = "4x4x8"
    wrong: Wrong = behave

    def __post_init__(self) -> None:
        super().__post_init__()
        self.server.serve(TPU_SLICE)
        for unit in self.units:
            for number in range(self.hosts):
                self.relabel(f"{unit}-{number}", **{PARTITION_LABEL: f"id-of-{unit}"})
        for who, tenant in TENANTS.items():
            self.server.add(CAPACITY_PROMISE, promised(who, tenant, self.topology))

    def relabel(self, name: str, **labels: str) -> None:
        """Add labels to a node."""
        metadata = (self.server.find(NODE, name) or {})["metadata"]
        self.meta(NODE, name, labels={**metadata["labels"], **labels})

    def form(self, steps: int = 4) -> None:
        """Let the slice controller of the site work."""
        for _ in range(steps):
            step(self.server, self.hosts, self.wrong)

    def come_to_rest(self, agent: Agent | None = None) -> None:
        """Turns and the slice controller in turn, until neither writes anything."""
        agent = agent or self.agent()
        for _ in range(12):
            count = self.server.storage.revision
            self.turns(agent)
            self.form(1)
            if self.server.storage.revision == count:
                return
        raise AssertionError("agent and slice controller never rest")

    def slices(self) -> dict[str, list[str]]:
        """The units of every Slice that the agent formed, by its name."""
        found = {
            one["metadata"]["name"]: one["metadata"].get("annotations", {}) for one in slices(self.server)
        }
        return {name: notes.get(SLICE_UNITS_ANNOTATION, "").split(",") for name, notes in found.items()}
