"""Which datacenters are silent, judged by this replica's own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from holdfast.api.datacenter import Datacenter
from holdfast.cluster.core_objects import Lease
from holdfast.cluster.leases.heartbeat import LastRenewal, missed, renewal_seen


class SiteLiveness:
    """Remembers when each site's heartbeat last changed. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._liveness: dict[str, LastRenewal] = {}

    def silent(self, datacenters: Iterable[Datacenter], leases: Iterable[Lease]) -> frozenset[str]:
        """Datacenters in operation whose agent has not been heard for too long.

        A site under construction has no agent yet and is not expected to speak.
        """
        at = self._monotonic()
        beats = {lease.metadata.name: lease.spec.renew_time for lease in leases}
        quiet = set()
        for site in datacenters:
            name = site.metadata.name
            self._liveness[name] = renewal_seen(self._liveness.get(name), beats.get(name), at)
            if site.spec.lifecycle == "Operational" and missed(self._liveness[name], at):
                quiet.add(name)
        return frozenset(quiet)
