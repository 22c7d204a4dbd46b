"""The hook every piece of hardware carries: before it is updated or deleted, the hub is asked.

The engine calls it in previews and in ups, for removal, replacement and update alike. It only asks: draining
comes before, never in here, because hooks run late and side by side. Whatever keeps the hub from answering
is a no.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL
from holdfast_infra.hub_guard.connection import Hub, HubSilentError
from holdfast_infra.hub_guard.removal import Object, Refusal, leaves_hardware, may_close, may_remove

HOOK_NAME = "ask-the-hub"


class RefusedByHubError(Exception):
    """Hardware that may not leave; the engine stops this step and shows the sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the engine is about to do to one piece of hardware."""

    kind: str
    name: str
    old: Object
    new: Object | None
    """Inputs after the change; None if it is deleted or replaced."""


class HubGuard:
    """Asks the hub about each change of one run.

    It remembers what it let go, because two units may leave singly and not both, and that the hub was silent:
    what follows in the same run is refused at once instead of after one more wait for each unit.
    """

    def __init__(self, hub: Hub, datacenter: str) -> None:
        self._hub = hub
        self._datacenter = datacenter
        self._departing: dict[str, set[str]] = {}
        self._silence: HubSilentError | None = None

    def hook(self) -> pulumi.ResourceHook:
        """The hook, registered with the engine, for previews too."""
        return pulumi.ResourceHook(HOOK_NAME, self._on_change, pulumi.ResourceHookOptions(on_dry_run=True))

    def refusal(self, change: Change) -> Refusal | None:
        """None if the change may happen."""
        if change.new is not None and leaves_hardware(change.kind, change.old, change.new):
            return None
        if self._silence is None:
            try:
                return self._ask(change)
            except HubSilentError as error:
                self._silence = error
        return Refusal(
            f"the hub did not answer, so nobody can say what {change.name} backs ({self._silence})",
            "bring the hub back, or correct holdfast:hubKubeconfig and holdfast:hubContext",
        )

    def _ask(self, change: Change) -> Refusal | None:
        labels = _labels(change.old)
        pool, unit = labels.get(POOL_LABEL), labels.get(UNIT_LABEL)
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
            raise RefusedByHubError(f"{change.name} is not {verb}: {refusal}")


def _labels(inputs: Object) -> Mapping[str, str]:
    node_config = inputs.get("nodeConfig") or inputs.get("node_config")
    labels = node_config.get("labels") if isinstance(node_config, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}
