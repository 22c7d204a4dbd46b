"""What the hub stack makes, once its configuration is read and the hub has said who it is.

    1. kinds and guards
    2. rights and policies
    3. the operator, where it runs in the hub, and the console, where it has an address

The first stack of all: datacenters' stacks publish into what it makes. `docs/stacks.md`, "The hub".
"""

from __future__ import annotations

import pulumi_kubernetes as kubernetes

from holdfast_infra.declaration.hub import HubPlan, OperatorPlan
from holdfast_infra.hub_address import NamedHub
from holdfast_infra.in_cluster.manifests import Manifest, not_awaited, with_argument, with_image
from holdfast_infra.in_cluster.software import Software, ours

CONSOLE = "holdfast-console"
_RUNNING = ("Deployment", "Service", "PodDisruptionBudget")
"""Of the console; its account and rights are there either way."""
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
    rest = ours(WITH_OPERATOR) if plan.operator else ours(RIGHTS)
    wanted = (each for each in rest if (plan.operator and plan.operator.console) or not _of_console(each))
    software.apply([_placed(each, plan.operator) for each in wanted], definitions)


def _of_console(document: Manifest) -> bool:
    return document["metadata"].get("name") == CONSOLE and document["kind"] in _RUNNING


def _placed(document: Manifest, operator: OperatorPlan | None) -> Manifest:
    """A Deployment with the declared image; the operator's with its replicas, the console's with its address."""
    if operator is None or document["kind"] != "Deployment":
        return document
    made = with_image(document, operator.image)
    if not _of_console(document):
        return {**made, "spec": {**made["spec"], "replicas": operator.replicas}}
    return with_argument(not_awaited(made), "--public", operator.console)
