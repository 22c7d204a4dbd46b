"""When a reservation is really gone: 404 by consistent reads for as long as the patience lasts, same uid all along.

Rule 1. A cache never proves absence; it only raises the question.
Rule 2. Every answer but 404 (or another uid under the name) starts the count anew.
Rule 3. A replica that has just taken over counts from its own first read.
Rule 4. Many vanishing at once look like a fault, not like tenants: then nobody is gone and a person is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from holdfast.api.promise import CapacityPromise
from holdfast.api.reservation import CapacityReservation
from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.errors import ClusterError, Gone

PATIENCE_SECONDS = 30.0
ASK_AGAIN_SECONDS = 5.0
MANY_AT_LEAST = 20
MANY_SHARE = 10


class DeletionProof:
    """Asks after the reservations of living promises that the cache does not show."""

    def __init__(self, api: Api, monotonic: Callable[[], float], patience: float = PATIENCE_SECONDS) -> None:
        self._api = api
        self._monotonic = monotonic
        self._patience = patience
        self._missing: dict[str, tuple[float, float]] = {}
        self.suspicious = False

    @property
    def pending(self) -> bool:
        """Whether some reservation is being asked after."""
        return bool(self._missing)

    def gone(
        self, promises: Iterable[CapacityPromise], reservations: Store[CapacityReservation]
    ) -> frozenset[str]:
        """The uids of living promises whose reservation is proven gone."""
        living = [promise for promise in promises if promise.spec.state in ("None", "Committed")]
        shown = {one.metadata.uid for one in reservations.objects()}
        absent = [promise for promise in living if promise.metadata.name not in shown]
        known = {promise.metadata.name for promise in absent}
        self._missing = {uid: times for uid, times in self._missing.items() if uid in known}
        self.suspicious = len(absent) > max(MANY_AT_LEAST, len(living) // MANY_SHARE)
        if self.suspicious:
            return frozenset()
        return frozenset(promise.metadata.name for promise in absent if self._proven(promise, reservations))

    def _proven(self, promise: CapacityPromise, reservations: Store[CapacityReservation]) -> bool:
        uid, now = promise.metadata.name, self._monotonic()
        since, asked = self._missing.get(uid, (now, -ASK_AGAIN_SECONDS))
        if now - asked < ASK_AGAIN_SECONDS and now - since < self._patience:
            return False
        if not self._absent(promise, reservations):
            self._missing.pop(uid, None)
            return False
        self._missing[uid] = (since, now)
        return now - since >= self._patience

    def _absent(self, promise: CapacityPromise, reservations: Store[CapacityReservation]) -> bool:
        try:
            found = self._api.get(RESERVATIONS, promise.spec.reservation, promise.spec.namespace)
        except Gone:
            return True
        except ClusterError:
            return False
        reservations.put(found)
        return found.metadata.uid != promise.metadata.name
