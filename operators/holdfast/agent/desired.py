"""The desired state of a unit: what its nodes should say, given the ledger, and what to change on each of them. Pure.

ledger says                     nodes should say
Active, promise R, grant n      open for R, written by n; draining while notice is given
Active, and its entry waits     closed: it opens together with what R has elsewhere; but what n has opened stays open
Releasing or Quarantined, n     closed, written by n, on every node even if there is nothing else to undo
nothing                         closed; what grant was written last stays
less than the nodes say         left alone: a ledger that went back (restored from a snapshot) undoes nothing

Why "less" can be told from numbers alone: a pool's grants are numbered upwards and no number is given twice, and only
what a ledger had said was ever written. So a node written by grant 7 proves that there was a ledger with granted >= 7;
one that says `granted: 6` is older than the node, whatever else it says. Where the unit has a grant, that grant's
number is the measure, and a stricter one: a node of grant 7 under a unit granted by 5 was written by a later ledger,
even if granted is 9 because other units were given since. Comparing reservations instead would not do: a ledger from
before mistral got the unit, and one from after chai gave it back, both say "free", and only one of them may close it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from holdfast.agent.node_marks import CLOSED_TAINTS, bears, is_ours, open_for, open_taints, written_grant
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.obstacle import Obstacle
from holdfast.agent.tenant_pods import must_be_told
from holdfast.api.ledger import LedgerDocument, UnitGrant
from holdfast.cluster.core_objects import Node, Taint
from holdfast.hardware.names import GRANT_ANNOTATION, RESERVATION_LABEL


@dataclass(frozen=True, slots=True)
class Open:
    """In the hands of a tenant: its reservation's uid, the grant's number, whether its end has been announced."""

    reservation: str
    tenant: str
    grant: int
    draining: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """In nobody's hands. `grant` is the one being undone; None leaves what is written."""

    grant: int | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Not to be touched, and why."""

    obstacle: Obstacle


Desired = Open | Closed | Frozen


def desired_for(ledger: LedgerDocument, unit: str, nodes: Iterable[Node]) -> Desired:
    """The desired state of a unit: what its nodes should say. The nodes must have been read before the ledger."""
    given, newest, seen = ledger.units.get(unit), newest_of(ledger, unit), tuple(nodes)
    for node in seen:
        if written_grant(node) > newest:
            return newer_than(node, newest)
    if given is None:
        return Closed()
    return _opened(ledger, given, seen) if given.state == "Active" else Closed(given.grant)


def newest_of(ledger: LedgerDocument, unit: str) -> int:
    """The newest grant by which a unit's nodes can have been written, as far as the ledger knows."""
    given = ledger.units.get(unit)
    return given.grant if given else ledger.granted


def newer_than(node: Node, newest: int) -> Frozen:
    """A node written by a grant that the ledger does not know: the ledger has gone back, and undoes nothing."""
    why = (
        f"node {node.metadata.name} was written by grant {written_grant(node)}, the ledger knows only {newest}: "
        f"it has gone back, or the annotation is forged. Nothing is changed until they agree"
    )
    return Frozen(Obstacle("GrantUnknown", why))


def _opened(ledger: LedgerDocument, given: UnitGrant, nodes: Iterable[Node]) -> Desired:
    entry = ledger.promises.get(given.promise or "")
    if given.promise is None or entry is None:
        why = f"grant {given.grant} is active for a promise without an entry. Nothing is changed"
        return Frozen(Obstacle("GrantUnknown", why))
    if entry.waiting and not any(_opened_by(node, given) for node in nodes):
        return Closed()
    return Open(given.promise, entry.tenant, given.grant, bool(entry.notice))


def _opened_by(node: Node, given: UnitGrant) -> bool:
    """Whether a node was opened by this very grant: then all could open, and a ledger that went back closes nothing."""
    return open_for(node) == given.promise and written_grant(node) == given.grant


def change_of(node: Node, desired: Desired) -> dict[str, Any]:
    """The merge patch that makes a node say what is wanted; empty if it does. It touches our marks only."""
    if isinstance(desired, Frozen):
        return {}
    metadata = {**_label_change(node, desired), **_annotation_change(node, desired)}
    taints = (
        open_taints(desired.reservation, desired.draining) if isinstance(desired, Open) else CLOSED_TAINTS
    )
    change: dict[str, Any] = {"metadata": metadata} if metadata else {}
    if not bears(node, taints):
        change["spec"] = {"taints": msgspec.to_builtins(_with_ours(node.spec.taints, taints))}
    return change


def _label_change(node: Node, desired: Open | Closed) -> dict[str, Any]:
    uid = desired.reservation if isinstance(desired, Open) else None
    if node.metadata.labels.get(RESERVATION_LABEL) == uid:
        return {}
    return {"labels": {RESERVATION_LABEL: uid}}


def _annotation_change(node: Node, desired: Open | Closed) -> dict[str, Any]:
    if desired.grant is None or node.metadata.annotations.get(GRANT_ANNOTATION) == str(desired.grant):
        return {}
    return {"annotations": {GRANT_ANNOTATION: str(desired.grant)}}


def _with_ours(taints: tuple[Taint, ...], ours: tuple[Taint, ...]) -> list[Taint]:
    """The node's taints with ours replaced: everybody else's stay as they are, in their order."""
    return [*(one for one in taints if not is_ours(one)), *ours]


def needs_work(
    observed: ObservedUnit, desired: Desired, reported_clean: int | None, grace_seconds: int
) -> bool:
    """Whether a unit, as the caches show it, is worth fresh reads: marks to write, tenants' pods to send away, or
    a hand-back that looks complete and has not been reported. A frozen unit is: the caches may be out of step.

    This only saves reads, so the caches may be wrong both ways. Yes where nothing is due costs three calls, and the
    fresh reads find nothing to do. No where something is due lasts until the cache has the change, which starts the
    next turn. Hence nothing may be asked of the hand-over that no cache shows: a pod that came after the pods were
    listed is found by the list of the hand-over itself, before a unit is called clean, and shows here one turn later.

    Once all is done the answer must be no, or the agent would never rest: unit closed by grant 3, no pods, and 3 in
    the report as clean. With 2 there the answer is yes until 3 is told; a pod that is still ending within the grace
    is neither told again nor counted as gone, and its end, which the cache shows, is what turns the answer to yes.
    """
    if isinstance(desired, Frozen) or any(change_of(node, desired) for node in observed.nodes):
        return True
    if isinstance(desired, Open) or desired.grant is None:
        return False
    if any(must_be_told(pod, grace_seconds) for pod in observed.pods):
        return True
    return observed.whole and not observed.pods and reported_clean != desired.grant
