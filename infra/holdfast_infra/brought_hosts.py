"""Units whose hosts are there already: bare metal of any Kubernetes cluster, or of Google Distributed Cloud.

The program makes no machine. It writes on each host which pool and which unit it is, by server-side apply of these two
labels and nothing else; from then on the site agent, who sees a marked node that nobody holds, closes it and keeps it
closed (holdfast/agent/). The standing taint is not written here: a node's taints are one atomic list, so an up that
owned it would shut out the tenant whom the agent has let in.

Taking the labels away is guarded like a deletion: a host that is no unit any more has left the pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import NodePatch
from pulumi_kubernetes.meta.v1 import ObjectMetaPatchArgs

from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL
from holdfast_infra.declaration import Pool, Unit
from holdfast_infra.guarded import Guarded
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.site_cluster import site_provider
from holdfast_infra.unit_node_pool import PublishedPool


@dataclass(frozen=True, slots=True)
class BroughtHostsArgs:
    """The pools of a site and the cluster their hosts are in."""

    site: str
    cluster: HubAddress
    """Kubeconfig and context of the site's own cluster."""
    pools: Sequence[PublishedPool]
    guarded: Guarded


class BroughtHosts(pulumi.ComponentResource):
    """The marks on every host of every delivered unit, by the names of the hosts."""

    def __init__(self, name: str, args: BroughtHostsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:BroughtHosts", name, None, opts)
        self._args = args
        self.provider = site_provider(args.site, args.cluster, None, self)
        self.hardware: tuple[pulumi.Resource, ...] = tuple(
            self._mark(published, unit, node)
            for published in args.pools
            for unit in published.pool.delivered
            for node in published.pool.nodes_of(unit)
        )
        self.register_outputs({})

    def _mark(self, published: PublishedPool, unit: Unit, node: str) -> NodePatch:
        options = self._args.guarded.options(self, [published.published])
        return NodePatch(
            f"host/{node}",
            metadata=ObjectMetaPatchArgs(name=node, labels=_marks(published.pool, unit)),
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(provider=self.provider)),
        )


def _marks(pool: Pool, unit: Unit) -> dict[str, str]:
    return {POOL_LABEL: pool.name, UNIT_LABEL: unit.name}
