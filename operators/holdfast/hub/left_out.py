"""A picture without one thing that is in it: what would have been decided if a reservation, a pool or a maintenance
window had never been there.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.frozen.records import Records
from holdfast.planner.state.ledger import Ledger
from holdfast.planner.state.snapshot import Snapshot


class LeftOut(ValueError):
    """Nothing of that name is there to be left out."""


def without(seen: Snapshot, name: str) -> Snapshot:
    """The picture without a reservation (NAMESPACE/NAME) and all that it holds, a pool, or a maintenance window."""
    if "/" in name:
        return _without_reservation(seen, name)
    if name in seen.pools:
        return replace(seen, pools={other: pool for other, pool in seen.pools.items() if other != name})
    gone = {uid for uid, one in seen.maintenance.items() if one.name == name}
    if not gone:
        raise LeftOut(f"{name} is no reservation (NAMESPACE/NAME), pool or maintenance window of that turn")
    left = {uid: one for uid, one in seen.maintenance.items() if uid not in gone}
    return _with_ledgers(replace(seen, maintenance=left), gone)


def _without_reservation(seen: Snapshot, label: str) -> Snapshot:
    gone = {uid for uid, one in seen.reservations.items() if one.label == label}
    gone |= {uid for uid, one in seen.promises.items() if f"{one.namespace}/{one.reservation}" == label}
    if not gone:
        raise LeftOut(f"{label} is no reservation of that turn")
    left = replace(
        seen,
        reservations=Records.of(seen.reservations).with_changes({}, gone & seen.reservations.keys()),
        promises=Records.of(seen.promises).with_changes({}, gone & seen.promises.keys()),
    )
    return _with_ledgers(left, gone)


def _with_ledgers(seen: Snapshot, gone: set[str]) -> Snapshot:
    """The ledgers without the entries, units and outages of these uids."""
    pools = {name: replace(pool, ledger=_ledger(pool.ledger, gone)) for name, pool in seen.pools.items()}
    return replace(seen, pools=pools)


def _ledger(ledger: Ledger, gone: set[str]) -> Ledger:
    return replace(
        ledger,
        entries={uid: one for uid, one in ledger.entries.items() if uid not in gone},
        grants={unit: one for unit, one in ledger.grants.items() if one.promise not in gone},
        outages={uid: one for uid, one in ledger.outages.items() if uid not in gone},
    )
