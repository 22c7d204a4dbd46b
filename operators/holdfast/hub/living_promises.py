"""The living promises of a hub, and which of them no reservation is seen of: kept at the cost of what has changed."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.frozen.records import Records
from holdfast.hub.snapshot_reader import HubRecords
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.snapshot import Reservation

LIVING = frozenset({PromiseState.NONE, PromiseState.COMMITTED})


class LivingPromises:
    """What is known of them after a turn; `unseen` are those by uid whose reservation nobody shows."""

    def __init__(self) -> None:
        self.unseen: dict[str, Promise] = {}
        self._promises: Records[str, Promise] = Records.of({})
        self._shown: Records[str, Reservation] = Records.of({})
        self._unreadable: frozenset[str] = frozenset()
        self._born: dict[str, dict[str, int]] = {}
        self._since = 0
        self._young: dict[str, list[int]] = {}

    def hear(self, read: HubRecords, unreadable: frozenset[str]) -> None:
        """Take in what is read now; `unreadable` are uids of reservations that stand and cannot be read."""
        others = read.promises.new_since(self._promises)
        for uid in others:
            self._count(uid, self._promises.get(uid), read.promises.get(uid))
        asked = others | read.reservations.new_since(self._shown) | (unreadable ^ self._unreadable)
        self._promises, self._shown, self._unreadable = read.promises, read.reservations, unreadable
        for uid in asked:
            self._look(uid)

    def born_since(self, instant: int) -> Mapping[str, list[int]]:
        """By tenant, when its living promises were made, of those made after an instant (epoch seconds)."""
        if instant != self._since:
            self._since, self._young = instant, {}
        for tenant in self._born.keys() - self._young.keys():
            self._young[tenant] = [born for born in self._born[tenant].values() if born > instant]
        return {tenant: born for tenant, born in self._young.items() if born}

    def _look(self, uid: str) -> None:
        promise = self._promises.get(uid)
        seen = uid in self._shown or uid in self._unreadable
        if promise is None or promise.state not in LIVING or seen:
            self.unseen.pop(uid, None)
        else:
            self.unseen[uid] = promise

    def _count(self, uid: str, before: Promise | None, now: Promise | None) -> None:
        if before is not None:
            self._of(before.tenant).pop(uid, None)
        if now is not None and now.state in LIVING:
            self._of(now.tenant)[uid] = now.created

    def _of(self, tenant: str) -> dict[str, int]:
        """When each of a tenant's was made, to be changed."""
        self._young.pop(tenant, None)
        return self._born.setdefault(tenant, {})
