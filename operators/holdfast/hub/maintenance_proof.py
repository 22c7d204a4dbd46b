"""Proof that a maintenance window is gone, so that its units may be promised again.

A cache never proves absence. Where a ledger carries an outage whose window the cache does not show, the window is
asked for: 404, another uid under its name, or a deletionTimestamp is the answer, and no patience is asked of it, since
giving units back to the calendar breaks no promise. Every other answer leaves the outage where it is.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import MAINTENANCE
from holdfast.cluster.transport.errors import ClusterError, Gone
from holdfast.planner.state.ledger import Outage
from holdfast.planner.state.snapshot import Snapshot

READS_PER_TURN = 16


def with_withdrawn(api: Api, seen: Snapshot) -> Snapshot:
    """The picture with the windows in it that are proven gone, by at most so many reads a turn."""
    carried = [(uid, outage) for pool in seen.pools.values() for uid, outage in pool.ledger.outages.items()]
    missing = [(uid, outage) for uid, outage in carried if uid not in seen.maintenance]
    gone = frozenset(uid for uid, outage in missing[:READS_PER_TURN] if _gone(api, uid, outage))
    return replace(seen, gone=seen.gone | gone) if gone else seen


def _gone(api: Api, uid: str, outage: Outage) -> bool:
    try:
        found = api.get(MAINTENANCE, outage.name)
    except Gone:
        return True
    except ClusterError:
        return False
    return found.metadata.uid != uid or found.metadata.deletion_timestamp is not None
