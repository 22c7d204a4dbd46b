"""Do the stack's state, the hub and the site's nodes speak of the same hardware? Pure: documents in, findings out.

    state                     hub                       nodes           finding
    published object          gone, remade or edited    -               drift (drift.py)
    no such object            a pool under our seal     -               the stack has forgotten it
    node pool of a unit       unit not declared         -               hardware that nobody counts
    no node pool              unit declared as there    -               counted, and not made
    node pool of a unit       -                         none, or few    deleted out of band, or not come
    no node pool              -                         some            an orphan
    replaced, not deleted     -                         -               the next up deletes it
    asked, never answered     -                         -               nobody knows

What the ledger and the nodes say of one another is `holdfast audit`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.hardware.instants import seconds_of
from holdfast.hardware.names import GROUP_VERSION, POOL_LABEL, UNIT_LABEL
from holdfast_infra.drift import REMEDY, drift
from holdfast_infra.engine_files import State
from holdfast_infra.hub_guard.change import POOL, unit_of

Object = Mapping[str, Any]
Unit = tuple[str, str]
"""Pool and unit."""
_PUBLISHED = f"kubernetes:{GROUP_VERSION}:"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing on which they differ, and what to do."""

    subject: str
    wrong: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Seen:
    """All three; `nodes` is None where no cluster of the site was at hand. `published` are objects by kind and name."""

    state: State
    pools: Mapping[str, Object]
    published: Mapping[tuple[str, str], Object | None] = field(default_factory=dict)
    nodes: tuple[Object, ...] | None = None

    @property
    def hardware(self) -> frozenset[Unit]:
        """Units of which the state has hardware."""
        found = (unit_of(each.inputs) for each in self.state.resources if not each.replaced)
        return frozenset(each for each in found if each[1])

    @property
    def declared(self) -> dict[Unit, Object]:
        """Units as the hub has them declared, of pools under this stack's seal."""
        mine = {name: pool for name, pool in self.pools.items() if _seal(pool) == self.state.stack}
        return {
            (name, unit): each or {}
            for name, pool in mine.items()
            for unit, each in pool["spec"]["units"].items()
        }


def published_names(state: State) -> Iterator[tuple[str, str]]:
    """Kind and name of every object that the stack published."""
    for each in state.resources:
        if each.kind.startswith(_PUBLISHED) and not each.replaced:
            yield each.kind.removeprefix(_PUBLISHED), str((each.inputs.get("metadata") or {}).get("name"))


def differences(seen: Seen) -> tuple[Finding, ...]:
    """Every finding, in the order of the table above."""
    checks = (_drifted, _forgotten, _uncounted, _not_made, _without_nodes, _orphans, _left_over, _unanswered)
    return tuple(finding for check in checks for finding in check(seen))


def _drifted(seen: Seen) -> Iterator[Finding]:
    for each in seen.state.resources:
        kind, name = each.kind.removeprefix(_PUBLISHED), str((each.inputs.get("metadata") or {}).get("name"))
        if (kind, name) in seen.published and not each.replaced:
            wrong = drift(each.outputs.get("metadata") or {}, seen.published[kind, name])
            if wrong:
                yield Finding(f"{kind} {name}", wrong, REMEDY)


def _forgotten(seen: Seen) -> Iterator[Finding]:
    known = {
        str((each.inputs.get("metadata") or {}).get("name"))
        for each in seen.state.resources
        if each.kind == POOL
    }
    for name in sorted({pool for pool, _ in seen.declared} - known):
        yield Finding(
            f"AcceleratorPool {name}",
            "is in the hub under this stack's seal, and the state does not know it",
            "restore the state, or take it over: `holdfast stacks recover STATE --plan PLAN --imports FILE`",
        )


def _uncounted(seen: Seen) -> Iterator[Finding]:
    for pool, unit in sorted(seen.hardware - seen.declared.keys()):
        yield Finding(
            f"unit {pool}/{unit}",
            "has hardware in the state, and the hub does not count it: nobody sells or guards it",
            "run `pulumi up --refresh`, which publishes what is declared",
        )


