"""What the console sees of the hub: its caches, whether the hub answers, and since when it does not.

Kinds that this console's own account may not list stay empty: a tenant's kubeconfig shows a tenant's part.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, TypeVar

from holdfast.api.promise import CapacityPromise
from holdfast.cluster.cache.reflector import Reflector
from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import GUARD_BINDINGS
from holdfast.cluster.holdfast_objects import DATACENTERS
from holdfast.cluster.reviews import Deed, allowed
from holdfast.cluster.transport.errors import ClusterError, Refused
from holdfast.cluster.transport.objects import Key, Selector, View
from holdfast.console.views.floor import silent_sites
from holdfast.console.views.in_view import InView, Reach
from holdfast.frozen.derived import Derived
from holdfast.hub.caches import HubCaches
from holdfast.hub.snapshot_reader import HubDocuments
from holdfast.process.logs import logger
from holdfast.process.threads import start_thread

LOOK_SECONDS = 2.0
"""How often it is looked whether the hub answers, and how long an answer may take."""
BLIND_SECONDS = 5.0
"""After so long without an answer the pages say that they are blind, and since when."""
GUARDS_EVERY = 30
"""Looks between two readings of which guards are in force."""
UNFOLLOWED = frozenset({"leases", "availabilityqueries"})
"""Kinds that the operator follows and the console does not show."""
_log = logger("console")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Followed:
    """What one reflector follows."""

    store: Store[Any]
    selector: Selector


class Sight:
    """The caches of one console. `monotonic` is in seconds; `version` rises with every change."""

    def __init__(self, api: Api, monotonic: Callable[[], float], namespace: str = "") -> None:
        self.caches = HubCaches.empty()
        self.followed: tuple[Followed, ...] = ()
        self.version = 0
        self._api = api
        self._monotonic = monotonic
        self._namespace = namespace
        self._lock = threading.Lock()
        self._promises: Derived[Key, CapacityPromise, CapacityPromise] = Derived(
            attrgetter("metadata.name"), lambda one: one
        )
        self._guards: frozenset[str] | None = None
        self._heard_at: float | None = None
        self._heard: int | None = None

    # --- what is known --------------------------------------------------------------------------------------

    @property
    def synced(self) -> bool:
        """Whether all that may be read has been read once."""
        return bool(self.followed) and all(one.store.synced for one in self.followed)

    @property
    def blind_since(self) -> int | None:
        """When the hub was last heard, in epoch seconds, if that is too long ago; 0 if never; None while it answers."""
        if self._heard_at is None:
            return 0
        late = self._monotonic() - self._heard_at > BLIND_SECONDS
        return self._heard if late else None

    @property
    def now(self) -> int:
        """Epoch seconds by the hub's clock. Raises Unavailable before the hub has been heard."""
        return int(self._api.clock.now())

    @property
    def namespaces(self) -> frozenset[str]:
        """The namespaces in which reservations may lie: those of tenants, and that of a person's own context."""
        own = {self._namespace} if self._namespace else set()
        return frozenset(one.name for one in self.caches.namespaces.records) | own

    def seen(self, reach: Reach) -> InView:
        """What somebody with this reach may see now. Raises Unavailable before the hub has been heard."""
        caches, kinds = self.caches, reach.kinds

        def whole(store: Store[Any]) -> dict[str, Any]:
            readable = store.view.kind.plural in kinds
            return {one.metadata.name: one for one in store.objects()} if readable else {}

        with self._lock:
            promises = self._promises.of(caches.promises.records)
        return InView(
            now=self.now,
            reach=reach,
            pools=whole(caches.pools),
            reports=whole(caches.reports),
            datacenters=whole(caches.datacenters),
            tenants=whole(caches.tenants),
            maintenance=whole(caches.maintenance),
            promises=promises if "capacitypromises" in kinds else {},
            reservations=self._reservations(reach),
            unreadable=dict(self._unreadable(kinds)),
            guards=self._guards if "validatingadmissionpolicybindings" in kinds else None,
        )

    def listed(self, view: View[T], selector: Selector) -> Iterator[T]:
        """Objects that no cache holds, read now: one try. Raises ClusterError."""
        for found in self._api.single_try(LOOK_SECONDS).list_pages(view, selector):
            yield from found.objects

    def documents(self) -> HubDocuments:
        """All that the planner reads, as far as this account may read it."""
        silent = silent_sites(
            InView(0, datacenters={one.metadata.name: one for one in self.caches.datacenters.objects()})
        )
        return self.caches.documents(silent)

    @property
    def plans(self) -> bool:
        """Whether this account reads all that a plan is made of."""
        needed = {"acceleratorpools", "poolreports", "datacenters", "tenants", "stackseals", "capacityreservations",
                  "capacitypromises", "maintenancewindows", "namespaces"}  # fmt: skip
        return self.synced and needed <= {one.store.view.kind.plural for one in self.followed}

    def _reservations(self, reach: Reach) -> Any:
        records = self.caches.reservations.records
        if "capacityreservations" in reach.kinds:
            return records
        return {key: one for key, one in records.items() if key.namespace in reach.namespaces}

    def _unreadable(self, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
        for one in self.followed:
            plural = one.store.view.kind.plural
            for broken in one.store.broken() if plural in kinds else ():
                yield f"{plural}/{broken.identity.name}", broken.why

    # --- how it is kept -------------------------------------------------------------------------------------

    def run(self, stop: threading.Event, pause: Callable[[int], float]) -> None:
        """Follow all that may be read, and look again and again whether the hub answers, until told to stop."""
        start_thread(self._count, stop)
        looks = 0
        while not stop.is_set():
            try:
                self.look(guards=looks % GUARDS_EVERY == 0)
                looks += 1
                if not self.followed:
                    self.follow(stop, pause)
            except ClusterError as error:
                _log.warning("the hub does not answer", error=type(error).__name__, why=str(error))
            stop.wait(LOOK_SECONDS)

    def look(self, *, guards: bool = False) -> None:
        """Ask the hub one small thing. Raises ClusterError where it gives no answer; a refusal is one."""
        once = self._api.single_try(LOOK_SECONDS)
        self._ask(lambda: next(once.list_pages(DATACENTERS, limit=1)))
        if guards:
            found = self._ask(
                lambda: [one for page in once.list_pages(GUARD_BINDINGS) for one in page.objects]
            )
            self._guards = None if found is None else frozenset(one.metadata.name for one in found)
        was_blind = self.blind_since is not None
        self._heard_at, self._heard = self._monotonic(), int(self._api.clock.now())
        if was_blind:
            self.caches.changes.notify()

    def follow(self, stop: threading.Event, pause: Callable[[int], float]) -> None:
        """Start a reflector for every kind that this account may list. Raises ClusterError."""
        wanted = [Followed(*one) for one in self.caches.all() if one[0].view.kind.plural not in UNFOLLOWED]
        found = [each for one in wanted if (each := self._readable(one)) is not None]
        for one in found:
            start_thread(Reflector(self._api, one.store, pause, one.selector).run, stop)
        self.followed = tuple(found)

    def _readable(self, one: Followed) -> Followed | None:
        """What of a kind this account may list: all of it, or what lies in its own namespace, or nothing."""
        kind = one.store.view.kind
        if allowed(self._api, Deed("list", kind.group, kind.plural)):
            return one
        own = Deed("list", kind.group, kind.plural, self._namespace)
        if kind.namespaced and self._namespace and allowed(self._api, own):
            return replace(one, selector=Selector(namespace=self._namespace))
        _log.info("not followed: this account may not list it", plural=kind.plural)
        return None

    def _count(self, stop: threading.Event) -> None:
        start_thread(self.caches.changes.notify_at, stop)
        while not stop.is_set():
            if self.caches.changes.wait(LOOK_SECONDS):
                self.version += 1

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Refused as refused:
            if refused.status != 403:
                raise
            return None
