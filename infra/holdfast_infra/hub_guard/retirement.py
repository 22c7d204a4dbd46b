"""May this unit be taken out of service now? The decision alone. Pure.

    1. no object, or one that cannot be read                            no
    2. nobody holds it                                                  as for any declaration (promises.py)
    3. its holder, or anybody else, would be short of more than before  no: no spare can take over
    4. otherwise                                                        yes: the planner gives its holder a spare first

In 3 the unit is taken out of its holder's hands, so that the holder needs another one for all the rest of its window.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.hardware.instants import text_of
from holdfast_infra.hub_guard.ledger import Refusal
from holdfast_infra.hub_guard.promises import broken, may_declare, worse_off
from holdfast_infra.hub_guard.standing import Promised, Standing, read_standing
from holdfast_infra.hub_guard.supply import Object, read_supply


def may_retire(pool: Object | None, name: str, unit: str, report: Object | None = None) -> Refusal | None:
    """None if this unit of the pool of this name may retire at once, else who could not be served without it."""
    if pool is None:
        return may_declare(None, name, {}, report)
    try:
        return _judged(pool, name, unit, report)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return Refusal(
            f"pool {name} cannot be read ({type(error).__name__}: {error})",
            "bring infra and hub to one version",
        )


def holder(pool: Object, unit: str, report: Object | None = None) -> Promised | None:
    """Whose hands a unit is in. Raises what an unreadable pool raises."""
    return next((each for each in read_standing(pool, report).promises if unit in each.hands), None)


def retiring(spec: Object, unit: str) -> Object:
    """The spec with this unit retiring at once."""
    return {**spec, "units": {**spec["units"], unit: {**(spec["units"][unit] or {}), "retiring": True}}}


def _judged(pool: Object, name: str, unit: str, report: Object | None) -> Refusal | None:
    held = holder(pool, unit, report)
    after = retiring(pool["spec"], unit)
    if held is None:
        return may_declare(pool, name, after, report)
    standing = read_standing(pool, report)
    without = _taken_from(standing, held, unit)
    worse = worse_off((read_supply(pool["spec"]), standing), (read_supply(after), without))
    if not worse:
        return None
    return Refusal(
        f"unit {unit} of pool {name} is in the hands of reservation {held.reservation} (tenant {held.tenant}) until "
        f"{text_of(held.end)}, and no spare can take over: that would leave {broken(worse)}",
        "declare more units or spares first, mend those that failed, or wait until then",
    )


def _taken_from(standing: Standing, held: Promised, unit: str) -> Standing:
    """The same with the unit in nobody's hands, and its holder in want of another one."""
    without = replace(held, hands=tuple(each for each in held.hands if each != unit))
    promises = (without if each.reservation == held.reservation else each for each in standing.promises)
    return replace(standing, promises=tuple(promises))
