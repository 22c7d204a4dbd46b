"""A hub and its agents in memory: applies plans as the writer does, checks every write, and lets time pass.

Ledgers are written by compare-and-swap first, then promise objects whose pools were all written in the same turn,
then words; then agents open what is granted and clean what is released. `rest()` plays turns until nothing is
written, `wait()` lets time pass from one wake instant to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.builders import NOW, WINDOW_FIELDS, snapshot, tenant, uid
from tests.planner import invariants
from tests.planner.documented import unfit
from tests.planner.laws import broken_by_ledger, broken_by_promise
from tests.planner.moved import left_too_soon
from tests.planner.remembering import decided_otherwise, remembered_wrongly
from tests.planner.term import MOST_TURNS, RefusedError, Term

from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import GrantState, Promise, PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import (
    Health,
    Maintenance,
    Policy,
    Pool,
    Reservation,
    Snapshot,
    Tenant,
    Window,
)
from holdfast.planner.state.steps import Hold, LedgerWrite, PromiseWrite
from holdfast.planner.status.maintenance import maintenance_statuses
from holdfast.planner.status.quiet import Quiet
from holdfast.planner.status.reservation import reservation_statuses


@dataclass
class World:
    """The stored objects and what the agents report; everything is replaced, nothing is changed in place."""

    pools: dict[str, Pool] = field(default_factory=dict)
    reservations: dict[str, Reservation] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    maintenance: dict[str, Maintenance] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    now: int = NOW
    policy: Policy = field(default_factory=Policy)
    cleaning: int = 0
    versions: int = 1
    attempts: int = 0
    births: dict[str, int] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    events: list[tuple[str, str]] = field(default_factory=list)
    last: Plan = field(default_factory=Plan)
    seen: Snapshot = field(default_factory=snapshot)
    shuffle: Callable[[list[Any]], None] = lambda _: None
    term: Term = field(default_factory=Term)
    quiet: Quiet = field(default_factory=Quiet)

    # --- what people do ---------------------------------------------------------------------------------

    def has(self, *things: Pool | Tenant) -> World:
        """Declare pools and tenants."""
        for thing in things:
            kind: dict[str, Any] = self.pools if isinstance(thing, Pool) else self.tenants
            kind[thing.name] = thing
        return self

    def asks(self, ask: Reservation) -> str:
        """Create a reservation now; its tenant is there if it was not. Returns its uid."""
        birth = self.births[ask.label] = self.births.get(ask.label, 0) + 1
        made = replace(ask, uid=uid(ask.label, birth), created=self.now)
        if made.tenant is not None:
            self.tenants.setdefault(made.tenant, tenant(made.namespace))
        self.reservations[made.uid] = made
        return made.uid

    def amends(self, label: str, **changes: Any) -> None:
        """Change a reservation's ask; window fields replace the whole window."""
        old = self.ask(label)
        window = {key: changes.pop(key) for key in WINDOW_FIELDS if key in changes}
        if window:
            changes["window"] = Window(**window)
        self.reservations[old.uid] = replace(old, generation=old.generation + 1, **changes)

    def cancels(self, label: str) -> None:
        """Delete a reservation; that it is gone has been proven at once."""
        self.gone.add(self.ask(label).uid)
        del self.reservations[self.ask(label).uid]

    def declare(self, name: str, **changes: Any) -> None:
        """Change a pool's declaration or how it is seen."""
        self.pools[name] = replace(self.pools[name], **changes, resource_version=self._version())

    def report(self, name: str, *units: str, **changes: Any) -> None:
        """Change what an agent reports of some units."""
        pool = self.pools[name]
        changed = {unit: replace(pool.units[unit], **changes) for unit in units}
        if changed != {unit: pool.units[unit] for unit in units}:
            self.pools[name] = replace(pool, units={**pool.units, **changed})

    def fail(self, name: str, *units: str) -> None:
        """Units fail for good; nothing of a tenant's runs on them."""
        self.report(name, *units, health=Health.UNHEALTHY, heals=False, source="Cloud", reason="NodeGone")

    def mend(self, name: str, *units: str) -> None:
        """Units work again."""
        self.report(name, *units, health=Health.HEALTHY, lacking=0, source="", reason="")

    def ask(self, label: str) -> Reservation:
        """The living reservation of this name."""
        return next(each for each in self.reservations.values() if each.label == label)

    def promise(self, label: str) -> Promise:
        """That of the newest reservation of this name."""
        return self.promises[uid(label, self.births[label])]

    def hold(self, label: str) -> Hold:
        """The hold of the last turn."""
        return self.holds[self.ask(label).uid]

    def ready(self, label: str) -> str:
        """`status reason` of condition Ready, as it stands in the status."""
        status = self.ask(label).status
        found = [each for each in (status.conditions if status else ()) if each.type == "Ready"]
        return f"{found[0].status} {found[0].reason}" if found else "silence"

    def units(self, label: str, state: GrantState = GrantState.ACTIVE) -> list[str]:
        """The units in the hands of a reservation's promise."""
        owner = uid(label, self.births[label])
        given = (item for pool in self.pools.values() for item in pool.ledger.grants.items())
        return sorted(name for name, grant in given if grant.promise == owner and grant.state is state)

    # --- one turn ---------------------------------------------------------------------------------------

    def snapshot(self, term: Term | None = None) -> Snapshot:
        """The picture a planner gets now, its maps in the order `shuffle` makes."""
        self.attempts += 1
        reign = term or self.term
        return Snapshot(
            now=self.now,
            epoch=reign.epoch,
            unfenced=frozenset(self.pools.keys() - reign.fenced),
            attempt=f"a{self.attempts}",
            pools=self._mixed(self.pools),
            reservations=self._mixed(self.reservations),
            promises=self._mixed(self.promises),
            tenants=dict(self.tenants),
            gone=frozenset(self.gone),
            maintenance=self._mixed(self.maintenance),
            refused=dict(self.refused),
            policy=self.policy,
        )

    def turn(self) -> bool:
        """One turn of planner, writer and agents; whether anything was written."""
        for _ in self.steps():
            pass
        said, seen = self.speak(self.seen), self.agents()
        return bool(self.last.ledgers or self.last.promises or self.last.deletes or said or seen)

    def steps(self, term: Term | None = None) -> Iterator[None]:
        """One planner's turn, a write at a time, so that another's may come between."""
        seen = self.seen = self.snapshot(term)
        made = self.last = plan(seen, (term or self.term).recall)
        self._accept([*decided_otherwise(seen, made), *invariants.decided_at_rest(seen, made), *unfit(made)])
        self.quiet.hear(made.news)
        self.holds = dict(made.holds)
        written = set()
        reign = term or self.term
        reign.fenced -= {write.pool for write in made.ledgers}
        reign.recall, lost = made.recall.doubted(), False
        for write in made.ledgers:
            yield
            if self.write_ledger(write, seen):
                written.add(write.pool)
                reign.fenced.add(write.pool)
            else:
                lost = True
        for swap in made.promises:
            yield
            if swap.needs <= written:
                lost |= not self.write_promise(swap, seen)
        for delete in made.deletes:
            if self.promises[delete.uid].resource_version == delete.resource_version:
                del self.promises[delete.uid]
        if not lost:
            reign.recall = made.recall

    def write_ledger(self, write: LedgerWrite, seen: Snapshot) -> bool:
        """PUT one ledger; a stale version is refused quietly, a broken law loudly.

        What no stored version guards (health, time, asks) is judged as the planner saw it.
        """
        pool = self.pools[write.pool]
        if pool.resource_version != write.resource_version:
            return False
        after = replace(pool, ledger=write.ledger, resource_version=self._version())
        broken = broken_by_ledger(pool, write.ledger)
        broken += invariants.given_too_soon(pool, write.ledger, seen.promises, seen.now)
        broken += [*invariants.oversubscribed(pool.ledger, after), *invariants.uncounted(after)]
        broken += invariants.taken_from_promises(
            replace(pool, units=seen.pools[pool.name].units), write.ledger
        )
        broken += invariants.opened_alone(pool.ledger, after, self.promises, self.pools)
        self._accept(broken)
        self.pools[write.pool] = after
        return True

    def write_promise(self, write: PromiseWrite, seen: Snapshot) -> bool:
        """Create or swap one promise object."""
        new, old = write.promise, self.promises.get(write.promise.uid)
        if (old.resource_version if old else "") != write.resource_version:
            return False
        broken = [*broken_by_promise(old, new), *left_too_soon(old, new, self.pools)]
        broken += invariants.shrunk(old, new, seen.reservations, seen.pools, seen.now)
        broken += invariants.badly_committed(old, new, self.pools, seen.reservations)
        for name in write.needs & new.pools.keys() if new.state is PromiseState.COMMITTED else ():
            held = self.pools[name].ledger.entries[new.uid]
            form = next(f for f in held.forms if f.attempt == new.attempt)
            before = held.form if held.form.attempt != new.attempt else None
            as_seen = replace(seen.pools[name], ledger=self.pools[name].ledger)
            broken += invariants.oversold(as_seen, before, form, seen.now)
        self._accept(broken)
        if write.told is not None:
            self.events.append((new.label, write.told.reason.value))
        created = old.created if old else self.now
        self.promises[new.uid] = replace(new, created=created, resource_version=self._version())
        return True

    def speak(self, seen: Snapshot) -> bool:
        """Write the words that are new, about what was seen before this turn's writes; whether there were any."""
        known = self.last.recall.calendars
        said = list(reservation_statuses(seen, self.holds, self.quiet, known))
        fresh = {each.reservation.uid: each for each in reservation_statuses(seen, self.holds)}
        self._accept([] if {each.reservation.uid: each for each in said} == fresh else ["a word is missing"])
        for uid_, each in fresh.items():
            self.reservations[uid_] = replace(self.reservations[uid_], status=each.status)
            self.events += [(each.reservation.label, told.reason.value) for told in each.events]
        told = maintenance_statuses(seen, self.last.maintenance)
        answered = {each.asked.uid: replace(each.asked, status=each.status) for each in told}
        self.maintenance |= answered
        return bool(said or answered)

    def agents(self) -> bool:
        """Agents open granted units and clean released ones; whether any report changed."""
        before = dict(self.pools)
        for pool in before.values():
            for name, grant in pool.ledger.grants.items() if pool.reachable else ():
                if not pool.units[name].works or invariants.closed(pool.ledger, grant):
                    continue
                if grant.state is GrantState.ACTIVE:
                    self.report(pool.name, name, open_grant=grant.number)
                elif self.now >= grant.since + self.cleaning:
                    self.report(pool.name, name, open_grant=0, clean_grant=grant.number)
        return before != self.pools

    def rest(self) -> World:
        """Play turns until one writes nothing. It must come soon (I12)."""
        for _ in range(MOST_TURNS):
            if not self.turn() and not self.last.unfinished:
                for pool in self.pools.values():
                    self._accept(list(invariants.unfinished(pool, self.last.frozen)))
                self._accept(remembered_wrongly(self.seen, self.last))
                return self
        raise RefusedError(f"no rest after {MOST_TURNS} turns: {self.last}")

    def wait(self, seconds: int, step: int = 0) -> World:
        """Let time pass and come to rest at each wake instant, or every `step` seconds; then at the end."""
        until = self.now + seconds
        self.rest()
        while self.now < until:
            ahead = [self.now + step] if step else [self.last.wake_at or until, *self._cleaned()]
            self.now = min(until, *(instant for instant in ahead if instant > self.now), until)
            self.rest()
        return self

    def _cleaned(self) -> list[int]:
        grants = (grant for pool in self.pools.values() for grant in pool.ledger.grants.values())
        return [grant.since + self.cleaning for grant in grants if grant.state is not GrantState.ACTIVE]

    def _version(self) -> str:
        self.versions += 1
        return str(self.versions)

    def _mixed(self, things: dict[str, Any]) -> dict[str, Any]:
        self.shuffle(pairs := list(things.items()))
        return dict(pairs)

    def _accept(self, broken: list[str]) -> None:
        if broken:
            raise RefusedError(f"at {self.now - NOW} s: {'; '.join(broken)}")
