"""The provider for objects in the datacenter's own cluster.

A declared kubeconfig or context is taken as it is. Without one a GKE cluster is entered by its DNS endpoint, as whoever
runs the program: gke-gcloud-auth-plugin must be on PATH
(docs.cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl).
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.hub_address import HubAddress


def site_provider(
    site: str, address: HubAddress | None, endpoint: pulumi.Output[str] | None, parent: pulumi.Resource
) -> kubernetes.Provider:
    """The provider of one site's cluster: by its declared address, else by its endpoint."""
    made = endpoint.apply(lambda host: json.dumps(kubeconfig(site, host))) if endpoint else None
    return kubernetes.Provider(
        "site",
        kubeconfig=address.kubeconfig if address else made,
        context=address.context if address else site,
        # One site is one cluster, however its kubeconfig is renewed.
        cluster_identifier=f"holdfast-site-{site}",
        enable_server_side_apply=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def kubeconfig(site: str, host: str) -> dict[str, Any]:
    """A kubeconfig for a cluster's DNS endpoint, whose certificate every machine knows; no credential is in it."""
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "gke-gcloud-auth-plugin",
        "provideClusterInfo": True,
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": site, "cluster": {"server": f"https://{host}"}}],
        "users": [{"name": site, "user": {"exec": plugin}}],
        "contexts": [{"name": site, "context": {"cluster": site, "user": site}}],
        "current-context": site,
    }
