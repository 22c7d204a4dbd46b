"""What is known of one kind, kept by a reflector and by the replies to our own writes, read by everybody.

Rule 1. An object only moves forward: a lower resourceVersion never replaces a higher one.
Rule 2. `revision` is the point of the collection's history up to which everything has been seen. What is
        absent here and not newer than that was deleted, so a late reply never brings a deleted object back.
Rule 3. Absence here is no proof of anything to those who destroy (write rule 6): they GET first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Generic, TypeAlias, TypeVar

from holdfast.cluster.transport.objects import Broken, Identity, Key, View
from holdfast.frozen.records import Records

T = TypeVar("T")
_Seen: TypeAlias = tuple[Identity, T | Broken]


class ChangeSignal:
    """Rung whenever any store that holds it changes; one listener waits on it."""

    def __init__(self) -> None:
        self._notified = threading.Event()

    def notify(self) -> None:
        """Wake the listener, now or when it next waits."""
        self._notified.set()

    def wait(self, seconds: float) -> bool:
        """Sleep until something has changed since the last wait; False if nothing has for so long."""
        notified = self._notified.wait(seconds)
        self._notified.clear()
        return notified

    def notify_at(self, stop: threading.Event) -> None:
        """Ring once `stop` is set, so that a listener which sleeps hears of it; the target of a thread."""
        stop.wait()
        self.notify()


class Store(Generic[T]):
    """Objects of one View by (namespace, name). Safe for threads; what it returns stays."""

    def __init__(self, view: View[T], changes: ChangeSignal) -> None:
        self.view = view
        self._changes = changes
        self._lock = threading.Lock()
        self._seen: dict[Key, _Seen[T]] = {}
        self._readable: Records[Key, T] = Records.of({})
        self._broken: dict[Key, Broken] = {}
        self._revision = 0
        self._synced = False
        self._regressed = False

    @property
    def synced(self) -> bool:
        """Whether the whole collection has been seen once, and every list since could be followed."""
        return self._synced

    @property
    def regressed(self) -> bool:
        """Whether the last list was older than what had been seen: an etcd restored from a snapshot, perhaps."""
        return self._regressed

    @property
    def revision(self) -> int:
        """Up to where the collection's history has been seen."""
        return self._revision

    @property
    def records(self) -> Records[Key, T]:
        """All readable objects by key, as they stand now: a picture that never changes, at no cost."""
        return self._readable

    def objects(self) -> tuple[T, ...]:
        """All readable objects, in order of namespace and name."""
        readable = self._readable
        return tuple(readable[key] for key in sorted(readable))

    def broken(self) -> tuple[Broken, ...]:
        """All objects that exist and cannot be read, in the same order."""
        with self._lock:
            return tuple(self._broken[key] for key in sorted(self._broken))

    def get(self, name: str, namespace: str = "") -> T | None:
        """One readable object, or None; `broken` tells which exist nevertheless."""
        found: T | None = self._readable.get(Key(namespace, name))
        return found

    def passed(self, identity: Identity) -> bool:
        """Whether the store shows this version of its object or a later one (or that it has gone since)."""
        with self._lock:
            held = self._seen.get(identity.key)
            return self._revision >= identity.revision or (
                held is not None and held[0].revision >= identity.revision
            )

    def put(self, seen: T) -> bool:
        """Take in the reply to one of our own writes; False if the store already knows better."""
        return self._put(self.view.identify(seen), seen)

    def observe(self, identity: Identity, seen: T | Broken) -> None:
        """Take in an object from the watch, and move the revision on to it."""
        self._put(identity, seen)
        self.advance(identity.revision)

    def remove(self, identity: Identity) -> None:
        """Take in a deletion from the watch. A successor that is already known under the name stays."""
        with self._lock:
            held = self._seen.get(identity.key)
            if held is not None and held[0].revision <= identity.revision:
                del self._seen[identity.key]
                self._show({}, (identity.key,))
        self.advance(identity.revision)
        self._changes.notify()

    def advance(self, revision: int) -> None:
        """Everything up to this revision has been seen."""
        with self._lock:
            self._revision = max(self._revision, revision)

    def replace(self, listed: Iterable[tuple[Identity, T | Broken]], revision: int) -> frozenset[Key]:
        """Take in a whole list of one instant; returns the keys whose deletion it implies.

        What is known here and not listed has been deleted, unless it was written after the list was made: replies to
        our own writes arrive before the watch tells of them. So an object whose version is above the list's revision
        stays, and every other one is what the list says. Example: list at revision 50 without x; x known at 48: it is
        gone; x known at 53, from our own create: it stays. Not simpler, by taking the list as it is: the planner would
        forget what it has just written and write it again.

        A list older than what has been seen is refused whole: the store is then `regressed` and not `synced`.
        """
        with self._lock:
            self._regressed = revision < self._revision
            self._synced = not self._regressed
            deleted = frozenset[Key]() if self._regressed else self._take_over(dict(_keyed(listed)), revision)
        self._changes.notify()
        return deleted

    def _take_over(self, listed: dict[Key, _Seen[T]], revision: int) -> frozenset[Key]:
        newer = {key: held for key, held in self._seen.items() if _is_newer(held, listed.get(key), revision)}
        deleted = self._seen.keys() - listed.keys() - newer.keys()
        self._seen = {**listed, **newer}
        self._revision = revision
        self._show({key: seen for key, (_, seen) in listed.items() if key not in newer}, deleted)
        return frozenset(deleted)

    def _show(self, put: Mapping[Key, T | Broken], gone: Iterable[Key] = ()) -> None:
        """Let readers see what is held now; the lock is held."""
        broken = {key: seen for key, seen in put.items() if isinstance(seen, Broken)}
        whole = {key: seen for key, seen in put.items() if not isinstance(seen, Broken)}
        for key in (*gone, *whole):
            self._broken.pop(key, None)
        self._broken.update(broken)
        self._readable = self._readable.with_changes(whole, (*gone, *broken))

    def _put(self, identity: Identity, seen: T | Broken) -> bool:
        with self._lock:
            held = self._seen.get(identity.key)
            known = held[0].revision if held else self._revision
            if identity.revision <= known:
                return False
            self._seen[identity.key] = (identity, seen)
            self._show({identity.key: seen})
        self._changes.notify()
        return True


def _keyed(listed: Iterable[_Seen[T]]) -> Iterable[tuple[Key, _Seen[T]]]:
    return ((identity.key, (identity, seen)) for identity, seen in listed)


def _is_newer(held: _Seen[T], listed: _Seen[T] | None, revision: int) -> bool:
    """Whether what is held came from a write later than the list."""
    return held[0].revision > (listed[0].revision if listed else revision)
