"""Each step of a plan, put to the rules that the program's own hooks go by.

1. ground that is replaced is told to the guard first: what stands on it goes with it (hub_guard/ground.py)
2. each step becomes the change that the hook would be asked about, in the engine's order
3. refused                                          it touches what is promised
   allowed, takes hardware away, pool is pledged    it touches what is pledged
   otherwise                                        it touches nobody, and is left out
4. what an earlier run replaced and did not delete is no step of any preview: the state has it, and the next up
   deletes it
5. the hub's own cluster, and all of its stack, is put to the hook of that stack (hub_guard/keeper.py)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from holdfast_infra.engine_files import PlannedStep, State
from holdfast_infra.hub_guard import Change, HubGuard, Refusal
from holdfast_infra.hub_guard.change import POOL, UPGRADES, unit_of
from holdfast_infra.hub_guard.keeper import HubKeeper, is_the_hub
from holdfast_infra.hub_guard.places import at_stake, datacenter_of
from holdfast_infra.hub_guard.undelivered import Undelivered
from holdfast_infra.plan_guard.backing import Backing, behind_pools, behind_unit
from holdfast_infra.plan_guard.seen_hub import SeenHub

NO_GROUND = frozenset({
    "gcp:container/nodePool:NodePool", "gcp:serviceaccount/account:Account", "gcp:projects/iAMMember:IAMMember",
    "kubernetes:core/v1:NodePatch", "kubernetes:networking.gke.io/v1:Network",
    "kubernetes:networking.gke.io/v1:GKENetworkParamSet", UPGRADES,
})  # fmt: skip
"""Nothing else stands on these. Of all other hardware something may: it counts as ground."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A step that touches somebody; `refusal` is None where it is only pledged."""

    step: PlannedStep
    backing: Backing
    refusal: Refusal | None
    fields: tuple[str, ...]
    """Inputs that weigh, of an update by sub-field; otherwise those for which it is replaced."""

    @property
    def done(self) -> str:
        """`update nodeConfig.labels`: what happens to it."""
        return " ".join((self.step.op, ", ".join(self.fields))).strip()


Judged = tuple[Refusal | None, Backing]
"""Why a change does not happen, if it does not, and who is behind what it changes."""


def judge(
    steps: Iterable[PlannedStep],
    hub: SeenHub,
    datacenter: str,
    *,
    of_hub: bool = False,
    without_hardware: Undelivered | None = None,
) -> tuple[Touch, ...]:
    """Every step that touches somebody, in the order of the plan.

    of_hub: it is the plan of the hub's own stack.
    without_hardware: units that are declared so.
    """
    every = tuple(steps)
    guard = HubGuard(hub, datacenter, without_hardware)
    for step in every:
        if step.op == "replace" and step.kind not in NO_GROUND:
            guard.ground.await_answer(step.kind, step.name, _borne(step))

    def judged(change: Change) -> Judged:
        if of_hub or is_the_hub(change):
            return _kept(change, hub)
        return guard.refusal(change), _backing(change, hub, datacenter)

    return tuple(_touches(every, judged))


def left_to_delete(state: State) -> Iterator[PlannedStep]:
    """The deletions that an earlier run left behind; the next up does them, and no preview shows them."""
    for each in state.resources:
        if each.replaced:
            yield PlannedStep(
                "delete", each.urn, each.kind, each.name, each.inputs, None, ("replaced before",)
            )


def _touches(steps: Iterable[PlannedStep], judged: Callable[[Change], Judged]) -> Iterator[Touch]:
    for step in steps:
        change = Change(step.kind, step.name, step.old, step.new)
        refusal, backing = judged(change)
        if refusal or (step.new is None and backing.pledges):
            fields = tuple(each.path for each in change.weighty) or step.fields
            yield Touch(step, backing if refusal else Backing((), backing.pledges), refusal, fields)


def _kept(change: Change, hub: SeenHub) -> Judged:
    """Of the hub's own stack: where it is refused, everybody is behind it."""
    refusal = HubKeeper(hub).refusal(change.kind, goes=change.new is None)
    return refusal, behind_pools(filter(datacenter_of, hub.pools())) if refusal else Backing()


def _backing(change: Change, hub: SeenHub, datacenter: str) -> Backing:
    if change.kind == UPGRADES:
        return Backing()
    name, unit = unit_of(change.old)
    if change.kind == POOL:
        name = change.named
    if not name:
        return behind_pools(filter(datacenter_of, at_stake(change, hub.pools(), datacenter)))
    pool = hub.pool(name)
    if pool is None:
        return Backing()
    return behind_unit(pool, unit) if unit else behind_pools([pool])


def _borne(step: PlannedStep) -> tuple[str, ...]:
    """Pools whose units stand on it; empty for all."""
    return (str((step.old.get("metadata") or {}).get("name")),) if step.kind == POOL else ()
