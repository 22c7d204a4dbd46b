"""The hub's reconcile loop. One turn: look, plan, apply, tell; then sleep until something changes or time is up.

Exclusivity is a property of the stored objects, not of this loop: two replicas that both run it are slower, not
wrong. A stale step is dropped and planned again in the next turn.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from zlib import crc32

from holdfast.cluster.client import Api
from holdfast.cluster.transport.errors import Gone, Stale
from holdfast.hub.apply import Apply, Outcome
from holdfast.hub.budget import Budget
from holdfast.hub.caches import HubCaches
from holdfast.hub.deletion_proof import DeletionProof, Deletions
from holdfast.hub.maintenance_proof import with_withdrawn
from holdfast.hub.refusals import Refusals
from holdfast.hub.site_liveness import SiteLiveness
from holdfast.hub.snapshot_reader import HubDocuments, HubRecords, SnapshotReader
from holdfast.planner.plan import plan
from holdfast.planner.rest import rests
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Policy, Snapshot
from holdfast.planner.status.maintenance import maintenance_statuses
from holdfast.planner.status.query import query_statuses
from holdfast.planner.status.quiet import Quiet
from holdfast.planner.status.reservation import reservation_statuses
from holdfast.planner.status.sites_and_tenants import site_statuses, tenant_statuses
from holdfast.planner.status.untold import Untold

EPOCH_STEPS = 4096
Keep = Callable[[HubDocuments, Snapshot, Plan], None]
"""Told of each turn as it was planned, before anything is written; it returns at once and raises nothing."""


def _not_kept(_hub: HubDocuments, _snapshot: Snapshot, _made: Plan) -> None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn saw, decided and did, for those who watch it."""

    snapshot: Snapshot
    plan: Plan
    outcome: Outcome


class Superseded(Exception):
    """A ledger carries a higher epoch: another replica plans now, and this one must not go on."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What one term remembers, none of it truth: who is asked after, heard and refused, and what a turn costs."""

    deletions: DeletionProof
    liveness: SiteLiveness
    refusals: Refusals
    budget: Budget


class Loop:
    """One term of one planner. `attempt` gives a word that no other turn of any planner has given."""

    def __init__(
        self,
        caches: HubCaches,
        apply: Apply,
        memory: Memory,
        attempt: Callable[[], str],
    ) -> None:
        self._caches = caches
        self._apply = apply
        self._memory = memory
        self._attempt = attempt
        self._epoch = 0
        self._fenced: set[str] = set()
        self._reader = SnapshotReader()
        self._quiet = Quiet()
        self._recall = Recall()
        self._documents = HubDocuments()
        self.keep: Keep = _not_kept
        self.policy = Policy()

    def turn(self, api: Api) -> Turn | None:
        """Take one turn; None while the hub has not been seen whole or the time is in doubt."""
        if not self._caches.synced or not api.clock.trusted:
            return None
        snapshot = self.look(int(api.clock.now()))  # 1  a frozen picture, with now in it
        snapshot = with_withdrawn(api, snapshot)
        planned = self._memory.budget.plan(
            partial(plan, recall=self._recall), snapshot
        )  # 2  what to write; pure
        if planned.superseded:
            raise Superseded("a later planner has written a ledger; this replica stops")
        self.keep(self._documents, snapshot, planned)
        with self._memory.budget.writing(planned):
            outcome = self._write(planned)  # 3  ledgers, then commits, each on its version
        self._learn(snapshot, planned, outcome)
        self._tell(snapshot, planned, outcome)  # 4  the words, from what is stored
        return Turn(snapshot, planned, outcome)

    def _learn(self, snapshot: Snapshot, planned: Plan, outcome: Outcome) -> None:
        """Remember what was decided and what became of it."""
        lost = outcome.stale or outcome.refused
        self._recall = planned.recall.doubted() if lost else planned.recall
        self._quiet.hear(planned.news)
        with contextlib.suppress(Stale, Gone):  # who moved meanwhile is planned anew anyway
            self._memory.refusals.after(snapshot, planned, outcome, self._apply.rehearse)

    def _tell(self, snapshot: Snapshot, planned: Plan, outcome: Outcome) -> None:
        """Say how all stands; what this turn has no time to say of reservations, the next one says."""
        known, budget, untold = self._recall.calendars, self._memory.budget, Untold()
        said = reservation_statuses(snapshot, planned.holds, self._quiet, known, untold)
        tried = outcome.tried
        with budget.saying(lambda: outcome.tried - tried):
            self._apply.statuses(islice(said, budget.words), outcome)
        self._apply.answers(query_statuses(snapshot, planned.answers, untold), outcome)
        self._apply.maintenance(maintenance_statuses(snapshot, planned.maintenance, untold), outcome)
        counts = self._quiet.counts(snapshot)
        tenants = tenant_statuses(snapshot, counts, self._recall.holdings, untold)
        self._apply.overview(site_statuses(snapshot, counts, untold), tenants, outcome)
        outcome.refused = untold | outcome.refused

    def _write(self, planned: Plan) -> Outcome:
        """Apply the steps. A pool is fenced once a write of this term was answered and none is in doubt since."""
        pools = {write.pool for write in planned.ledgers}
        self._fenced -= pools
        outcome = self._apply.steps(planned)
        self._fenced |= pools & set(outcome.written)
        return outcome

    def look(self, now: int) -> Snapshot:
        """The hub as this replica knows it, at one instant."""
        silent = self._memory.liveness.silent(
            self._caches.datacenters.objects(), self._caches.heartbeats.objects()
        )
        self._documents = self._caches.documents(silent)
        read = self._reader.read(self._documents)
        attempt = self._attempt()
        if not self._epoch:
            epochs = (pool.ledger.epoch for pool in read.pools.values())
            self._epoch = _later(max(epochs, default=0), attempt)
        deletions = self._deletions(read, now)
        return replace(
            read.seen(now, self._epoch, attempt),
            gone=deletions.gone,
            held=deletions.held,
            refused=self._memory.refusals.standing(),
            unfenced=frozenset(
                name
                for name, pool in read.pools.items()
                if name not in self._fenced or pool.ledger.epoch != self._epoch
            ),
            policy=replace(self.policy, decisions=self._memory.budget.decisions),
        )

    def _deletions(self, read: HubRecords, now: int) -> Deletions:
        """What is proven gone; on a hub at rest nothing is, and every count begins anew with its first turn."""
        if rests(read.pools):
            return Deletions()
        tenants = self._caches.tenants.objects()
        return self._memory.deletions.ask(read, self._caches.reservations, tenants, now)


def _later(epoch: int, attempt: str) -> int:
    """An epoch above one that was read, by a step of this planner's own: two that begin at once differ."""
    return epoch + 1 + crc32(attempt.encode()) % EPOCH_STEPS
