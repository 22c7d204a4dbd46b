"""A companion's own manifests, fitted to a lab: no pods to run it in, webhooks that answer on loopback. Pure.

Kept as they are: definitions, roles and bindings, which webhooks there are and what they are asked. Left out: what runs
its program in a cluster, and the API that stands behind a service of the cluster.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

Object = dict[str, Any]
_ONLY_IN_A_CLUSTER = frozenset({"Deployment", "Service", "ConfigMap", "Secret", "APIService"})


def fitted(objects: Iterable[Object], endpoint: str, authority: str) -> list[Object]:
    """The objects to apply; `endpoint` is `https://host:port`, `authority` in base64 checks its certificate."""
    kept = (copy.deepcopy(one) for one in objects if one["kind"] not in _ONLY_IN_A_CLUSTER)
    return [_answered_here(one, endpoint, authority) for one in kept]


def _answered_here(one: Object, endpoint: str, authority: str) -> Object:
    for client in _clients(one):
        service = client.pop("service")
        client.update(url=endpoint + service.get("path", ""), caBundle=authority)
    return one


def _clients(one: Object) -> list[Object]:
    """Everywhere in the object where it is said how to call its controller."""
    if one["kind"].endswith("WebhookConfiguration"):
        return [webhook["clientConfig"] for webhook in one["webhooks"]]
    conversion = one["spec"].get("conversion", {}) if one["kind"] == "CustomResourceDefinition" else {}
    client = conversion.get("webhook", {}).get("clientConfig", {})
    return [client] if "service" in client else []
