"""A sign of life: each datacenter's agent renews one Lease; whoever reads it judges by its own monotonic clock.

Wall clocks are never compared: a beat is a change of renewTime, and it is missed when none has been seen for long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.cluster.cache.reflector import Stop
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import LEASES
from holdfast.cluster.leases.lease import first_claim, renewed
from holdfast.cluster.transport.errors import ClusterError, Gone
from holdfast.cluster.transport.objects import Key

BEAT_SECONDS = 10
MISSED_SECONDS = 40


class Heartbeat:
    """The agent's side: one Lease, held by `identity` alone."""

    def __init__(self, api: Api, lease: Key, identity: str) -> None:
        self._api = api
        self._key = lease
        self._identity = identity

    def beat(self) -> None:
        """Renew once; any ClusterError is a beat not made."""
        try:
            lease = self._api.get(LEASES, self._key.name, self._key.namespace)
        except Gone:
            self._api.create(LEASES, first_claim(self._key, *self._renewal()))
        else:
            self._api.replace(LEASES, renewed(lease, *self._renewal()))

    def run(self, stop: Stop, on_failure: Callable[[ClusterError], None]) -> None:
        """Beat until told to stop; the target of a thread."""
        while not stop.is_set():
            try:
                self.beat()
            except ClusterError as error:
                on_failure(error)
            stop.wait(BEAT_SECONDS)

    def _renewal(self) -> tuple[str, float, int]:
        return self._identity, self._api.clock.now(), MISSED_SECONDS


@dataclass(frozen=True, slots=True)
class LastRenewal:
    """The reader's side: the last renewTime seen, and the reader's monotonic second at which it appeared."""

    renew_time: str | None
    seen_at: float


def renewal_seen(before: LastRenewal | None, renew_time: str | None, at: float) -> LastRenewal:
    """The pulse after reading the Lease at monotonic second `at`; no Lease at all reads as None."""
    if before is not None and before.renew_time == renew_time:
        return before
    return LastRenewal(renew_time, at)


def missed(pulse: LastRenewal, at: float) -> bool:
    """Whether the site has been silent for MISSED_SECONDS, as far as this reader has been listening.

    A reader that has just started gives every site, also one that has no Lease yet, the same time to speak.
    """
    return at - pulse.seen_at >= MISSED_SECONDS
