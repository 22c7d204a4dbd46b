"""Of whom there was nothing to say, and what that rested on: while it is the same, nothing is worked out anew.

A status is derived from the reservation with the status that stands there, its promise, the pools it lies in, this
turn's hold and outlook, and from time. All records are frozen and made anew only of documents that have changed, so the
same objects say the same; time alone changes an answer at the window's start and when a unit is delivered.
"""

from __future__ import annotations

from typing import NamedTuple

from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import FAR, Promise
from holdfast.planner.state.sameness import very_same
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot
from holdfast.planner.state.steps import Hold

Rest = tuple[Reservation, Promise | None, *tuple[Pool, ...]]
"""The records a status is derived from."""


class _Silence(NamedTuple):
    """What nothing to say rested on; `until` is when time alone may change it (epoch seconds)."""

    rest: Rest
    hold: Hold | None
    short: Reason | None
    until: int


class Quiet:
    """What a planner remembers from turn to turn of those whose status stands as it should."""

    def __init__(self) -> None:
        self._known: dict[str, _Silence] = {}

    def still(self, snapshot: Snapshot, rest: Rest, hold: Hold | None, short: Reason | None) -> bool:
        """Whether there was nothing to say, and nothing of what that rested on is another."""
        known = self._known.get(rest[0].uid)
        if known is None or snapshot.now >= known.until or (known.hold, known.short) != (hold, short):
            return False
        return very_same(known.rest, rest)

    def note(self, snapshot: Snapshot, rest: Rest, hold: Hold | None, short: Reason | None) -> None:
        """There is nothing to say now."""
        self._known[rest[0].uid] = _Silence(rest, hold, short, _until(snapshot, rest))

    def forget(self, uid: str) -> None:
        """Something is being said, so it is looked at again until it stands there."""
        self._known.pop(uid, None)

    def keep(self, snapshot: Snapshot) -> None:
        """Remember nobody who is not there any more."""
        for uid in self._known.keys() - snapshot.reservations.keys() - snapshot.leaving.keys():
            del self._known[uid]


def _until(snapshot: Snapshot, rest: Rest) -> int:
    """When time alone may change the answer: its window opens, or a unit of its pools is due."""
    _, promise, *pools = rest
    instants = [unit.available for pool in pools for unit in pool.units.values()]
    if promise is not None:
        instants.append(promise.start)
    return min((instant for instant in instants if instant > snapshot.now), default=FAR)


def rest_of(snapshot: Snapshot, reservation: Reservation) -> Rest:
    """What a status rests on."""
    promise = snapshot.promises.get(reservation.uid)
    pools = () if promise is None else promise.pools
    return (reservation, promise, *(snapshot.pools[name] for name in pools if name in snapshot.pools))
