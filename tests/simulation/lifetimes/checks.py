"""The invariants of docs/invariants.md, checked on the stored truth after every commit; each yields what is broken.

of a ledger    I1 occupancy, I5 inventory, I6 ownership, I3 every promise in force has its share (the audit's code);
               I7 and I10 of each new or freed grant; I11 the pace of replacements, and every swap (`swaps.py`)
of a promise   I1 committed on its entries, I3 nothing shrinks unasked, I7 start, Released only without entries
of a node      I2, I10 open only to whom the ledger names, by that number
of a report    I10 a unit is told clean only if each host was at one instant Ready, closed by that grant and empty
of words       I14 nobody reads of another tenant
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from tests.planner import invariants
from tests.simulation.guards import bare
from tests.simulation.lifetimes.emptied import Emptied
from tests.simulation.lifetimes.swaps import Swaps
from tests.simulation.lifetimes.truth import Truth, node_of, read
from tests.simulation.storage import Document, Entry

from holdfast.agent.node_marks import open_for
from holdfast.api.ledger import EMPTY
from holdfast.audit import inventory, occupancy, ownership
from holdfast.audit import promises as keeping
from holdfast.audit.access import nodes_open_to_named_only
from holdfast.audit.checks import Check
from holdfast.audit.picture import SitePicture
from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport import kinds
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL
from holdfast.hub.deletion_proof import PATIENCE_SECONDS
from holdfast.hub.record_reader import promise_of
from holdfast.planner.state.ledger import GrantState, Ledger, Promise, PromiseState
from holdfast.planner.state.snapshot import Pool

AT_EVERY_INSTANT: tuple[Check, ...] = (
    occupancy.never_oversubscribed,
    occupancy.hardware_once,
    occupancy.peak_covers,
    inventory.units_add_up,
    inventory.grants_are_numbered,
    inventory.grants_have_their_entry,
    ownership.entries_belong,
    ownership.promises_belong,
    ownership.entries_name_their_promise,
    keeping.promises_are_kept,
)
"""The checks of the audit that hold in any single picture; the others pass through steps half taken."""

TENANTS = ("mistral", "anthropic", "poolside")
SKEW = 6
"""Seconds by which a planner that trusts its clock may be off."""
REPLACED_WITHIN = 600
HELD = frozenset({PromiseState.COMMITTED, PromiseState.RELEASING})
"""States of a promise that may get a unit: one who was paused does not know yet that it ends, and it is taken back."""
UNLABELLED = "has no tenant"
"""What is said of a namespace whose label is off for a while: nobody else's, so nothing is broken."""
_UID = re.compile(rb"[0-9a-f]{8}-0000-4000-8000-[0-9]{12}")

OnUnit = Callable[[str, str], list[Document]]
"""(pool, unit) → its nodes, or the tenants' pods that are on them, each with the reservation it runs for."""


