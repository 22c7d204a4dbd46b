"""What the hub is told, and in which order, so that nothing leaves without the hub being asked.

    cluster ──▶ Datacenter ──▶ AcceleratorPool ──▶ GKE node pools ──▶ StackSeal
      made first                                                        made last
      deleted last                                                      deleted first

An AcceleratorPool lists intended units and never waits for hardware: it is there before its node pools and
outlives them, so the question "may this unit leave?" always finds its ledger. (Were it made after them, one
stock-out would keep the whole pool unpublished.) The StackSeal goes first in a destroy: the hub refuses that
while anything is promised, before the site agent or the way out to the network are gone.

Datacenter and AcceleratorPool carry the hook that hardware carries: a later date, an earlier end or a unit left out
asks the hub whom it would break its word to, in previews too (hub_guard/promises.py, hub_guard/site.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from holdfast.hardware.names import GROUP_VERSION
from holdfast_infra.declaration import Datacenter, Pool
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.published_objects import Spec, datacenter_spec, pool_spec, seal_spec


@dataclass(frozen=True, slots=True)
class BuiltCluster:
    """The datacenter's cluster as the hub should know it, and the resource it waits for."""

    name: str
    endpoint: pulumi.Input[str]
    cluster: pulumi.Resource


class Publication(pulumi.ComponentResource):
    """The datacenter's objects in the hub. Their names are the names of what they stand for."""

    def __init__(
        self, stack: str, datacenter: Datacenter, hub: HubAddress, hook: pulumi.ResourceHook
    ) -> None:
        super().__init__("holdfast:infra:Publication", stack)
        self._hook = hook
        self._stack = stack
        self._datacenter = datacenter
        self._provider = kubernetes.Provider(
            "hub",
            kubeconfig=hub.kubeconfig,
            context=hub.context,
            # Without it a renewed kubeconfig could count as another cluster and replace every object.
            cluster_identifier=f"holdfast-hub-{hub.context}",
            enable_server_side_apply=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._site: CustomResource | None = None

    def publish_datacenter(self, built: BuiltCluster | None) -> CustomResource:
        """The Datacenter, with its cluster once it is built."""
        spec = datacenter_spec(self._datacenter)
        if built:
            spec["cluster"] = {"name": built.name, "endpoint": built.endpoint}
        waits_for = [built.cluster] if built else []
        asked = pulumi.ResourceHookBinding(before_update=[self._hook])
        self._site = self._publish("Datacenter", self._datacenter.site.name, spec, waits_for, asked)
        return self._site

    def publish_pool(self, pool: Pool, cluster: pulumi.Resource | None) -> CustomResource:
        """The AcceleratorPool; it waits for the cluster and the Datacenter, never for a unit."""
        spec = pool_spec(pool, self._datacenter.lease, self._datacenter.hand_over, self._stack)
        waits_for = [each for each in (cluster, self._site) if each]
        asked = pulumi.ResourceHookBinding(before_update=[self._hook], before_delete=[self._hook])
        return self._publish("AcceleratorPool", pool.name, spec, waits_for, asked)

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
        asked: pulumi.ResourceHookBinding | None = None,
    ) -> CustomResource:
        return CustomResource(
            f"{kind}/{name}",
            api_version=GROUP_VERSION,
            kind=kind,
            metadata=ObjectMetaArgs(name=name),
            spec=spec,
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=self._provider,
                depends_on=list(waits_for),
                protect=self._datacenter.protect,
                hooks=asked,
            ),
        )
