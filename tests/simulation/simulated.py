"""Time that a test moves by hand, and an Api over any transport that lives in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.http import Transport
from holdfast.cluster.transport.retries import Retries, RetryPolicy

START = 1_800_000_000.0
"""The epoch second at which simulated servers start: 2027-01-15T08:00:00Z."""


@dataclass(slots=True)
class SimulatedTime:
    """One clock for all: `epoch` for servers, `monotonic` for replicas; sleeping moves both at once."""

    elapsed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self.elapsed

    def epoch(self) -> float:
        """Wall clock of the servers."""
        return START + self.elapsed

    def sleep(self, seconds: float) -> None:
        """Move on, and remember that somebody waited."""
        self.slept.append(seconds)
        self.elapsed += seconds


def simulated_api(transport: Transport, time: SimulatedTime, patience: RetryPolicy | None = None) -> Api:
    """An Api that waits in simulated time, always as long as it may."""
    retries = Retries(patience or RetryPolicy(), time.monotonic, time.sleep, lambda _, high: high)
    return Api(transport, ServerClock(time.monotonic), retries)
