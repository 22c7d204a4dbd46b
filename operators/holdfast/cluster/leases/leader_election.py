"""Who of several replicas acts: one Lease, judged by monotonic clocks only. For efficiency, never for safety.

    follower ──(lease free, or unchanged for lease_seconds)──▶ leader ──(renewed)──▶ leader
                                                              leader ──(not renewed for renew_deadline)──▶ exit

A leader counts from before its call was sent; a follower counts from after it saw the last change. As
renew_deadline < lease_seconds, the leader has ended before the follower starts. Any error means: not renewed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from holdfast.cluster.cache.reflector import Stop
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import LEASES, Lease
from holdfast.cluster.leases.lease import first_claim, let_go, renewed
from holdfast.cluster.transport.errors import ClusterError, Gone
from holdfast.cluster.transport.objects import Key

LOST_LEASE = 75
"""Exit status of a process that lost its lease (EX_TEMPFAIL: start it again)."""
_NEVER = float("-inf")
_WATCHDOG_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: how long a silent holder keeps the lease, how long a leader acts unrenewed, between attempts.

    A leader that dies is followed within about five seconds, and one that is told to stop within one: two leaders at
    once are slower and never wrong, so that nothing is gained by waiting longer. A renewal is a read and a write; two
    of them fit into the deadline even where each call takes all of its time.
    """

    lease_seconds: int = 4
    renew_deadline: float = 3.2
    retry: float = 0.4
    call_timeout: float = 0.75


class LeaderElector:
    """One replica's part. `identity` = pod uid + boot nonce; `end_process` is os._exit."""

    def __init__(
        self,
        api: Api,
        lease: Key,
        identity: str,
        end_process: Callable[[int], None],
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        self._api = api.single_try(self._timing.call_timeout)
        self._monotonic = api.clock.monotonic
        self._key = lease
        self._identity = identity
        self._end_process = end_process
        self._until = _NEVER
        self._led = False
        self._other: tuple[str, float] = ("", 0.0)

    @property
    def leading(self) -> bool:
        """Whether this replica may act at this instant."""
        return self._monotonic() < self._until

    def attempt(self) -> bool:
        """Ask for the lease, or renew it, once; returns whether this replica leads now."""
        self.end_if_late()
        started = self._monotonic()
        with contextlib.suppress(ClusterError):
            if self._claim():
                self._until, self._led = started + self._timing.renew_deadline, True
        return self.leading

    def end_if_late(self) -> None:
        """Exit if this replica led and could not renew in time: what it is doing may no longer be its to do."""
        if self._led and not self.leading:
            self._end_process(LOST_LEASE)

    def release(self) -> None:
        """Stop leading, then give the lease back so that another replica leads at once."""
        led, self._led, self._until = self._led, False, _NEVER
        if not led:
            return
        with contextlib.suppress(ClusterError):
            lease = self._api.get(LEASES, self._key.name, self._key.namespace)
            if lease.spec.holder_identity == self._identity:
                self._api.replace(LEASES, let_go(lease))

    def run(self, stop: Stop) -> None:
        """Attempt until told to stop, then release; the target of a thread."""
        while not stop.is_set():
            self.attempt()
            stop.wait(self._timing.retry)
        self.release()

    def guard(self, stop: Stop) -> None:
        """The watchdog's thread: ends the process at the deadline even while an attempt hangs in a call."""
        while not stop.is_set():
            self.end_if_late()
            stop.wait(_WATCHDOG_SECONDS)

    def _claim(self) -> bool:
        """Write this replica into the lease if it may; whether it did. The version read guards the write."""
        try:
            lease = self._api.get(LEASES, self._key.name, self._key.namespace)
        except Gone:
            self._api.create(LEASES, first_claim(self._key, *self._renewal()))
            return True
        if not self._may_take(lease):
            self._until = _NEVER
            return False
        self._api.replace(LEASES, renewed(lease, *self._renewal()))
        return True

    def _renewal(self) -> tuple[str, float, int]:
        return self._identity, self._api.clock.now(), self._timing.lease_seconds

    def _may_take(self, lease: Lease) -> bool:
        """Whether the lease is free, ours, or has stood still for lease_seconds by this replica's own clock."""
        if lease.spec.holder_identity in (None, "", self._identity):
            return True
        version, at = lease.metadata.resource_version, self._monotonic()
        if version != self._other[0]:
            self._other = (version, at)
        return at - self._other[1] >= self._timing.lease_seconds
