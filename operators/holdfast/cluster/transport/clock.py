"""The one clock of the planner: the API server's Date, carried forward by a monotonic clock.

Dates are whole seconds and arrive late, so a reply only says that the server's time lies in an interval. The
clock keeps its estimate and moves it just far enough to lie inside. A Date further than MISTRUST_SECONDS away
is not followed: somebody's clock has jumped, and until Dates agree again nothing may be opened or released.
Where they never do (a machine that slept), a new process starts from a fresh Date.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from holdfast.cluster.transport.errors import Unavailable

MISTRUST_SECONDS = 5.0


class ServerClock:
    """Epoch seconds as the API server counts them. Safe for threads; `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self._lock = threading.Lock()
        self._ahead: float | None = None
        self._latest = 0.0
        self._trusted = False

    @property
    def trusted(self) -> bool:
        """Whether a Date has been seen and the last one agreed with this clock."""
        return self._trusted

    def now(self) -> float:
        """The server's time; never goes back. Unavailable before the first reply."""
        with self._lock:
            if self._ahead is None:
                raise Unavailable("time: no reply of the API server has carried a Date yet")
            self._latest = max(self._latest, self.monotonic() + self._ahead)
            return self._latest

    def observe(self, date: float | None, sent: float) -> None:
        """Learn from a reply just received: its Date, and the monotonic second its request was sent at."""
        if date is None:
            return
        with self._lock:
            received = self.monotonic()
            earliest, latest = date - received, date + 1.0 - sent
            self._ahead, self._trusted = _follow(self._ahead, earliest, latest)


def _follow(ahead: float | None, earliest: float, latest: float) -> tuple[float, bool]:
    """The estimate moved into [earliest, latest], and whether it was near enough to be moved."""
    if ahead is None:
        return earliest, True
    nearest = min(max(ahead, earliest), latest)
    if abs(nearest - ahead) > MISTRUST_SECONDS:
        return ahead, False
    return nearest, True
