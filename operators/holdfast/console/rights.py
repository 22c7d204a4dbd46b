"""What a viewer may see, asked of the API server and remembered for half a minute: a right that is taken away is gone
from the pages by then, and a hub that does not answer lets nobody see more than they were let to see in that time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from holdfast.cluster.client import Api
from holdfast.cluster.reviews import Deed, Person, allowed, bearer_of, refusal_of
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    AVAILABILITY_QUERY,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    DATACENTER,
    EVENT,
    GUARD_BINDING,
    MAINTENANCE_WINDOW,
    POOL_REPORT,
    STACK_SEAL,
    TENANT,
    ServedKind,
)
from holdfast.console.views.in_view import Reach

REMEMBERED_SECONDS = 30.0
MOST_REMEMBERED = 20_000
"""Answers kept at once; beyond that all are forgotten, and asked again."""
AT_ONCE = 8
"""Reviews under way at once for one viewer who is asked about many namespaces."""
WHOLE = (
    DATACENTER, ACCELERATOR_POOL, POOL_REPORT, TENANT, CAPACITY_RESERVATION, CAPACITY_PROMISE, MAINTENANCE_WINDOW,
    GUARD_BINDING, STACK_SEAL,
)  # fmt: skip
"""Kinds that a viewer may be let to see whole."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks, until an instant in epoch seconds. Without a person: whoever the kubeconfig speaks for."""

    until: int
    person: Person | None = None

    @property
    def name(self) -> str:
        """What the page calls them."""
        return self.person.username if self.person is not None else "your kubeconfig"

    @property
    def key(self) -> bytes:
        """The same for the same person with the same groups."""
        return msgspec.json.encode(self.person, order="deterministic")


class Rights:
    """Access reviews, remembered. `monotonic` is in seconds. Safe for threads; all may raise ClusterError."""

    def __init__(self, api: Api, monotonic: Callable[[], float]) -> None:
        self._api = api
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[tuple[bytes, object], tuple[float, object]] = {}
        self._asking = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reviews")

    def may(self, viewer: Viewer, deed: Deed) -> bool:
        """Whether the viewer may do it, as the API server said at most half a minute ago."""
        return bool(self._remembered((viewer.key, deed), lambda: allowed(self._api, deed, viewer.person)))

    def person_of(self, token: str) -> Person | None:
        """Whose token this is; None for one that the API server does not take."""
        digest = hashlib.sha256(token.encode()).digest()
        found = self._remembered((b"token", digest), lambda: bearer_of(self._api, token))
        return found if isinstance(found, Person) else None

    def why_not(self, token: str) -> str:
        """What the API server says of a token that it does not take; asked anew, for it is asked seldom."""
        return refusal_of(self._api, token)

    def reach(self, viewer: Viewer, namespaces: Iterable[str]) -> Reach:
        """How far the viewer sees: whole kinds, and of these namespaces those whose reservations they may list."""
        kinds = [kind.plural for kind, yes in zip(WHOLE, self._listed(viewer, WHOLE), strict=True) if yes]
        if CAPACITY_RESERVATION.plural in kinds:
            return Reach(frozenset(kinds))
        asked = sorted(namespaces)
        own = self._all(viewer, [_list(CAPACITY_RESERVATION, one) for one in asked])
        return Reach(frozenset(kinds), frozenset(name for name, yes in zip(asked, own, strict=True) if yes))

    def may_read(self, viewer: Viewer, namespace: str, name: str) -> bool:
        """Whether the viewer may get this one reservation."""
        kind = CAPACITY_RESERVATION
        return self.may(viewer, Deed("get", kind.group, kind.plural, namespace, name))

    def may_read_events(self, viewer: Viewer, namespace: str) -> bool:
        """Whether the viewer may list the events of a namespace."""
        return self.may(viewer, _list(EVENT, namespace))

    def may_ask(self, viewer: Viewer, namespace: str) -> bool:
        """Whether the viewer could create a query there: who may ask the operator may ask here."""
        kind = AVAILABILITY_QUERY
        return self.may(viewer, Deed("create", kind.group, kind.plural, namespace))

    def _listed(self, viewer: Viewer, kinds: Iterable[ServedKind]) -> list[bool]:
        return self._all(viewer, [_list(kind) for kind in kinds])

    def _all(self, viewer: Viewer, deeds: list[Deed]) -> list[bool]:
        return list(self._asking.map(lambda deed: self.may(viewer, deed), deeds))

    def _remembered(self, question: tuple[bytes, object], ask: Callable[[], object]) -> object:
        at = self._monotonic()
        with self._lock:
            known = self._known.get(question)
        if known is not None and at - known[0] < REMEMBERED_SECONDS:
            return known[1]
        said = ask()
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[question] = (at, said)
        return said


def _list(kind: ServedKind, namespace: str = "") -> Deed:
    return Deed("list", kind.group, kind.plural, namespace)
