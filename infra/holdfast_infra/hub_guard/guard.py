"""The hook that hardware and the published pools and site carry: before a change, the hub is asked.

The engine calls it in previews and in ups, for removal, replacement and update alike. It only asks: draining
comes before, never in here, because hooks run late and side by side. Whatever keeps the hub from answering
is a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from holdfast.hardware.names import GROUP_VERSION, POOL_LABEL, UNIT_LABEL
from holdfast_infra.ground import Ground
from holdfast_infra.hub_guard.connection import Hub, HubSilent
from holdfast_infra.hub_guard.promises import may_declare
from holdfast_infra.hub_guard.removal import Object, Refusal, leaves_hardware, may_close, may_remove
from holdfast_infra.hub_guard.site import may_change_site, takes_supply
from holdfast_infra.hub_guard.supply import takings

HOOK_NAME = "ask-the-hub"
POOL = f"kubernetes:{GROUP_VERSION}:AcceleratorPool"
SITE = f"kubernetes:{GROUP_VERSION}:Datacenter"
SEAL = f"kubernetes:{GROUP_VERSION}:StackSeal"


class RefusedByHub(Exception):
    """Hardware that may not leave; the engine stops this step and shows the sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the engine is about to do to one piece of hardware."""

    kind: str
    name: str
    old: Object
    new: Object | None
    """Inputs after the change; None if it is deleted or replaced."""

    @property
    def named(self) -> str:
        """Name of the object in the hub."""
        return str((self.old.get("metadata") or {}).get("name"))


class HubGuard:
    """Asks the hub about each change of one run.

    It remembers what it let go, because two units may leave singly and not both, and that the hub was silent:
    what follows in the same run is refused at once instead of after one more wait for each unit.
    """

    def __init__(self, hub: Hub, datacenter: str) -> None:
        self._hub = hub
        self._datacenter = datacenter
        self.ground = Ground()
        self._departing: dict[str, set[str]] = {}
        self._silence: HubSilent | None = None

    def hook(self) -> pulumi.ResourceHook:
        """The hook, registered with the engine, for previews too."""
        return pulumi.ResourceHook(HOOK_NAME, self._on_change, pulumi.ResourceHookOptions(on_dry_run=True))

    def refusal(self, change: Change) -> Refusal | None:
        """None if the change may happen."""
        if takes_nothing(change):
            return None
        moving = self._moving(change)
        if moving:
            return _not_replaced(moving)
        if self._silence is None:
            try:
                return self._ask(change)
            except HubSilent as error:
                self._silence = error
        return Refusal(
            f"the hub did not answer, so nobody can say what {change.name} backs ({self._silence})",
            "bring the hub back, or correct holdfast:hubKubeconfig and holdfast:hubContext",
        )

    def _moving(self, change: Change) -> str:
        pool, _ = unit_of(change.old)
        return self.ground.moving(change.kind, change.name, pool) if change.new is None else ""

    def _ask(self, change: Change) -> Refusal | None:
        ask = {POOL: self._ask_about_pool, SITE: self._ask_about_site}.get(
            change.kind, self._ask_about_hardware
        )
        return ask(change)

    def _ask_about_pool(self, change: Change) -> Refusal | None:
        name = change.named
        pool = self._hub.pool(name)
        if change.new is None:
            return may_close([pool], self._datacenter) if pool else None
        return may_declare(pool, name, change.new["spec"], self._hub.report(name) if pool else None)

    def _ask_about_site(self, change: Change) -> Refusal | None:
        if change.new is None:
            return may_close(self._hub.pools(), self._datacenter)
        here = [pool for pool in self._hub.pools() if self._is_here(pool)]
        reports = ((pool, self._hub.report(pool["metadata"]["name"])) for pool in here)
        return may_change_site(change.old["spec"], change.new["spec"], reports)

    def _is_here(self, pool: Object) -> bool:
        """Whether a pool is this datacenter's; one that cannot be read could be."""
        return bool((pool.get("spec") or {}).get("datacenter", self._datacenter) == self._datacenter)

    def _ask_about_hardware(self, change: Change) -> Refusal | None:
        pool, unit = unit_of(change.old)
        if not pool or not unit:
            return may_close(self._hub.pools(), self._datacenter)
        departing = self._departing.setdefault(pool, set())
        refusal = may_remove(self._hub.pool(pool), pool, unit, departing)
        if refusal is None:
            departing.add(unit)
        return refusal

    def _on_change(self, args: pulumi.ResourceHookArgs) -> None:
        """Ask the hub before this hardware is updated or deleted."""
        # The SDK hands over an empty mapping, not None, where the engine sent no new inputs.
        change = Change(args.type, args.name, args.old_inputs or {}, args.new_inputs or None)
        refusal = self.refusal(change)
        if refusal:
            verb = "changed" if change.new is not None else "deleted or replaced"
            raise RefusedByHub(f"{change.name} is not {verb}: {refusal}")


def takes_nothing(change: Change) -> bool:
    """Whether a change takes nothing from anybody, so that nobody need be asked."""
    if change.new is None:
        return False
    try:
        if change.kind == POOL:
            return not takings(change.old["spec"], change.new["spec"])
        if change.kind == SITE:
            return not takes_supply(change.old["spec"], change.new["spec"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return False
    return leaves_hardware(change.kind, change.old, change.new)


def _not_replaced(moving: str) -> Refusal:
    return Refusal(
        f"{moving} would be replaced, and all that stands on it would be deleted and made again",
        "undo the change (the preview names the input), correct holdfast:hubContext if it leads to another hub, or "
        "destroy the stack once nothing in it is promised",
    )


def unit_of(inputs: Object) -> tuple[str, str]:
    """Pool and unit that hardware with these inputs is, by the labels of its nodes or its own; empty for none."""
    marked = inputs.get("nodeConfig") or inputs.get("node_config") or inputs.get("metadata")
    labels = marked.get("labels") if isinstance(marked, Mapping) else None
    if not isinstance(labels, Mapping):
        return "", ""
    return str(labels.get(POOL_LABEL) or ""), str(labels.get(UNIT_LABEL) or "")
