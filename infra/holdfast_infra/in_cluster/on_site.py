"""The site agent beside the hosts, where a stack declares its image: policies and rights first, then the agent.

Policies, rights and kinds stay when the stack no longer has them: tenants' pods may be running behind them. The stack
does not wait for the agent: it runs once its Secret `holdfast-hub` is there, which nobody can make before the stack has
made its account in the hub (docs/stacks.md, "The agent"), and the hub sees whether it is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast.hardware.names import AGENTS_NAMESPACE
from holdfast_infra.in_cluster.documents import Manifest
from holdfast_infra.in_cluster.manifests import not_awaited, with_image
from holdfast_infra.in_cluster.software import Software, ours

SITE, WITH_AGENT = "site", "overlays/in-cluster/site"


@dataclass(frozen=True, slots=True)
class AgentArgs:
    """A site's agent: its image, and the ways into the hub and into the site's cluster."""

    site: str
    image: str
    hub: kubernetes.Provider
    cluster: kubernetes.Provider


def build_agent(args: AgentArgs) -> tuple[pulumi.Resource, ...]:
    """Its account in the hub, and everything of the manifests that belongs into a datacenter's cluster."""
    metadata = {"name": args.site, "namespace": AGENTS_NAMESPACE}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    software, below = Software(f"{args.site}-software", args.cluster), ours(SITE)
    around = software.apply(below, stays=True)
    agent = [_placed(each, args.site, args.image) for each in ours(WITH_AGENT) if each not in below]
    return (
        *Software(f"{args.site}-account", args.hub).apply([account], stays=True),
        *around,
        *software.apply(agent, around),
    )


def _placed(document: Manifest, site: str, image: str) -> Manifest:
    """The agent's Deployment with the declared image, and its datacenter's name where it reads it."""
    if document["kind"] == "ConfigMap":
        return {**document, "data": {**document["data"], "datacenter": site}}
    return not_awaited(with_image(document, image))
