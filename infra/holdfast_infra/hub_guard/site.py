"""May this datacenter be declared so? The decision alone, over all its pools. Pure.

field of the Datacenter   asks about                                           otherwise
lease.end                 every pool, when it moves earlier (promises.py)      later only adds
lifecycle                 what is in hands or running, when it goes back to    being built takes nothing away
                          UnderConstruction: there is no hardware then
other fields              never: nothing is counted with them (inputs.py)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.hardware.instants import seconds_of, text_of
from holdfast_infra.hub_guard.ledger import Refusal, UnreadablePool, read_ledger
from holdfast_infra.hub_guard.promises import may_declare
from holdfast_infra.hub_guard.supply import FAR, Object

UNDER_CONSTRUCTION = "UnderConstruction"


def may_change_site(
    old: Object, new: Object, pools: Iterable[tuple[Object, Object | None]]
) -> Refusal | None:
    """None if the site may be declared so, else the first pool that would break its word.

    pools: the pools of this datacenter as the hub returned them, each with its report if it has one.
    """
    return next(_refusals(old, new, pools), None)


def _refusals(old: Object, new: Object, pools: Iterable[tuple[Object, Object | None]]) -> Iterator[Refusal]:
    for pool, report in pools:
        found = (_closes(old, new) and _in_use(pool)) or (
            _shortens(old, new) and _too_short(pool, report, new)
        )
        if found:
            yield found


def _closes(old: Object, new: Object) -> bool:
    return new.get("lifecycle") == UNDER_CONSTRUCTION != old.get("lifecycle")


def _shortens(old: Object, new: Object) -> bool:
    return _lease_end(new) < _lease_end(old)


def _lease_end(spec: Object) -> int:
    end = (spec.get("lease") or {}).get("end")
    return seconds_of(end) if end else FAR


def _too_short(pool: Object, report: Object | None, new: Object) -> Refusal | None:
    spec = pool.get("spec") or {}
    others = [each for each in spec.get("obligations") or () if each.get("kind") != "SiteLease"]
    lease = {"kind": "SiteLease", "until": new["lease"]["end"]}
    name = str((pool.get("metadata") or {}).get("name"))
    return may_declare(pool, name, {**spec, "obligations": [lease, *others]}, report)


def _in_use(pool: Object) -> Refusal | None:
    try:
        ledger = read_ledger(pool)
        running = sorted(_running(pool))
    except (UnreadablePool, KeyError, TypeError, AttributeError, ValueError) as error:
        return Refusal(f"a pool in the hub cannot be read ({error})", "bring infra and hub to one version")
    backs = sorted({holder for holder in ledger.holders.values() if holder})
    if not backs and not running:
        return None
    return Refusal(
        f"lifecycle from Operational to {UNDER_CONSTRUCTION} would take pool {ledger.pool} from "
        f"{', '.join(running or backs)}",
        "wait until its windows are over, or let its tenants cancel or shorten them",
    )


def _running(pool: Object) -> Iterator[str]:
    status = pool.get("status") or {}
    for entry in (status.get("promises") or {}).values():
        if entry["state"] != "Releasing" and int(entry["from"]) <= int(status.get("asOf", 0)):
            until = text_of(int(entry["until"]))
            yield f"reservation {entry['reservation']} (tenant {entry['tenant']}), which runs until {until}"
