"""May this hardware leave? The decision alone, from objects as the hub returned them.

    1. no object, or one that cannot be read                  no: silence is not permission
    2. the unit backs a reservation                           no: its holder is named
    3. the unit is quarantined and backs nothing              yes: it is dead, and counts for nobody
    4. fewer units would stay than are promised at some time  no
    5. otherwise                                              yes

A whole site (cluster, network, system nodes) may leave only when none of its pools has a promise or a unit in
anybody's hands. Which changes of what stays are asked about at all: inputs.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from holdfast_infra.hub_guard.ledger import Ledger, Object, Refusal, UnreadablePool, listed, read_ledger

_WAIT = "wait for its window to end, or let its tenant cancel or shorten it"


def may_remove(pool: Object | None, name: str, unit: str, departing: Collection[str] = ()) -> Refusal | None:
    """None if this unit of the pool of this name may leave, else why not.

    departing: units of the pool that were already allowed to leave in this run.
    """
    if pool is None:
        return Refusal(
            f"the hub knows no pool {name}, so nobody can say what unit {unit} backs",
            "point holdfast:hubContext at the hub of this stack, or publish the pool again",
        )
    try:
        ledger = read_ledger(pool)
    except UnreadablePool as error:
        return Refusal(
            f"the ledger of pool {name} cannot be read ({error})", "bring infra and hub to one version"
        )
    return _held(ledger, unit) or _scarce(ledger, unit, departing)


def may_close(pools: Iterable[Object], datacenter: str) -> Refusal | None:
    """None if no pool of this datacenter backs anything, else why its site must stay."""
    try:
        ledgers = [read_ledger(pool) for pool in pools]
    except UnreadablePool as error:
        return Refusal(f"a pool in the hub cannot be read ({error})", "bring infra and hub to one version")
    for ledger in sorted(ledgers, key=lambda each: each.pool):
        backs = [str(each) for each in ledger.promises] or sorted(set(filter(None, ledger.holders.values())))
        if ledger.datacenter == datacenter and backs:
            return Refusal(f"pool {ledger.pool} at {datacenter} still backs {listed(backs)}", _WAIT)
    return None


def _held(ledger: Ledger, unit: str) -> Refusal | None:
    holder = ledger.holders.get(unit)
    if not holder:
        return None
    return Refusal(f"unit {unit} of pool {ledger.pool} backs {holder}", _WAIT)


def _scarce(ledger: Ledger, unit: str, departing: Collection[str]) -> Refusal | None:
    quarantined = unit in ledger.holders
    left = len(ledger.units - {unit, *departing})
    if quarantined or left >= ledger.peak:
        return None
    return Refusal(
        f"without unit {unit} pool {ledger.pool} is down to {left}, but promises need {ledger.peak} at once",
        "declare more units first, or wait until fewer are promised",
    )
