"""Of whom nothing has to be said: a turn works out the status of those alone of whom something is new, or still untold.

A status is derived from the reservation with the status that stands there, its promise, the pools it lies in, this
turn's hold, and from time: all of which the plan's news tells of (`state/news.py`). What is told stays untold here
until it is seen to stand there, so whatever happens to a write, it is said again. Where a turn has no time to say all,
tenants are told in turn, of one tenant's reservations the one first that was not told for longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from holdfast.planner.state.fairness import in_turn
from holdfast.planner.state.news import News
from holdfast.planner.state.pool_calendar import PoolCalendar
from holdfast.planner.state.snapshot import Reservation, Snapshot
from holdfast.planner.state.steps import Hold
from holdfast.planner.status.facts import PoolCount, count_of
from holdfast.planner.status.outlook import Outlook, outlook_in

NOBODY: Mapping[str, Hold] = {}


class Quiet:
    """What a planner remembers of its words from turn to turn; one that remembers nothing looks at everything."""

    def __init__(self) -> None:
        self._everything = True
        self._untold: dict[str, None] = {}
        self._counts: dict[str, PoolCount] = {}
        self._outlooks: dict[str, Outlook] = {}
        self._holds: Mapping[str, Hold] = NOBODY

    def hear(self, news: News | None) -> None:
        """Take in what a turn found new; None is a turn that knows nothing of it."""
        if news is None or news.everything:
            self._everything = True
            self._counts, self._outlooks = {}, {}
            return
        self._add(news.promises | news.promised | news.asks)
        for name in news.pools:
            self._counts.pop(name, None)
            self._outlooks.pop(name, None)

    def counts(self, snapshot: Snapshot) -> Mapping[str, PoolCount]:
        """Every pool counted; anew where something is new in it."""
        for name, pool in snapshot.pools.items():
            if name not in self._counts:
                self._counts[name] = count_of(pool, snapshot.now, snapshot.policy)
        return self._counts

    def outlook(self, snapshot: Snapshot, calendars: Mapping[str, PoolCalendar]) -> Outlook:
        """Which promises cannot be kept, looked at anew in pools in which something is new."""
        for name, pool in snapshot.pools.items():
            if name not in self._outlooks:
                self._outlooks[name] = outlook_in(snapshot, pool, calendars.get(name))
        names = sorted(snapshot.pools, reverse=True)  # of two pools the first in name tells why
        return {uid: why for name in names for uid, why in self._outlooks[name].items()}

    def to_look_at(self, snapshot: Snapshot, holds: Mapping[str, Hold]) -> Iterator[Reservation]:
        """The reservations of which something may have to be said, tenants in turn."""
        standing = snapshot.reservations
        if self._everything:
            self._untold = {}
            self._add({*standing, *snapshot.leaving})
        self._add(_others(self._holds, holds) | snapshot.leaving.keys())
        self._holds, self._everything = holds, False
        self._untold = {uid: None for uid in self._untold if uid in standing or uid in snapshot.leaving}
        return in_turn(standing.get(uid) or snapshot.leaving[uid] for uid in self._untold)

    def told(self, uid: str) -> None:
        """Something is being said of a reservation; until it is seen to stand there it waits behind all others."""
        del self._untold[uid]
        self._untold[uid] = None

    def stands(self, uid: str) -> None:
        """What is to be said of a reservation stands in its status."""
        self._untold.pop(uid, None)

    def _add(self, uids: Iterable[str]) -> None:
        self._untold |= dict.fromkeys(sorted(uids))


def _others(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    """The keys of which something else is said now."""
    return {uid for uid in before.keys() | now.keys() if before.get(uid) != now.get(uid)}
