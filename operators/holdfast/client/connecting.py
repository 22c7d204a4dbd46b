"""From a kubeconfig to a tenant's client."""

from __future__ import annotations

from holdfast.client.client import Client, Pace
from holdfast.cluster.ways import NoWay, way_to


def connect(
    namespace: str | None = None,
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    pace: Pace | None = None,
) -> Client:
    """The hub that kubectl would ask, as its user. Datacenters are asked by the contexts called like them.

    Raises NoWay.
    """
    hub = way_to(kubeconfig, context)
    space = namespace or hub.namespace
    if not space:
        raise NoWay(
            f"which namespace is yours? {context or 'The current context'} names none, so nothing was asked: give "
            "connect a namespace, or set one with `kubectl config set-context --current --namespace=NAMESPACE`"
        )
    return Client(hub, space, site=lambda datacenter: way_to(kubeconfig, datacenter), pace=pace or Pace())
