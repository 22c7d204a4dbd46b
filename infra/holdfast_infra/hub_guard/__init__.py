"""No hardware leaves before the hub was asked.

engine ── before delete, before update, in previews too ──▶ guard ──▶ connection ──▶ hub
                                                             └──▶ removal: the decision, pure
"""

from holdfast_infra.hub_guard.connection import Hub, HubSilentError, KubernetesHub
from holdfast_infra.hub_guard.guard import HOOK_NAME, Change, HubGuard, RefusedByHubError
from holdfast_infra.hub_guard.removal import Refusal, leaves_hardware, may_close, may_remove

__all__ = [
    "HOOK_NAME",
    "Change",
    "Hub",
    "HubGuard",
    "HubSilentError",
    "KubernetesHub",
    "Refusal",
    "RefusedByHubError",
    "leaves_hardware",
    "may_close",
    "may_remove",
]
