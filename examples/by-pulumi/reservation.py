"""A reservation as a Pulumi component, around the kubernetes provider's CustomResource.

It is protected unless you say otherwise: to delete it gives the promise up, and its units go to the next in line. A
field that cannot change (accelerator, topology) is refused by the hub, never replaced. Pulumi does not wait for it: a
window may open in months; `kubectl holdfast watch` and holdfast.client's `wait` do.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from holdfast.client import Ask
from holdfast.client.asked import spec_of

KIND = {"api_version": "holdfast.dev/v1alpha1", "kind": "CapacityReservation"}
NOT_AWAITED = {"pulumi.com/skipAwait": "true"}


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is reserved and where it is asked for. `given_up` lets the next `up` or `destroy` delete it."""

    namespace: str
    ask: Ask
    given_up: bool = False


class Reservation(pulumi.ComponentResource):
    """One CapacityReservation, called as it is here. `path` is namespace/name."""

    path: pulumi.Output[str]

    def __init__(self, name: str, reserved: Reserved, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:tenant:Reservation", name, opts=opts)
        self.object = CustomResource(
            name,
            **KIND,
            metadata=ObjectMetaArgs(name=name, namespace=reserved.namespace, annotations=NOT_AWAITED),
            spec=spec_of(reserved.ask),
            opts=pulumi.ResourceOptions(parent=self, protect=not reserved.given_up),
        )
        self.path = self.object.id
        self.register_outputs({"path": self.path})
