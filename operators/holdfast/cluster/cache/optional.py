"""A cache of a kind that a cluster may not serve: its absence is an answer, not a failure.

    definition is there      listed and watched as any other kind
    definition is not there  synced and empty; asked again every ABSENT_SECONDS
    refused (no right)       as if it were absent, and `refused` says so

A kind that is served and cannot be read for another reason is no answer: the cache is then not synced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from holdfast.cluster.cache.reflector import Reflector
from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import DEFINITIONS
from holdfast.cluster.transport.errors import ClusterError, Gone, Refused, Unavailable
from holdfast.cluster.transport.objects import EVERYTHING, Key, Selector, View

T = TypeVar("T")

ABSENT_SECONDS = 20.0
"""Between two looks for a kind that is not served."""


class OptionalStore(Store[T]):
    """Objects of a kind that may not be there. `served` is False until its definition has been seen."""

    def __init__(self, view: View[T], changes: ChangeSignal) -> None:
        super().__init__(view, changes)
        self.served = False
        self.refused = False
        self._then: Callable[[], None] = lambda: None

    @property
    def definition(self) -> str:
        """The name of the kind's definition: slices.accelerator.gke.io."""
        return f"{self.view.kind.plural}.{self.view.kind.group}"

    def when_closed(self, then: Callable[[], None]) -> None:
        """What else is to be done at every look that finds the kind not there, or not for us."""
        self._then = then

    def close(self, *, refused: bool) -> None:
        """The kind is not there, or not for us: nothing is known of its objects."""
        self.served, self.refused = False, refused
        self.replace((), self.revision)
        self._then()

    def open(self) -> None:
        """The kind is there."""
        self.served, self.refused = True, False


class OptionalReflector(Reflector[T]):
    """One OptionalStore's connection to its server."""

    def __init__(
        self,
        api: Api,
        store: OptionalStore[T],
        pause: Callable[[int], float],
        selector: Selector = EVERYTHING,
        on_failure: Callable[[ClusterError], None] = lambda _: None,
    ) -> None:
        def told(error: ClusterError) -> None:
            if store.served:
                on_failure(error)

        def wait(failures: int) -> float:
            return pause(failures) if store.served else ABSENT_SECONDS

        super().__init__(api, store, wait, selector, told)
        self._optional = store

    def relist(self) -> frozenset[Key]:
        """As of any kind, once its definition is there."""
        try:
            self._api.get(DEFINITIONS, self._optional.definition)
            deleted = super().relist()
        except (Gone, Refused) as error:
            self._optional.close(refused=isinstance(error, Refused))
            return frozenset()
        self._optional.open()
        return deleted

    def watch_once(self) -> int:
        """As of any kind; Unavailable while there is nothing to watch, so that it is looked for again."""
        if not self._optional.served:
            raise Unavailable(f"{self._optional.definition} is not served")
        return super().watch_once()
