"""Apply as if the world moved: every step on the version it was decided on; a stale step is dropped, not forced.

    ledgers   PUT status      a refused or stale one takes the commits that need it with it
    promises  POST or PUT     the commit point
    records   DELETE          uid and version; so with queries that were answered long enough ago
    words     PATCH status    a reservation's status, derived; the next turn says them again if they are lost

Each line waits for the one above; within a line the calls do not depend on each other and are made together
(calls_in_flight.py). Every reply goes into its store, so that the next turn sees what this one wrote.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from holdfast.api.kind import Kind as Document
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.record import Record
from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.events import EventRecorder, Occurrence
from holdfast.cluster.holdfast_objects import POOLS, PROMISES, QUERIES, RESERVATIONS
from holdfast.cluster.transport.errors import ClusterError, Gone, Refused, Stale
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION
from holdfast.cluster.transport.objects import Identity, identify
from holdfast.hub.caches import HubCaches
from holdfast.hub.calls_in_flight import Together, one_by_one
from holdfast.hub.document_writer import ledger_document, promise_document, whole_patch
from holdfast.hub.legal_writes import check_ledger, check_promise, fitting
from holdfast.hub.tenant_news import tell_of_site, tell_of_tenant
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.steps import LedgerWrite, PromiseWrite, RecordDelete, Told
from holdfast.planner.status.maintenance import MaintenanceStatusWrite
from holdfast.planner.status.query import QueryStatusWrite
from holdfast.planner.status.reservation import StatusWrite
from holdfast.planner.status.sites_and_tenants import SiteStatusWrite, TenantStatusWrite

ArgumentT = TypeVar("ArgumentT")
DocumentT = TypeVar("DocumentT", bound=Document)
AT_A_TIME = 64
"""So many steps are worked out before they are tried: what is told of a whole fleet is never in memory at once."""


@dataclass(slots=True)
class Outcome:
    """What became of one turn's steps, by name. `refused` holds the server's words.

    `blamed` says for which promises (by uid) or pools it was, where that could be told. `committed` are the uids of the
    promise objects that were written.
    """

    written: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    blamed: dict[str, str] = field(default_factory=dict)
    committed: list[str] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether anything was written, found changed or found to blame, so that another turn makes sense at once."""
        return bool(self.written or self.stale or self.blamed)

    @property
    def tried(self) -> int:
        """How many steps have been tried."""
        return len(self.written) + len(self.stale) + len(self.refused)

    def note(self, tried: Tried) -> None:
        """What became of one step."""
        if tried.refused:
            self.refused[tried.name] = tried.refused
        else:
            (self.written if tried.done else self.stale).append(tried.name)


@dataclass(frozen=True, slots=True)
class Tried:
    """One step that was tried: whether it was done, else stale, or `refused` with the server's words."""

    name: str
    done: bool
    refused: str = ""


def _tried(name: str, step: Callable[[ArgumentT], bool], argument: ArgumentT) -> Tried:
    try:
        return Tried(name, step(argument))
    except (Stale, Gone):
        return Tried(name, done=False)
    except Refused as error:
        return Tried(name, done=False, refused=str(error))


def _with_ledger(pool: AcceleratorPool, write: LedgerWrite) -> AcceleratorPool:
    """The pool with another ledger; raises Refused where that does not fit, or a step to it is not legal."""
    ledger = fitting(partial(ledger_document, write.ledger))
    check_ledger(pool.status, ledger)
    return pool.model_copy(update={"status": ledger})


