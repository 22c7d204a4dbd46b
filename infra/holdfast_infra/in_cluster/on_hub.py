"""What the hub stack makes, once its configuration is read and the hub has said who it is.

    1. kinds and guards
    2. rights and policies
    3. the operator, where it runs in the hub

The first stack of all: datacenters' stacks publish into what it makes. `docs/stacks.md`, "The hub".
"""

from __future__ import annotations

import pulumi_kubernetes as kubernetes

from holdfast_infra.declaration.hub import HubPlan, OperatorPlan
from holdfast_infra.hub_address import NamedHub
from holdfast_infra.in_cluster.manifests import Manifest, with_image
from holdfast_infra.in_cluster.software import Software, ours

DEFINITIONS, RIGHTS, WITH_OPERATOR = "definitions", "hub", "overlays/in-cluster/hub"


def build_hub(plan: HubPlan, hub: NamedHub) -> None:
    """Make everything of the manifests that belongs onto a hub."""
    provider = kubernetes.Provider(
        "hub",
        kubeconfig=hub.address.kubeconfig,
        context=hub.address.context,
        cluster_identifier=hub.identity,
        enable_server_side_apply=True,
    )
    software = Software("hub", provider)
    definitions = software.apply(ours(DEFINITIONS), stays=True)
    rest = ours(WITH_OPERATOR if plan.operator else RIGHTS)
    software.apply([_placed(each, plan.operator) for each in rest], definitions)


def _placed(document: Manifest, operator: OperatorPlan | None) -> Manifest:
    """The operator's Deployment with the declared image and replicas; everything else as it is."""
    if operator is None or document["kind"] != "Deployment":
        return document
    made = with_image(document, operator.image)
    return {**made, "spec": {**made["spec"], "replicas": operator.replicas}}
