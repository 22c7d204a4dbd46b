"""Of which topology a promise's slices are: told by its promise object at the hub, asked for once.

A reservation's topology never changes, so what was read once stays true.
"""

from __future__ import annotations

from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import PROMISES
from holdfast.cluster.transport.errors import Gone


class Shapes:
    """Topologies by the uid of the reservation."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def known(self, promise: str) -> str | None:
        """The topology, if it was asked for before."""
        return self._known.get(promise)

    def topology(self, hub: Api, promise: str) -> str | None:
        """The topology of one slice; None where the hub has no such promise or it names none. Raises ClusterError."""
        if promise not in self._known:
            try:
                found = hub.get(PROMISES, promise).spec.topology
            except Gone:
                return None
            if found is not None:
                self._known[promise] = found
        return self._known.get(promise)

    def forget(self, living: frozenset[str]) -> None:
        """Keep only those of promises that still have a unit here."""
        self._known = {promise: found for promise, found in self._known.items() if promise in living}