def _not_made(seen: Seen) -> Iterator[Finding]:
    for (pool, unit), declared in sorted(seen.declared.items()):
        due = not declared.get("retiring") and _is_due(declared, seen.pools[pool])
        if due and (pool, unit) not in seen.hardware:
            yield Finding(
                f"unit {pool}/{unit}",
                "is counted by the hub as there, and the state has no hardware of it"
                + _held_by(seen, pool, unit),
                "run `pulumi up`; where it meets 409, `holdfast stacks recover`",
            )


def _without_nodes(seen: Seen) -> Iterator[Finding]:
    if seen.nodes is None:
        return
    there = _nodes_by_unit(seen.nodes)
    for pool, unit in sorted(seen.hardware & seen.declared.keys()):
        wanted = int(seen.pools[pool]["spec"].get("hostsPerUnit", 1))
        if there[pool, unit] < wanted:
            yield Finding(
                f"unit {pool}/{unit}",
                f"has {there[pool, unit]} of {wanted} nodes at its site" + _held_by(seen, pool, unit),
                "wait while they come; if its node pool is gone, look at `pulumi preview --refresh`, then up with it",
            )


def _orphans(seen: Seen) -> Iterator[Finding]:
    for (pool, unit), nodes in sorted(_nodes_by_unit(seen.nodes or ()).items()):
        if (pool, unit) not in seen.hardware and _is_ours(seen, pool):
            yield Finding(
                f"unit {pool}/{unit}",
                f"has {nodes} nodes at its site, and the state has no hardware of it"
                + _held_by(seen, pool, unit),
                "take it over: `holdfast stacks recover STATE --plan PLAN --imports FILE`; delete it by hand only if "
                "it is declared nowhere",
            )


def _left_over(seen: Seen) -> Iterator[Finding]:
    for each in seen.state.resources:
        if each.replaced:
            yield Finding(
                f"{each.kind.rpartition(':')[2]} {each.name}",
                "was replaced by an earlier run and not deleted: the next up deletes it, and no preview shows it",
                "judge it first: `holdfast guard PLAN --state STATE`",
            )


def _unanswered(seen: Seen) -> Iterator[Finding]:
    for each in seen.state.pending:
        yield Finding(
            f"{each.resource.kind.rpartition(':')[2]} {each.resource.name}",
            f"was asked for ({each.operation}) and never answered",
            "`holdfast stacks recover STATE` prints the way back",
        )


def _is_due(declared: Object, pool: Object) -> bool:
    now = int((pool.get("status") or {}).get("asOf", 0))
    return not declared.get("availableFrom") or seconds_of(declared["availableFrom"]) <= now


def _nodes_by_unit(nodes: Iterable[Object]) -> Counter[Unit]:
    labels = ((node.get("metadata") or {}).get("labels") or {} for node in nodes)
    return Counter(
        (each[POOL_LABEL], each[UNIT_LABEL]) for each in labels if POOL_LABEL in each and UNIT_LABEL in each
    )


def _is_ours(seen: Seen, pool: str) -> bool:
    """Whether a pool is this stack's, or nobody's whom the hub knows."""
    return pool not in seen.pools or _seal(seen.pools[pool]) == seen.state.stack


def _seal(pool: Object) -> str:
    return str((pool.get("spec") or {}).get("seal") or "")


def _held_by(seen: Seen, pool: str, unit: str) -> str:
    """Whose hands it is in, as the end of a sentence; empty for nobody's."""
    status = (seen.pools.get(pool) or {}).get("status") or {}
    uid = ((status.get("units") or {}).get(unit) or {}).get("promise")
    entry = (status.get("promises") or {}).get(uid) or {}
    return f"; it backs {entry.get('reservation') or uid}" if uid else ""
