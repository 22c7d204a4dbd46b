"""What the node pools of units are told of their site: made by the same stack, or read from the one that shares it.

    shared stack   exports names: cluster, account of its nodes, workload policies, further networks card by card
    block's stack  reads them by a stack reference, and nothing else; what they are like stands in its own declaration

A block comes up after the shared stack and goes before it. What is not exported yet stops the run with one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from holdfast_infra.declaration import Datacenter
from holdfast_infra.fabric_network import Attachment

CLUSTER, ACCOUNT, POLICIES, NETWORKS = "cluster", "nodeAccount", "workloadPolicies", "networks"


@dataclass(frozen=True, slots=True)
class SharedSite:
    """What the units of a datacenter stand on."""

    cluster: pulumi.Input[str]
    node_account: pulumi.Input[str]
    """E-mail of the service account of its nodes."""
    policies: Mapping[str, pulumi.Input[str]]
    """Workload policies that this stack does not make, by topology."""
    attachments: Mapping[str, Sequence[Attachment]]
    """Further networks of a host, by accelerator type."""


def export(site: SharedSite) -> None:
    """Let the blocks of this datacenter read it."""
    pulumi.export(CLUSTER, site.cluster)
    pulumi.export(ACCOUNT, site.node_account)
    pulumi.export(POLICIES, dict(site.policies))
    networks = {
        kind: [{"network": each.network, "subnetwork": each.subnetwork} for each in cards]
        for kind, cards in site.attachments.items()
    }
    pulumi.export(NETWORKS, networks)


def shared_by(datacenter: Datacenter) -> SharedSite:
    """What the shared stack of a block's datacenter has exported."""
    name = datacenter.site.name
    stack = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{name}")

    def known(*path: str | int) -> pulumi.Output[str]:
        return stack.outputs.apply(lambda outputs: exported(name, outputs, path))

    kinds = {pool.accelerator.name: pool.accelerator for pool in datacenter.pools}
    placed = {pool.topology for pool in datacenter.pools if pool.accelerator.unit in ("cube", "domain")}
    return SharedSite(
        cluster=known(CLUSTER),
        node_account=known(ACCOUNT),
        policies={topology: known(POLICIES, topology) for topology in sorted(placed)},
        attachments={
            kind: [
                Attachment(
                    known(NETWORKS, kind, card, "network"), known(NETWORKS, kind, card, "subnetwork"), ""
                )
                for card in range(accelerator.fabric.cards)
            ]
            for kind, accelerator in kinds.items()
            if datacenter.addresses.fabric(kind)
        },
    )


def exported(stack: str, outputs: Mapping[str, Any], path: Sequence[str | int]) -> str:
    """One name among what a shared stack has exported. Raises pulumi.RunError if it is not there."""
    found: Any = outputs
    for key in path:
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            field = ".".join(map(str, path))
            raise pulumi.RunError(
                f"stack {stack} shares no {field}, so this block has nothing to stand on, and nothing was planned; "
                f"bring it up first: pulumi up --stack {stack}"
            ) from None
    return str(found)
