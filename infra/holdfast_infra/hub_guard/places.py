"""Which pools stand or fall with a change. Told by the thing itself, and not only by the stack file. Pure.

    a seal                                       the pools that it names, and no others
    a datacenter in the hub                      those of the datacenter of that name
    hardware that is labelled for Google's bill  those of the datacenter on the label
    other hardware                               those of the datacenter after which it, or its VPC, is named
    everything but a seal                        those of the declared datacenter, too

What stands keeps its name when a stack is renamed, or when a block's declaration is given a shorter name that fits its
stack as well: the declared name alone would then find no pool, and nothing promised. Only a Network in a site's own
cluster tells nothing of its own; the GKENetworkParamSet below it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from holdfast_infra.cost_labels import DATACENTER
from holdfast_infra.hub_guard.change import SEAL, SITE, Change
from holdfast_infra.hub_guard.ledger import Object


def at_stake(change: Change, pools: Iterable[Object], declared: str) -> list[Object]:
    """Those of the hub's pools that stand or fall with a change; one that cannot be read could be.

    declared: the datacenter as the stack file names it now.
    """
    every = list(pools)
    sealed = _sealed(change)
    if sealed is not None:
        return [pool for pool in every if _name(pool) in sealed]
    known = {declared, *filter(None, map(datacenter_of, every))}
    here = {"", declared, _told(change, known)}
    return [pool for pool in every if datacenter_of(pool) in here]


def datacenter_of(pool: Object) -> str:
    """Of a pool as the hub returned it; empty where it cannot be read."""
    spec = pool.get("spec")
    return str(spec.get("datacenter") or "") if isinstance(spec, Mapping) else ""


def _sealed(change: Change) -> frozenset[str] | None:
    """The pools that a seal names: of a block's stack, only its own; None for anything but a seal."""
    pools = (change.old.get("spec") or {}).get("pools") if change.kind == SEAL else None
    return frozenset(pools) if isinstance(pools, Sequence) else None


def _told(change: Change, known: Collection[str]) -> str:
    """The datacenter that a thing belongs to by its own inputs; empty where they do not tell."""
    if change.kind == SITE:
        return change.named
    return _label(change.old) or max(_named_after(change, known), key=len, default="")


def _label(old: Object) -> str:
    marked = old if "resourceLabels" in old else old.get("nodeConfig")
    labels = marked.get("resourceLabels") if isinstance(marked, Mapping) else None
    return str(labels.get(DATACENTER) or "") if isinstance(labels, Mapping) else ""


def _named_after(change: Change, known: Collection[str]) -> Iterator[str]:
    spec = change.old.get("spec")
    names = (change.name, spec.get("vpc") if isinstance(spec, Mapping) else None)
    for each in known:
        if any(name == each or str(name).startswith(f"{each}-") for name in names):
            yield each


def _name(pool: Object) -> str:
    return str((pool.get("metadata") or {}).get("name"))
