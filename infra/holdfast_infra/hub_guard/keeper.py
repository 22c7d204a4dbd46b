"""The hub's cluster does not go, and is not replaced, while anything of anybody is stored in it.

cluster deleted or replaced    the hub is asked; refused while it knows a pool, and while it does not answer; a server
                               without our kinds may be any other, so a person says that it is the hub: by making them
cluster changed in place       passes: its control plane is regional, and stays where it is
its network, nodes, account    pass: Google refuses to delete a network that a cluster uses, and to replace one is to
                               replace the cluster first
"""

from __future__ import annotations

import pulumi

from holdfast_infra.hub_guard.change import Change
from holdfast_infra.hub_guard.connection import Hub, HubSilent, NoDefinitions
from holdfast_infra.hub_guard.guard import RefusedByHub
from holdfast_infra.hub_guard.ledger import Refusal, listed

KEEP_HOOK = "keep-the-hub"
CLUSTER = "gcp:container/cluster:Cluster"
LABEL = "holdfast-hub"
"""On the cluster and on its nodes, for Google's bill; `holdfast guard` tells the hub's cluster from a site's by it."""


def is_the_hub(change: Change) -> bool:
    """Whether a thing is the hub's own cluster, as it says itself."""
    return change.kind == CLUSTER and LABEL in (change.old.get("resourceLabels") or {})


class HubKeeper:
    """Asks the hub whether it may go."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def hook(self, *, in_previews: bool = True) -> pulumi.ResourceHook:
        """The hook, registered with the engine, for previews too unless somebody judges the whole plan himself."""
        return pulumi.ResourceHook(
            KEEP_HOOK, self._on_change, pulumi.ResourceHookOptions(on_dry_run=in_previews)
        )

    def refusal(self, kind: str, *, goes: bool) -> Refusal | None:
        """None if this may happen to a resource of this kind.

        goes: it is deleted or replaced, not changed in place.
        """
        if kind != CLUSTER or not goes:
            return None
        try:
            pools = sorted(str((each.get("metadata") or {}).get("name")) for each in self._hub.pools())
        except NoDefinitions as error:
            return Refusal(
                f"the server that answers for the hub has none of Holdfast's kinds ({error}), so it is another "
                "cluster, or the hub's first up ended before it made them",
                "correct holdfast:hubKubeconfig and holdfast:hubContext; if it is the hub, kubectl apply -k "
                "manifests/definitions --server-side on it, then run this again",
            )
        except HubSilent as error:
            return Refusal(
                f"the hub did not answer, so nobody can say what is promised on it ({error})",
                "bring it back, or correct holdfast:hubKubeconfig and holdfast:hubContext",
            )
        if not pools:
            return None
        return Refusal(
            f"the hub knows {listed(pools)}, and with it every promise made on that would be gone",
            "destroy the stacks of these datacenters first, or undo the change (the preview names the input)",
        )

    def _on_change(self, args: pulumi.ResourceHookArgs) -> None:
        """Ask before the cluster is deleted."""
        refusal = self.refusal(args.type, goes=not args.new_inputs)
        if refusal:
            raise RefusedByHub(f"{args.name} is not deleted or replaced: {refusal}")
