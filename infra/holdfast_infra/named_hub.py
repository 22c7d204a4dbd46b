"""The hub says who it is, or the run ends with one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pulumi

from holdfast_infra.hub_address import HubAddress, NamedHub
from holdfast_infra.hub_guard import Hub, HubSilent

Answer = TypeVar("Answer")


def named(address: HubAddress, hub: Hub) -> NamedHub:
    """Ask the hub at an address who it is. Raises pulumi.RunError."""
    return NamedHub(
        address,
        _answer(hub.identity, address),
        lambda kind, name: _answer(lambda: hub.published(kind, name), address),
    )


def _answer(question: Callable[[], Answer], address: HubAddress) -> Answer:
    try:
        return question()
    except HubSilent as error:
        raise pulumi.RunError(
            f"holdfast:hubContext = {address.context!r}: the hub did not answer ({error}), so nobody can say what is "
            "promised, and nothing was planned; bring the hub back, or correct holdfast:hubKubeconfig and "
            "holdfast:hubContext"
        ) from None
