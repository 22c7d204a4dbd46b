"""A restored hub let go: ledgers brought up to what the sites hold, then the mark taken off, by a named person."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.api.reasons import Reason
from holdfast.backup.comparing import adopted, given_back
from holdfast.backup.found import Comparison
from holdfast.cluster.client import Api
from holdfast.cluster.events import EventRecorder, Occurrence
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL
from holdfast.cluster.transport.objects import identify
from holdfast.hardware.names import RESTORED_ANNOTATION, RESUMED_ANNOTATION


def bring_up(api: Api, pools: Sequence[AcceleratorPool], seen: Comparison) -> list[AcceleratorPool]:
    """Write what was given after the backup into the ledgers; the pools as they stand then. Raises ClusterError."""
    return [_brought_up(api, pool, seen) for pool in pools]


def let_go(api: Api, pools: Sequence[AcceleratorPool], person: str) -> None:
    """Take the mark off every pool, the event first: no hub sells again of which nobody can be told who let it."""
    recorder = EventRecorder(api, "holdfast.dev/resume", person)
    for pool in pools:
        note = f"{person} let the hub sell again, restored from the backup of {pool.metadata.restored}"
        about = identify(pool)
        told = Occurrence(
            ACCELERATOR_POOL, about, Reason.HUB_RESUMED.value, note, f"{pool.metadata.restored} {person}"
        )
        recorder.record(told)
    for pool in pools:
        marks = {RESTORED_ANNOTATION: None, RESUMED_ANNOTATION: person}
        api.patch(POOLS, identify(pool), {"metadata": {"annotations": marks}})


def _brought_up(api: Api, pool: AcceleratorPool, seen: Comparison) -> AcceleratorPool:
    name, ledger = pool.metadata.name, pool.status or EMPTY
    own = [one for one in seen.adoptions if one.pool == name]
    now = int(api.clock.now())
    later = given_back(ledger, (one for one in seen.returns if one.pool == name), now)
    later = adopted(later, own, seen.numbers.get(name, 0), now)
    if (later.units, later.granted) == (ledger.units, ledger.granted):
        return pool
    return api.replace(POOLS, pool.model_copy(update={"status": later}), "status")
