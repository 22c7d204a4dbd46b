"""How to reach the hub: said once, used to publish and to ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HubAddress:
    """A kubeconfig file and one of its contexts."""

    kubeconfig: str
    context: str
