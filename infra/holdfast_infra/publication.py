"""What the hub is told, and in which order, so that nothing leaves without the hub being asked.

    cluster ──▶ Datacenter ──▶ AcceleratorPool ──▶ GKE node pools ──────▶ StackSeal
      made first                        └──▶ MaintenanceWindow ──▶          made last
      deleted last                                                          deleted first

An AcceleratorPool lists intended units and never waits for hardware: it is there before its node pools and
outlives them, so the question "may this unit leave?" always finds its ledger. (Were it made after them, one
stock-out would keep the whole pool unpublished.) The StackSeal goes first in a destroy: the hub refuses that
while anything is promised, before the site agent or the way out to the network are gone.

A MaintenanceWindow tells the calendar when GKE may upgrade the nodes of a pool. It takes nothing from anybody (where
promises are in its way the planner does not accept it, and says so), and its end only gives time back: it has no hook.

All others carry the hook that hardware carries: a later date, an earlier end or a unit left out asks the hub whom it
would break its word to, in previews too (hub_guard/promises.py, hub_guard/site.py), and none of them is ever
re-created, because its ledger would begin again. What the hub no longer holds as it was published stops the run
(drift.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from holdfast.hardware.names import GROUP_VERSION
from holdfast_infra.declaration import Datacenter, Pool
from holdfast_infra.drift import REMEDY, drift
from holdfast_infra.guarded import Guarded
from holdfast_infra.hub_address import NamedHub
from holdfast_infra.published_objects import Spec, datacenter_spec, pool_spec, seal_spec, upgrade_specs


@dataclass(frozen=True, slots=True)
class BuiltCluster:
    """The datacenter's cluster as the hub should know it, and the resource it waits for."""

    name: str
    endpoint: pulumi.Input[str]
    cluster: pulumi.Resource


class Publication(pulumi.ComponentResource):
    """The datacenter's objects in the hub. Their names are the names of what they stand for."""

    def __init__(self, stack: str, datacenter: Datacenter, hub: NamedHub, guarded: Guarded) -> None:
        super().__init__("holdfast:infra:Publication", stack)
        self._guarded = guarded
        self._hub = hub
        self._stack = stack
        self._datacenter = datacenter
        self.provider = kubernetes.Provider(
            "hub",
            kubeconfig=hub.address.kubeconfig,
            context=hub.address.context,
            # The hub's own id: a renamed context or a renewed kubeconfig is the same hub, and replaces nothing.
            cluster_identifier=hub.identity,
            enable_server_side_apply=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._site: CustomResource | None = None
        self._looks: list[pulumi.Output[None]] = []

    @property
    def stack(self) -> str:
        """The stack whose objects these are."""
        return self._stack

    def publish_datacenter(
        self, built: BuiltCluster | None, after: Sequence[pulumi.Resource] = ()
    ) -> CustomResource:
        """The Datacenter, with its cluster once it is built."""
        spec = datacenter_spec(self._datacenter)
        if built:
            spec["cluster"] = {"name": built.name, "endpoint": built.endpoint}
        waits_for = [*([built.cluster] if built else []), *after]
        self._site = self._publish("Datacenter", self._datacenter.site.name, spec, waits_for)
        return self._site

    def publish_pool(self, pool: Pool, after: Sequence[pulumi.Resource] = ()) -> CustomResource:
        """The AcceleratorPool; it waits for the cluster and the Datacenter, never for a unit."""
        spec = pool_spec(pool, self._datacenter.lease, self._datacenter.hand_over, self._stack)
        waits_for = [*after, *([self._site] if self._site else [])]
        return self._publish("AcceleratorPool", pool.name, spec, waits_for)

    def publish_upgrades(self, pool: Pool, published: pulumi.Resource) -> list[CustomResource]:
        """A MaintenanceWindow for each time in which GKE may upgrade the pool's nodes."""
        specs = upgrade_specs(pool, self._datacenter.cluster.windows)
        return [self._publish("MaintenanceWindow", name, spec, [published]) for name, spec in specs.items()]

    def seal(self, everything: Sequence[pulumi.Resource]) -> CustomResource:
        """The StackSeal, after everything else of the stack."""
        spec = seal_spec(self._stack, self._datacenter.pools)
        return self._publish("StackSeal", self._stack, spec, everything)

    def _publish(
        self,
        kind: str,
        name: str,
        spec: Spec,
        waits_for: Sequence[pulumi.Resource],
    ) -> CustomResource:
        takes = kind != "MaintenanceWindow"
        published = CustomResource(
            f"{kind}/{name}",
            api_version=GROUP_VERSION,
            kind=kind,
            metadata=ObjectMetaArgs(name=name),
            spec=spec,
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=self.provider,
                depends_on=list(waits_for),
                protect=self._datacenter.protect and takes,
                delete_before_replace=True,
                hooks=self._guarded.asked if takes else None,
            ),
        )
        if takes:
            self._guarded.ground.bears([published], [name] if kind == "AcceleratorPool" else ())
        metadata: pulumi.Output[Mapping[str, Any]] = published.metadata  # type: ignore[attr-defined]  # set at run time
        self._looks.append(metadata.apply(lambda known: self._look(kind, name, known)))
        return published

    async def looked(self) -> None:
        """Wait until what was published so far is published, and was looked at.

        Raises pulumi.RunError for what the hub no longer holds as it was published.
        """
        await asyncio.gather(*(look.future() for look in self._looks))

    def _look(self, kind: str, name: str, known: Mapping[str, Any]) -> None:
        """Stop the run if the hub no longer holds what this stack published there."""
        drifted = drift(known, self._hub.published(kind, name)) if known.get("uid") else ""
        if drifted:
            raise pulumi.RunError(f"{kind} {name} {drifted}; {REMEDY}")
