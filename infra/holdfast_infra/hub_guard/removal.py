"""May this hardware leave? The decision alone, from objects as the hub returned them.

    1. no object, or one that cannot be read                  no: silence is not permission
    2. the unit backs a reservation                           no: its holder is named
    3. the unit is quarantined and backs nothing              yes: it is dead, and counts for nobody
    4. a promise would be short of more units than before     no: its reservation, tenant and date are named
    5. otherwise                                              yes

In 4 the ledger is laid out over the units with this one and without it, as for a declaration (promises.py): by dates,
and by what the pool's agent last saw. So a unit that is to come, retires or does not work stands in for none that goes;
one that is not there takes nothing from anybody when its hardware is made again.

A whole site (cluster, network, system nodes) may leave only when none of its pools (places.py) has a promise or a unit
in anybody's hands. Which changes of what stays are asked about at all: inputs.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from holdfast_infra.hub_guard.ledger import Ledger, Object, Refusal, UnreadablePool, listed, read_ledger
from holdfast_infra.hub_guard.promises import broken, worse_off
from holdfast_infra.hub_guard.standing import read_standing
from holdfast_infra.hub_guard.supply import read_supply

_WAIT = "wait for its window to end, or let its tenant cancel or shorten it"


def may_remove(
    pool: Object | None, name: str, unit: str, departing: Collection[str] = (), report: Object | None = None
) -> Refusal | None:
    """None if this unit of the pool of this name may leave, else why not.

    departing: units of the pool that were already allowed to leave in this run.
    report: the pool's PoolReport, None where the hub has none.
    """
    if pool is None:
        return Refusal(
            f"the hub knows no pool {name}, so nobody can say what unit {unit} backs",
            "point holdfast:hubContext at the hub of this stack, or publish the pool again",
        )
    try:
        ledger = read_ledger(pool)
        if unit in ledger.holders:
            return _held(ledger, unit)
        return _missed(pool, unit, departing, report)
    except UnreadablePool as error:
        reason = str(error)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
    return Refusal(
        f"the ledger of pool {name} cannot be read ({reason})", "bring infra and hub to one version"
    )


def may_close(pools: Iterable[Object], declared: str) -> Refusal | None:
    """None if none of these pools backs anything, else why what they stand on must stay.

    declared: the datacenter as the stack file names it now.
    """
    try:
        ledgers = [read_ledger(pool) for pool in pools]
    except UnreadablePool as error:
        return Refusal(f"a pool in the hub cannot be read ({error})", "bring infra and hub to one version")
    for ledger in sorted(ledgers, key=lambda each: each.pool):
        backs = [str(each) for each in ledger.promises] or sorted(set(filter(None, ledger.holders.values())))
        if backs:
            reason = f"pool {ledger.pool} at {ledger.datacenter} still backs {listed(backs)}"
            return Refusal(reason, _remedy(ledger.datacenter, declared))
    return None


def _remedy(standing: str, declared: str) -> str:
    if standing == declared:
        return _WAIT
    return f"declare name: {standing} again (the stack file says {declared}), or {_WAIT}"


def _held(ledger: Ledger, unit: str) -> Refusal | None:
    holder = ledger.holders.get(unit)
    if not holder:
        return None
    return Refusal(f"unit {unit} of pool {ledger.pool} backs {holder}", _WAIT)


def _missed(pool: Object, unit: str, departing: Collection[str], report: Object | None) -> Refusal | None:
    """Who would be short without it; what already left in this run is missing before and after."""
    standing = read_standing(pool, report)
    was, will = (read_supply(_without(pool["spec"], gone)) for gone in (departing, {unit, *departing}))
    worse = worse_off((was, standing), (will, standing))
    if not worse:
        return None
    return Refusal(
        f"to be without unit {unit} of pool {pool['metadata']['name']} would leave {broken(worse)}",
        "declare more units first, mend those that failed, or wait until the tenant has moved or cancelled its "
        "reservation",
    )


def _without(spec: Object, gone: Collection[str]) -> Object:
    return {**spec, "units": {name: each for name, each in spec["units"].items() if name not in gone}}