class Apply:
    """The only hands of the planner. Raises Unavailable and Unknown: then the whole turn is over."""

    def __init__(
        self, api: Api, caches: HubCaches, recorder: EventRecorder, together: Together = one_by_one
    ) -> None:
        self._api = api
        self._caches = caches
        self._recorder = recorder
        self._together = together

    def steps(self, plan: Plan) -> Outcome:
        """Ledgers first, then the promises that rest on them, then old records."""
        outcome = Outcome()
        ledgers = self._all(outcome, ((write.pool, self._ledger, write) for write in plan.ledgers))
        written = {write.pool for write, tried in zip(plan.ledgers, ledgers, strict=True) if tried.done}
        able = [swap for swap in plan.promises if swap.needs <= written]
        commits = self._all(outcome, ((swap.promise.label, self._commit, swap) for swap in able))
        for swap, tried in zip(able, commits, strict=True):
            if tried.refused:
                outcome.blamed[swap.promise.uid] = tried.refused
            elif tried.done:
                outcome.committed.append(swap.promise.uid)
        self._together([partial(self._read_again, one) for one in self._behind(outcome.committed)])
        self._all(outcome, ((record.uid, self._forget, record) for record in plan.deletes))
        answered = self._caches.queries.objects() if plan.expired else ()
        over = (query for query in answered if query.metadata.uid in plan.expired)
        self._all(outcome, ((query.path, self._clear_away, query) for query in over))
        return outcome

    def _all(
        self, outcome: Outcome, steps: Iterable[tuple[str, Callable[[ArgumentT], bool], ArgumentT]]
    ) -> list[Tried]:
        """Try steps (name, what to do, with what) that do not depend on each other, and note what became of each."""
        made, rest = list[Tried](), iter(steps)
        while few := list(islice(rest, AT_A_TIME)):
            tried = self._together([partial(_tried, *step) for step in few])
            for one in tried:
                outcome.note(one)
            made += tried
        return made

    def _commit(self, swap: PromiseWrite) -> bool:
        return not self._too_late(swap) and self._promise(swap)

    def _too_late(self, swap: PromiseWrite) -> bool:
        """Whether its moment has passed; a machine that slept learns from the first reply how late it is."""
        clock = self._api.clock
        return not clock.trusted or (swap.before is not None and clock.now() >= swap.before)

    def rehearse(self, write: LedgerWrite) -> bool:
        """Whether the server would take this ledger now, stored nowhere. Raises Stale where the pool has moved."""
        pool = self._caches.pools.get(write.pool)
        if pool is None or pool.metadata.resource_version != write.resource_version:
            raise Stale(f"pool {write.pool} has moved")
        try:
            self._api.rehearse(POOLS, _with_ledger(pool, write), "status")
        except Refused:
            return False
        return True

    def statuses(self, said: Iterable[StatusWrite], outcome: Outcome) -> None:
        """Write statuses, and an event where a reservation's Ready reason is a new one."""
        self._all(outcome, ((statuses.reservation.label, self._status, statuses) for statuses in said))

    def answers(self, said: Iterable[QueryStatusWrite], outcome: Outcome) -> None:
        """Write the answers to queries; there is no event of one, since its asker waits for it."""
        self._all(outcome, ((f"query {answer.query.ask.label}", self._answer, answer) for answer in said))

    def maintenance(self, said: Iterable[MaintenanceStatusWrite], outcome: Outcome) -> None:
        """Write how maintenance windows stand."""
        self._all(outcome, ((f"maintenance {one.asked.name}", self._maintenance_status, one) for one in said))

    def overview(
        self, sites: Iterable[SiteStatusWrite], tenants: Iterable[TenantStatusWrite], outcome: Outcome
    ) -> None:
        """Write what is said of datacenters and tenants."""
        self._all(outcome, ((said.site.name, self._site_status, said) for said in sites))
        self._all(outcome, ((told.tenant.name, self._tenant_status, told) for told in tenants))

    def _maintenance_status(self, said: MaintenanceStatusWrite) -> bool:
        found = self._caches.maintenance.get(said.asked.name)
        same = found is not None and found.metadata.uid == said.asked.uid
        return same and self._derived(self._caches.maintenance, said.asked.name, said.status)

    def _site_status(self, said: SiteStatusWrite) -> bool:
        done = self._derived(self._caches.datacenters, said.site.name, said.status)
        found = self._caches.datacenters.get(said.site.name)
        if done and found is not None:
            tell_of_site(self._recorder, identify(found), said)
        return done

    def _tenant_status(self, told: TenantStatusWrite) -> bool:
        done = self._derived(self._caches.tenants, told.tenant.name, told.status)
        found = self._caches.tenants.get(told.tenant.name)
        if done and found is not None:
            tell_of_tenant(self._recorder, identify(found), told)
        return done

    def _derived(self, store: Store[DocumentT], name: str, status: Record) -> bool:
        """Merge a derived status into a cluster-scoped object, on the version that is known."""
        found = store.get(name)
        if found is None:
            return False
        patch = {"status": whole_patch(status)}
        store.put(self._api.patch(store.view, identify(found), patch, "status"))
        return True

    def _ledger(self, write: LedgerWrite) -> bool:
        pool = self._caches.pools.get(write.pool)
        if pool is None or pool.metadata.resource_version != write.resource_version:
            return False
        self._caches.pools.put(self._api.replace(POOLS, _with_ledger(pool, write), "status"))
        return True

    def _promise(self, write: PromiseWrite) -> bool:
        document = fitting(partial(promise_document, write.promise, write.resource_version))
        known = self._caches.promises.get(document.metadata.name)
        check_promise(known if write.resource_version else None, document)
        if write.resource_version:
            self._caches.promises.put(self._api.replace(PROMISES, document))
        else:
            self._caches.promises.put(self._api.create(PROMISES, document))
        if write.told is not None:
            spec = document.spec
            about = Identity(spec.namespace, spec.reservation, document.metadata.name, "")
            with contextlib.suppress(Gone, Refused):  # its namespace may have gone with it
                self._tell(about, write.told, f"round {spec.round}")
        return True

    def _behind(self, committed: Iterable[str]) -> list[CapacityPromise]:
        """The promises just committed whose reservations have not been seen since: a later list or watch has them."""
        seen = self._caches.reservations.revision
        known = (self._caches.promises.get(uid) for uid in committed)
        fresh = (one for one in known if one is not None and one.spec.state == "Committed")
        return [one for one in fresh if identify(one).revision > seen]

    def _read_again(self, promise: CapacityPromise) -> None:
        """After a commit: a reservation that has changed meanwhile must be seen by the next turn."""
        with contextlib.suppress(ClusterError):
            found = self._api.get(RESERVATIONS, promise.spec.reservation, promise.spec.namespace)
            self._caches.reservations.put(found)

    def _forget(self, record: RecordDelete) -> bool:
        promise = self._caches.promises.get(record.uid)
        if promise is None or promise.metadata.resource_version != record.resource_version:
            return False
        self._api.delete(PROMISES, identify(promise))
        return True

    def _clear_away(self, query: AvailabilityQuery) -> bool:
        """Delete a query that has been answered, as it was read."""
        self._api.delete(QUERIES, identify(query))
        return True

    def _answer(self, answer: QueryStatusWrite) -> bool:
        about = answer.query.ask
        asked = self._caches.queries.get(about.name, about.namespace)
        if asked is None or asked.metadata.uid != about.uid:
            return False
        patch = whole_patch(answer.status)
        self._caches.queries.put(self._api.patch_status(QUERIES, identify(asked), patch))
        return True

    def _status(self, statuses: StatusWrite) -> bool:
        about = statuses.reservation
        found = self._caches.reservations.get(about.name, about.namespace)
        if found is None or found.first_uid != about.uid:
            return False
        identity = identify(found)
        self._caches.reservations.put(
            self._api.patch_status(RESERVATIONS, identity, whole_patch(statuses.status))
        )
        changed = next(c.last_transition_time for c in statuses.status.conditions if c.type == "Ready")
        for told in statuses.events:
            self._tell(identity, told, f"{about.generation}.{changed}")
        return True

    def _tell(self, about: Identity, told: Told, transition: str) -> None:
        """One event of a reservation; `transition` names the one change it tells of."""
        occurrence = Occurrence(CAPACITY_RESERVATION, about, told.reason.value, told.note, transition)
        self._recorder.record(occurrence)
