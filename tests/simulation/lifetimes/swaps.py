"""I11, for every write of a ledger: no unit is taken without dwell, without a reason that stands, or before its spare.

failed    only after the pool's dwell, unless it was told that it cannot heal, or somebody wants it swapped anyhow
swap      its cause is true: a consent, a policy, an empty unit, silence for too long
released  only what may be emptied by then, and never so that its holder has fewer units than it is promised
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.planner.invariants import closed
from tests.simulation.lifetimes.truth import Truth

from holdfast.planner.state.ledger import EntryState, Grant, GrantState, Ledger, Trouble
from holdfast.planner.state.snapshot import Pool, Repair

SKEW = 6
"""Seconds by which a planner that trusts its clock may be off."""
OFTEN, WEEK = 5, 7 * 86_400
ACTIVE = GrantState.ACTIVE
Named = tuple[str, str]
"""A pool and a unit of it."""


@dataclass
class Swaps:
    """What was ever said of units: those that could not heal, and those that were empty."""

    truth: Truth
    lasting: set[Named] = field(default_factory=set)
    empty: set[Named] = field(default_factory=set)

    def reported(self, pool: str) -> None:
        """Take in what a report says."""
        for unit, told in self.truth.reports[pool].spec.units.items():
            if told.trouble is not None and told.trouble.lasting:
                self.lasting.add((pool, unit))
            if told.occupied is False:
                self.empty.add((pool, unit))

    def broken(self, before: Ledger, after: Pool, dwell: int) -> Iterator[str]:
        """What one write of a ledger breaks."""
        for unit, new in after.ledger.grants.items():
            old = before.grants.get(unit)
            if old is None or old.state is not ACTIVE:
                continue
            yield from self._failed(after, unit, old, new, dwell)
            shut = closed(before, old)
            yield from self._decided(after, unit, (old, new), shut)
            if new.state is not ACTIVE and not shut:
                opened = (after.name, unit, old.number) in self.truth.opened
                yield from _released(before, after, unit, old, opened)

    def _failed(self, pool: Pool, unit: str, old: Grant, new: Grant, dwell: int) -> Iterator[str]:
        trouble = new.trouble
        if trouble is None or trouble.failed is None or old.failed:
            return
        wanted = pool.units[unit].retiring or self._terms(new, lambda one: bool(one.consents))
        waited = trouble.failed - trouble.since >= dwell or trouble.times >= OFTEN
        if not waited and not wanted and (pool.name, unit) not in self.lasting:
            after = trouble.failed - trouble.since
            yield f"I11: {pool.name}/{unit} failed after {after} s in trouble, its dwell is {dwell}"

    def _decided(self, pool: Pool, unit: str, change: tuple[Grant, Grant], shut: bool) -> Iterator[str]:
        """`shut`: it was granted and has never been opened, so nothing of its holder's can run there."""
        old, new = change
        trouble = new.trouble
        if trouble is None or trouble.swap is None or old.leaving:
            return
        named = (pool.name, unit, new.number)
        true: dict[str, Callable[[], bool]] = {
            "Consent": lambda: self._terms(new, lambda one: named in one.consents),
            "Policy": lambda: self._terms(new, lambda one: one.policy == "Automatic"),
            "Unoccupied": lambda: (
                shut or ((pool.name, unit) in self.empty and self._terms(new, lambda one: one.policy is None))
            ),
            "Limit": lambda: self._terms(new, lambda one: _unanswered(trouble, pool, one)),
        }
        if not true[trouble.cause]():
            yield f"I11: {pool.name}/{unit} is to be swapped for {trouble.cause}, which is not so"

    def _terms(self, grant: Grant, holds: Callable[[Repair], bool]) -> bool:
        """Whether something held in any form of its reservation; one that nobody has seen is taken at its default."""
        forms = [ask.repair for (uid, _), ask in self.truth.asked.items() if uid == grant.promise]
        return any(map(holds, forms or [Repair()]))


def _unanswered(trouble: Trouble, pool: Pool, terms: Repair) -> bool:
    failed, swap = trouble.failed or 0, trouble.swap or 0
    limit = max(pool.ask_limit, WEEK) if terms.policy == "Never" else pool.ask_limit
    late = swap - terms.notice >= failed + max(limit - terms.notice, 0) - SKEW
    return late and terms.policy in ("AskFirst", "Never", None)


def _released(before: Ledger, after: Pool, unit: str, old: Grant, opened: bool) -> Iterator[str]:
    """A release out of a promise that goes on with as many units as before: what may be taken, and when.

    What was never open to its holder needs no notice: nothing of its holder's can run there.
    """
    uid = old.promise or ""
    entry = after.ledger.entries.get(uid)
    if entry is None or entry.state is not EntryState.COMMITTED:
        return
    held = [name for name, one in before.grants.items() if one.promise == uid and one.state is ACTIVE]
    left = [name for name in held if after.ledger.grants[name].state is ACTIVE]
    due = entry.form.due(after.ledger.as_of)
    if len(left) < due <= len(held):
        yield f"I11: {after.name}/{unit} left {entry.reservation} with {len(left)} of {due} units"
    in_place = any(after.ledger.grants[name].replaces == unit for name in left)
    given_back = len(held) - sum(_leaves(before, before.grants[name].replaces, held) for name in held) > due
    told = (old.trouble, after.ledger.grants[unit].trouble)  # the write itself may say that it goes sooner
    swap = min((one.swap for one in told if one is not None and one.swap is not None), default=None)
    if opened and in_place and not given_back and (swap is None or swap > after.ledger.as_of):
        yield f"I11: {after.name}/{unit} was taken from {entry.reservation} at {after.ledger.as_of}, swap is {swap}"


def _leaves(before: Ledger, unit: str | None, held: list[str]) -> bool:
    """Whether another one stands in for this unit; one that is well again meanwhile serves beside it."""
    return unit in held and before.grants[unit].leaving
