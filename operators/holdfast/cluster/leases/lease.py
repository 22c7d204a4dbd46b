"""What a Lease says, for those who hold one: the elector and the heartbeat."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from holdfast.cluster.core_objects import Lease, LeaseSpec, Metadata
from holdfast.cluster.transport.objects import Key


def microtime(epoch: float) -> str:
    """Epoch seconds as Kubernetes writes a MicroTime: 2027-01-04T00:00:00.000000Z."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def first_claim(key: Key, holder: str, now: float, seconds: int) -> Lease:
    """A new lease, held from now on."""
    metadata = Metadata(name=key.name, namespace=key.namespace)
    return renewed(Lease(metadata, LeaseSpec(lease_transitions=-1)), holder, now, seconds)


def renewed(lease: Lease, holder: str, now: float, seconds: int) -> Lease:
    """The lease renewed by its holder, or taken over: then acquired now, and one transition more."""
    time, before = microtime(now), lease.spec
    same = before.holder_identity == holder
    spec = LeaseSpec(
        holder_identity=holder,
        lease_duration_seconds=seconds,
        acquire_time=before.acquire_time if same else time,
        renew_time=time,
        lease_transitions=(before.lease_transitions or 0) + (not same),
    )
    return msgspec.structs.replace(lease, spec=spec)


def let_go(lease: Lease) -> Lease:
    """The lease without a holder; the next to ask gets it at once."""
    return msgspec.structs.replace(lease, spec=msgspec.structs.replace(lease.spec, holder_identity=""))
