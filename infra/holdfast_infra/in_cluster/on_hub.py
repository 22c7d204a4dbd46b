"""What the hub stack makes, once its configuration is read.

    1. its cluster, where that is declared; else it is there already, and says who it is
    2. kinds and guards
    3. rights and policies
    4. the operator, where it runs in the hub, and the console, where it has an address

The first stack of all: datacenters' stacks publish into what it makes. `docs/stacks.md`, "The hub".
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.declaration.hub import HubPlan, OperatorPlan, SignInPlan
from holdfast_infra.guarded import Guarded
from holdfast_infra.hub_address import NamedHub
from holdfast_infra.hub_guard import Hub
from holdfast_infra.hub_guard.keeper import HubKeeper
from holdfast_infra.in_cluster.documents import Manifest
from holdfast_infra.in_cluster.manifests import not_awaited, with_argument, with_image
from holdfast_infra.in_cluster.software import Software, ours
from holdfast_infra.named_hub import named
from holdfast_infra.settings import HubSettings

CONSOLE = "holdfast-console"
_RUNNING = ("Deployment", "Service", "PodDisruptionBudget", "ConfigMap")
"""Of the console; its account and rights are there either way."""
DEFINITIONS, RIGHTS, WITH_OPERATOR = "definitions", "hub", "overlays/in-cluster/hub"


def build_hub(settings: HubSettings, hub: Hub, *, in_previews: bool = True) -> None:
    """Make the hub: its cluster if it is declared, and everything of the manifests that belongs onto it.

    in_previews: whether the hub is asked in previews too; not where somebody judges the whole plan himself.
    """
    if settings.plan.cluster is None:
        _install(settings.plan, _provider(named(settings.hub, hub)))
        return
    # Loaded where it is needed: a hub that is there already has nothing of Google's.
    module = import_module("holdfast_infra.hub_cluster")
    guarded = Guarded(HubKeeper(hub).hook(in_previews=in_previews))
    made = module.HubCluster(settings.plan.cluster, settings.declared_cluster, guarded)
    pulumi.export("endpoint", made.address)
    _install(settings.plan, made.way_in, (made.cluster, made.nodes))


def _provider(hub: NamedHub) -> kubernetes.Provider:
    return kubernetes.Provider(
        "hub",
        kubeconfig=hub.address.kubeconfig,
        context=hub.address.context,
        cluster_identifier=hub.identity,
        enable_server_side_apply=True,
    )


def _install(plan: HubPlan, provider: kubernetes.Provider, after: Sequence[pulumi.Resource] = ()) -> None:
    software = Software("hub", provider)
    definitions = software.apply(ours(DEFINITIONS), after, stays=True)
    rest = ours(WITH_OPERATOR) if plan.operator else ours(RIGHTS)
    wanted = (each for each in rest if (plan.operator and plan.operator.console) or not _of_console(each))
    software.apply([_placed(each, plan.operator) for each in wanted], (*after, *definitions))


def _of_console(document: Manifest) -> bool:
    return document["metadata"].get("name") == CONSOLE and document["kind"] in _RUNNING


def _placed(document: Manifest, operator: OperatorPlan | None) -> Manifest:
    """A Deployment with the declared image; the operator's with its replicas, the console's with address and issuer."""
    if operator is not None and document["kind"] == "ConfigMap" and _of_console(document):
        return {**document, "data": {**document["data"], **_told(operator.sign_in)}}
    if operator is None or document["kind"] != "Deployment":
        return document
    made = with_image(document, operator.image)
    if not _of_console(document):
        return {**made, "spec": {**made["spec"], "replicas": operator.replicas}}
    return with_argument(not_awaited(made), "--public", operator.console)


def _told(sign_in: SignInPlan | None) -> Manifest:
    """What the console's ConfigMap says of the issuer."""
    if sign_in is None:
        return {}
    return {
        "oidc-issuer": sign_in.issuer,
        "oidc-client-id": sign_in.client_id,
        "oidc-scopes": sign_in.scopes,
        "oidc-secret-file": sign_in.secret_file,
        "oidc-ca-file": sign_in.ca_file,
    }
