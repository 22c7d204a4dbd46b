"""No hardware leaves, and no declared supply, before the hub was asked.

engine ── before delete, before update, in previews too ──▶ guard ──▶ connection ──▶ hub
                                                             ├──▶ inputs: what does a changed input do?     pure
                                                             ├──▶ exclusions: may this time be opened?      pure
                                                             ├──▶ undelivered: what no agent has seen yet   pure
                                                             ├──▶ places: which pools are at stake?         pure
                                                             ├──▶ removal: may this hardware leave?         pure
                                                             ├──▶ promises: may a pool be declared so?      pure
                                                             │     └──▶ trouble: whose units would fail?   pure
                                                             └──▶ site: may the datacenter be declared so?  pure
"""

from __future__ import annotations

from holdfast_infra.hub_guard.change import Change
from holdfast_infra.hub_guard.connection import Hub, HubSilent, KubernetesHub, KubernetesSite
from holdfast_infra.hub_guard.guard import HOOK_NAME, HubGuard, RefusedByHub
from holdfast_infra.hub_guard.ledger import Refusal
from holdfast_infra.hub_guard.promises import may_declare
from holdfast_infra.hub_guard.removal import may_close, may_remove
from holdfast_infra.hub_guard.site import may_change_site

__all__ = [
    "HOOK_NAME",
    "Change",
    "Hub",
    "HubGuard",
    "HubSilent",
    "KubernetesHub",
    "KubernetesSite",
    "Refusal",
    "RefusedByHub",
    "may_change_site",
    "may_close",
    "may_declare",
    "may_remove",
]
