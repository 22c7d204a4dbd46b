"""May this hardware leave? The decision alone, from objects as the hub returned them.

    1. no object, or one that cannot be read                  no: silence is not permission
    2. the unit backs a reservation                           no: its holder is named
    3. the unit is quarantined and backs nothing              yes: it is dead, and counts for nobody
    4. fewer units would stay than are promised at some time  no
    5. otherwise                                              yes

A whole site (cluster, network, system nodes) may leave only when none of its pools has a promise or a unit in
anybody's hands. An update may pass without a question if all it changes is in HARMLESS.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.hardware.names import GROUP_VERSION

Object = Mapping[str, Any]

HARMLESS: Mapping[str, frozenset[str]] = {
    f"kubernetes:{GROUP_VERSION}:StackSeal": frozenset({"spec"}),
    "gcp:container/nodePool:NodePool": frozenset({"deletionPolicy", "upgradeSettings", "nodeDrainConfigs"}),
    "gcp:container/cluster:Cluster": frozenset(
        {"deletionPolicy", "deletionProtection", "description", "maintenancePolicy", "resourceLabels"}
    ),
    "gcp:compute/network:Network": frozenset({"deletionPolicy"}),
    "gcp:compute/subnetwork:Subnetwork": frozenset({"deletionPolicy", "description"}),
    "gcp:compute/firewall:Firewall": frozenset({"deletionPolicy", "description"}),
    "gcp:compute/router:Router": frozenset({"deletionPolicy", "description"}),
    "gcp:compute/routerNat:RouterNat": frozenset({"deletionPolicy", "logConfig"}),
    "gcp:compute/resourcePolicy:ResourcePolicy": frozenset({"deletionPolicy", "description"}),
}
"""Inputs whose change leaves every node, address and route as it is, by type of hardware."""
_BOOKKEEPING = frozenset({"__defaults"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why hardware may not leave, and what to do about it."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        """One sentence for the person at the terminal."""
        return f"{self.reason}; {self.remedy}"


class UnreadablePool(ValueError):
    """An AcceleratorPool does not have the shape this module knows."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one AcceleratorPool has promised."""

    pool: str
    datacenter: str
    units: frozenset[str]
    peak: int
    holders: Mapping[str, str]
    """Unit in somebody's hands → the reservation, or empty if quarantined without one."""
    reservations: tuple[str, ...]


def read_ledger(pool: Object) -> Ledger:
    """The ledger in this object. Raises UnreadablePool."""
    try:
        return _read_ledger(pool)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnreadablePool(f"{type(error).__name__}: {error}") from error


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
        if ledger.datacenter == datacenter and (ledger.reservations or any(ledger.holders.values())):
            backs = ", ".join(ledger.reservations or sorted(set(ledger.holders.values())))
            return Refusal(f"pool {ledger.pool} at {datacenter} still backs {backs}", _WAIT)
    return None


def leaves_hardware(kind: str, old: Object, new: Object) -> bool:
    """Whether an update of hardware of this type changes nothing but what is HARMLESS."""
    changed = {name for name in {*old, *new} - _BOOKKEEPING if old.get(name) != new.get(name)}
    return changed <= HARMLESS.get(kind, frozenset())


_WAIT = "wait for its window to end, or let its tenant cancel or shorten it"


def _held(ledger: Ledger, unit: str) -> Refusal | None:
    holder = ledger.holders.get(unit)
    if not holder:
        return None
    return Refusal(f"unit {unit} of pool {ledger.pool} backs reservation {holder}", _WAIT)


def _scarce(ledger: Ledger, unit: str, departing: Collection[str]) -> Refusal | None:
    quarantined = unit in ledger.holders
    left = len(ledger.units - {unit, *departing})
    if quarantined or left >= ledger.peak:
        return None
    return Refusal(
        f"without unit {unit} pool {ledger.pool} is down to {left}, but promises need {ledger.peak} at once",
        "declare more units first, or wait until fewer are promised",
    )


def _read_ledger(pool: Object) -> Ledger:
    spec, status = pool["spec"], pool.get("status") or {}
    promises, units = status.get("promises") or {}, status.get("units") or {}
    names = {uid: str(entry.get("reservation") or uid) for uid, entry in promises.items()}
    holders = {unit: entry.get("promise") or "" for unit, entry in units.items()}
    return Ledger(
        pool=pool["metadata"]["name"],
        datacenter=spec["datacenter"],
        units=frozenset(spec["units"]),
        peak=int(status.get("peak", 0)),
        holders={unit: names.get(uid, uid) for unit, uid in holders.items()},
        reservations=tuple(sorted(names.values())),
    )
