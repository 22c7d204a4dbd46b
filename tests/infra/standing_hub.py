"""A hub that answers from memory, and loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast_infra.hub_address import HubAddress

HUB_IDENTITY = "6f1c0b8e-6a53-4f5e-9d0e-0d6d2f3a9b11"
"""The uid of kube-system in the recorded runs' hub."""


@dataclass(frozen=True)
class StandingHub:
    """A hub that answers and has never heard of this stack."""

    address: HubAddress

    def identity(self) -> str:
        return HUB_IDENTITY

    def published(self, kind: str, name: str) -> None:
        return None

    def pool(self, name: str) -> None:
        return None

    def pools(self) -> list[Any]:
        return []

    def report(self, pool: str) -> None:
        return None