class Checks:
    """All of them, over one truth. `now` is the epoch second, `nodes` are a unit's, `pods` what really runs there."""

    def __init__(self, truth: Truth, now: Callable[[], float], nodes: OnUnit, pods: OnUnit) -> None:
        self.truth = truth
        self.now = now
        self.nodes = nodes
        self.pods = pods
        self.replaced: list[tuple[str, int]] = []
        self.emptied = Emptied()
        self.swaps = Swaps(truth)

    def of_hub(self, change: Entry) -> Iterator[str]:
        """What one change on the hub breaks; the truth has taken it in already."""
        check = _OF_HUB.get(change.place.plural)
        if check is not None and change.new is not None:
            yield from check(self, change.old, change.new)

    def of_site(self, datacenter: str, change: Entry) -> Iterator[str]:
        """What one change at a site breaks."""
        self.emptied.take(datacenter, change)
        if change.place.plural == kinds.NODE.plural and change.new is not None:
            site = {datacenter: SitePicture(nodes=(node_of(change.new),))}
            picture = self.truth.picture(self.now(), site)
            yield from (_words(each) for each in nodes_open_to_named_only(picture))
            yield from self._too_soon(site[datacenter].nodes)

    def _too_soon(self, nodes: Iterable[Node]) -> Iterator[str]:
        for node in nodes:
            pool, unit = node.metadata.labels.get(POOL_LABEL, ""), node.metadata.labels.get(UNIT_LABEL, "")
            ledger = bare(self.truth.pools[pool]).ledger if pool in self.truth.pools else Ledger()
            grant = ledger.grants.get(unit)
            if grant is not None and invariants.closed(ledger, grant) and open_for(node) == grant.promise:
                yield f"I19: {pool}/{unit} is open while it waits for other pools of {grant.promise}"

    # --- ledgers ----------------------------------------------------------------------------------------

    def _pool(self, old: Document | None, new: Document) -> Iterator[str]:
        if old is None or old.get("status") == new.get("status"):
            return
        yield from self._everywhere()
        before = bare(read(kinds.ACCELERATOR_POOL.plural, old))
        after = bare(read(kinds.ACCELERATOR_POOL.plural, new))
        yield from invariants.oversubscribed(before.ledger, after)
        yield from invariants.uncounted(after)
        yield from self._freed(before.ledger, after)
        yield from self.swaps.broken(before.ledger, after, after.dwell)
        yield from self._opened(before.ledger, after)
        for unit in after.ledger.grants.keys() - before.ledger.grants.keys():
            yield from self._granted(after, unit)
        if after.ledger.as_of > self.now() + SKEW:
            yield f"I7: the ledger of {after.name} is {after.ledger.as_of - int(self.now())} s ahead of the time"

    def _everywhere(self) -> Iterator[str]:
        picture = self.truth.picture(self.now())
        for check in AT_EVERY_INSTANT:
            yield from (_words(each) for each in check(picture) if not each.wrong.endswith(UNLABELLED))

    def _opened(self, before: Ledger, after: Pool) -> Iterator[str]:
        found = {uid: self.truth.promises[uid] for uid in after.ledger.entries if uid in self.truth.promises}
        atomic = {uid: promise_of(one) for uid, one in found.items() if one.spec.atomic}
        if atomic:
            pools = {name: bare(one) for name, one in self.truth.pools.items()}
            yield from invariants.opened_alone(before, after, atomic, pools)

    def _freed(self, before: Ledger, after: Pool) -> Iterator[str]:
        for unit, old in before.grants.items():
            if unit not in after.ledger.grants and (after.name, unit, old.number) not in self.truth.cleaned:
                yield f"I10: {after.name}/{unit} left grant {old.number} and was never reported clean of it"

    def _granted(self, pool: Pool, unit: str) -> Iterator[str]:
        grant, at = pool.ledger.grants[unit], pool.ledger.as_of
        found = self.truth.promises.get(grant.promise or "")
        promise = promise_of(found) if found is not None else None
        if grant.state is not GrantState.ACTIVE:
            yield f"I7: {pool.name}/{unit} was granted as {grant.state}"
        elif promise is None or promise.state not in HELD:
            yield f"I7: {pool.name}/{unit} was given to {grant.promise}, whose promise is {promise and promise.state}"
        elif not promise.start <= at < promise.end:
            window = f"[{promise.start}, {promise.end})"
            yield f"I7: {pool.name}/{unit} was given to {promise.label} at {at}, its window is {window}"
        elif not pool.ledger.entries[promise.uid].form.due(at):
            yield f"I7: {pool.name}/{unit} was given to {promise.label} at {at}, between two of its intervals"
        for pod in self.pods(pool.name, unit):
            runs_for = pod["metadata"]["labels"]["runs-for"]
            if runs_for != grant.promise:
                yield f"I10: {pool.name}/{unit} was given to {grant.promise} while a pod of {runs_for} runs on it"
        if grant.replaces is not None:
            yield from self._replacing(pool, at)

    def _replacing(self, pool: Pool, at: int) -> Iterator[str]:
        self.replaced.append((pool.name, at))
        recent = [when for name, when in self.replaced if name == pool.name and when > at - REPLACED_WITHIN]
        if len(recent) > max(1, len(pool.units) // 100):
            yield f"I11: {pool.name} has {len(recent)} replacements within {REPLACED_WITHIN} s, at {recent}"

    # --- reports ----------------------------------------------------------------------------------------

    def _reported(self, old: Document | None, new: Document) -> Iterator[str]:
        name, before = new["metadata"]["name"], (old or {}).get("spec", {}).get("units", {})
        self.swaps.reported(name)
        for unit, told in new["spec"].get("units", {}).items():
            grant = told.get("cleanGrant")
            if grant is None or grant == before.get(unit, {}).get("cleanGrant"):
                continue
            hosts = [node["metadata"] for node in self.nodes(name, unit)]
            for host in hosts:
                if not self.emptied.by(host["uid"], grant):
                    why = f"{host['name']} was never Ready, closed by it and empty"
                    yield f"I10: {name}/{unit} is told clean of {grant}, {why}"
            if (pods := self.pods(name, unit)) and not self._given_since(name, unit, grant):
                yield f"I10: {name}/{unit} is told clean of {grant} while {pods[0]['metadata']['name']} runs on it"

    def _given_since(self, pool: str, unit: str, grant: int) -> bool:
        """Whether a unit has gone to the next already: what is told of the grant before it is late, and still so."""
        given = (self.truth.pools[pool].status or EMPTY).units.get(unit) if pool in self.truth.pools else None
        return given is not None and given.grant > grant

    # --- promises ---------------------------------------------------------------------------------------

    def _promise(self, old: Document | None, new: Document) -> Iterator[str]:
        plural = kinds.CAPACITY_PROMISE.plural
        before = promise_of(read(plural, old)) if old is not None else None
        after, now = promise_of(read(plural, new)), int(self.now())
        answered = self.truth.asked.get((after.uid, after.generation))
        standing = self.truth.reservations.get(after.uid)
        asks = {}
        if answered is not None and standing is not None and standing.metadata.deletion_timestamp is None:
            asks = {after.uid: answered}
        pools = {name: bare(pool) for name, pool in self.truth.pools.items()}
        clocks = {*range(now - SKEW, now + SKEW + 1), *_decided(before, after, pools)}
        told = (  # only what is so by every clock that a planner may have had
            set(invariants.shrunk(before, after, asks, pools, clock)) for clock in clocks
        )
        yield from sorted(set.intersection(*told))
        yield from invariants.badly_committed(before, after, pools, asks)
        yield from self._left_for(before, after, pools)
        yield from self._everywhere()
        yield from self._ended(before, after, pools)
        yield from self._entitled(before, after)

    def _left_for(self, before: Promise | None, after: Promise, pools: dict[str, Pool]) -> Iterator[str]:
        """A slice that moves leaves its pool once as many units as are due where it went were told open."""
        moving = before.moving if before is not None and before.twice else None
        if before is None or moving is None or after.state is not PromiseState.COMMITTED:
            return
        left = before.pools.get(moving.source, 0) - after.pools.get(moving.source, 0)
        held = pools[moving.target].ledger.grants if moving.target in pools else {}
        known = self.truth.opened
        able = sum(
            one.promise == after.uid and (moving.target, name, one.number) in known
            for name, one in held.items()
        )
        if left > 0 and after.slices == before.slices and able < after.pools.get(moving.target, 0):
            yield f"I3: {after.label} leaves {moving.source}, and {able} units were told open in {moving.target}"

    def _ended(self, before: Promise | None, after: Promise, pools: dict[str, Pool]) -> Iterator[str]:
        begins = after.ending and (before is None or not before.ending)
        gone_for = self.now() - self.truth.deleted.get(after.uid, self.now())
        if begins and after.cause == "Cancelled" and gone_for < PATIENCE_SECONDS - SKEW:
            yield f"I4: {after.label} was released as cancelled, its reservation is gone for {gone_for:.0f} s"
        left = [name for name, pool in pools.items() if after.uid in pool.ledger.entries]
        if after.state is PromiseState.RELEASED and left:
            yield f"I3: {after.label} became a record while {', '.join(left)} still has its entry"

    def _entitled(self, before: Promise | None, after: Promise) -> Iterator[str]:
        """What was newly promised is within what its tenant was ever entitled to."""
        if after.state is not PromiseState.COMMITTED or (before and before.attempt == after.attempt):
            return
        held = [promise_of(one) for one in self.truth.promises.values() if one.spec.tenant == after.tenant]
        standing = [one for one in held if one.state is PromiseState.COMMITTED]
        ahead = [part for one in standing for part in one.paid if part.end > self.now()]
        for instant in {max(after.start, part.start, int(self.now())) for part in ahead}:
            chips = sum(_chips(one, instant) for one in standing)
            owned = _chips(before, instant) if before is not None else 0
            if _chips(after, instant) > owned and chips > self.truth.entitled[after.tenant]:
                yield f"entitlement: {after.tenant} holds {chips} chips at {instant}, {after.label} was added"

    # --- words ------------------------------------------------------------------------------------------

    def _told(self, old: Document | None, new: Document) -> Iterator[str]:
        """I14: a reservation's or query's status, or an event, against whose namespace it is in."""
        said = msgspec.json.encode(
            new.get("status") or {"note": new.get("note"), "reason": new.get("reason")}
        )
        namespace = new["metadata"]["namespace"]
        strangers = [name for name in TENANTS if not namespace.startswith(name) and name.encode() in said]
        own = (new.get("regarding") or new["metadata"])["uid"].encode()
        uids = [each for each in _UID.findall(said) if each != own]
        if strangers or uids:
            yield f"I14: {namespace}/{new['metadata']['name']} reads of {', '.join(strangers) or uids}: {said!r:.400}"


def _decided(before: Promise | None, after: Promise, pools: Mapping[str, Pool]) -> set[int]:
    """When a commit that was late was decided, as the ledgers with its entries say: by that it is judged, too.

    But where units have been given of what was in force: then it comes too late, whenever it was decided.
    """
    if before is None or before.attempt == after.attempt:
        return set()
    left, come = ([pools[name].ledger for name in one.pools if name in pools] for one in (before, after))
    given = any(invariants.active(ledger, after.uid) for ledger in left)
    return set() if given or not come else {min(ledger.as_of for ledger in come)}


def _chips(promise: Promise, instant: int) -> int:
    """What a promise gives at an instant, in chips."""
    slices = sum(part.count for part in promise.paid if part.start <= instant < part.end)
    return 64 * slices * promise.units_per_slice


def _words(finding: Any) -> str:
    return f"{finding.invariant}: {finding.subject} {finding.wrong}"


_OF_HUB: dict[str, Callable[[Checks, Document | None, Document], Iterator[str]]] = {
    kinds.ACCELERATOR_POOL.plural: Checks._pool,
    kinds.CAPACITY_PROMISE.plural: Checks._promise,
    kinds.POOL_REPORT.plural: Checks._reported,
    kinds.CAPACITY_RESERVATION.plural: Checks._told,
    kinds.AVAILABILITY_QUERY.plural: Checks._told,
    kinds.EVENT.plural: Checks._told,
}
