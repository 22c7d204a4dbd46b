"""What is asked again, decided by error class, here and nowhere else. Three policies:

    read               Unavailable   again, after a growing random pause or the server's Retry-After
    idempotent write   Unavailable   again: nothing was changed
                       Unknown       read back first; then it is settled, or has moved, or may be sent again
    never              Stale, AlreadyExists, Gone, Expired, Refused, Undecodable: back to whoever decided

A write may be sent again because its form (write_rule.py) makes the second copy harmless: whichever copy is
carried out first, the other meets a conflict.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import tenacity

from holdfast.cluster.transport.errors import ClusterError, Unavailable, Unknown

T = TypeVar("T")

READ_AGAIN: tuple[type[ClusterError], ...] = (Unavailable,)
WRITE_AGAIN: tuple[type[ClusterError], ...] = (Unavailable, Unknown)


class Again(enum.Enum):
    """What a read-back says when the write has not been carried out, so that sending it again is right."""

    SEND = "send"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to keep asking, in seconds. No try starts at or after `deadline`; 0 means one try."""

    deadline: float = 20.0
    first_pause: float = 0.1
    longest_pause: float = 2.0


ONE_TRY = RetryPolicy(deadline=0.0)


@dataclass(frozen=True, slots=True)
class Retries:
    """The three policies over one clock, one sleep and one die; `uniform(low, high)` as random.Random's."""

    policy: RetryPolicy
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    uniform: Callable[[float, float], float]

    def with_policy(self, policy: RetryPolicy) -> Retries:
        """The same policies with another patience."""
        return Retries(policy, self.monotonic, self.sleep, self.uniform)

    def read(self, call: Callable[[], T]) -> T:
        """The answer of a call that changes nothing; raises its last error."""
        return self._retrying(READ_AGAIN)(call)

    def write(self, call: Callable[[], T], read_back: Callable[[], T | Again]) -> T:
        """The answer of a guarded write. `read_back` returns it if carried out, raises Stale if moved on.

        Raises Unknown when patience ends without certainty: then read before anything else.
        """
        return self._retrying(WRITE_AGAIN)(_Write(call, read_back))

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row: random below a bound that doubles."""
        bound = self.policy.first_pause * 2.0 ** min(failures - 1, 30)
        return self.uniform(0.0, min(bound, self.policy.longest_pause))

    def _retrying(self, classes: tuple[type[ClusterError], ...]) -> tenacity.Retrying:
        started = self.monotonic()

        def out_of_time(state: tenacity.RetryCallState) -> bool:
            waited = max(self.monotonic() - started, state.idle_for)
            return waited + state.upcoming_sleep >= self.policy.deadline

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(classes),
            wait=lambda state: max(self.pause(state.attempt_number), _wish(state)),
            stop=out_of_time,
            sleep=self.sleep,
            reraise=True,
        )


def _wish(state: tenacity.RetryCallState) -> float:
    """The server's Retry-After in seconds: never ask sooner."""
    error = state.outcome.exception() if state.outcome else None
    return (error.retry_after or 0.0) if isinstance(error, Unavailable) else 0.0


class _Write(Generic[T]):
    """One write and its doubt: once a try is Unknown, every later try reads back before it sends."""

    def __init__(self, call: Callable[[], T], read_back: Callable[[], T | Again]) -> None:
        self._call = call
        self._read_back = read_back
        self._doubt: Unknown | None = None

    def __call__(self) -> T:
        try:
            settled = self._read_back() if self._doubt else Again.SEND
            return self._call() if isinstance(settled, Again) else settled
        except Unknown as unknown:
            self._doubt = unknown
            raise
        except Unavailable as unavailable:
            if self._doubt is None:
                raise
            raise Unknown(f"{self._doubt}; reading back failed: {unavailable}") from unavailable
