"""How to reach the hub: said once, used to publish and to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HubAddress:
    """A kubeconfig file and one of its contexts."""

    kubeconfig: str
    context: str


@dataclass(frozen=True, slots=True)
class NamedHub:
    """A hub that has said who it is: the id that it keeps whatever a kubeconfig calls it."""

    address: HubAddress
    identity: str
    published: Callable[[str, str], Mapping[str, Any] | None]
    """The object of a kind and a name as it is in the hub now; its silence ends the run."""
