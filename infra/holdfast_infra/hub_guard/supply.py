"""What a pool's spec lets the hub count on, and which changes of it take something away. Pure.

    field of the spec             takes supply away when it        otherwise
    units.U                       is left out                      a new unit only adds
    units.U.availableFrom         moves later                      earlier only adds
    units.U.retiredBy             moves earlier                    later only adds
    units.U.retiring              becomes true                     false only adds
    obligations, SiteLease.until  moves earlier (lease.end)        later only adds
    graceSeconds,                 changes: what is promised was    -
    turnAroundSeconds             counted with the old sum
    repairSeconds                 rises: failed units return later lower only adds
    minHealthyHosts               rises: units that work with      fewer are enough sooner
                                  fewer hosts come to fail
    dwellSeconds,                 falls: a unit in trouble leaves  longer lets it stay
    askLimitSeconds               its holder sooner
    drainLeadSeconds              never: notice is given inside a window and takes no unit from it
    spares                        count falls, or what follows from a         more only keeps back; fewer because
                                  lower confidence or a higher availability:  fewer units are declared keep what
                                  fewer stand by for one that fails under a   they are sure of
                                  promise
    pledges, seal, nodePool       never: nothing is counted with them

What takes something away may still leave every promise served: `promises.py` judges that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.hardware.instants import LAST_SECOND, seconds_of
from holdfast.hardware.spares import share_text, spares_for

Object = Mapping[str, Any]
FAR = LAST_SECOND
"""Later than anything promised: a unit without a date stays."""
SPARES, ENOUGH, DWELL, ASK_LIMIT = "spares", "minHealthyHosts", "dwellSeconds", "askLimitSeconds"
_ABSENT = {DWELL: 300, ASK_LIMIT: 86_400}
"""What the hub takes for a time that is not said (api/pool.py)."""


@dataclass(frozen=True, slots=True)
class UnitSupply:
    """One unit as declared; epoch seconds."""

    available: int = 0
    retires: int = FAR
    retiring: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """One pool as declared; epoch seconds and durations in seconds."""

    units: Mapping[str, UnitSupply]
    lease_end: int
    grace: int
    turn_around: int
    repair: int
    spares: int = 0
    sure: tuple[int, int] | None = None
    """Confidence and availability in basis points, where the spares follow from them."""

    @property
    def clearing(self) -> int:
        """Seconds after a window during which its units are made clean; part of every promise's demand."""
        return self.grace + self.turn_around

    def stays(self, unit: str) -> int:
        """Until when a tenant may be in the unit."""
        return min(self.units[unit].retires, self.lease_end)


@dataclass(frozen=True, slots=True)
class Taking:
    """One change that takes supply away: which field, of which units if any, from what to what."""

    field: str
    old: str
    new: str
    unit: str = ""


def read_supply(spec: Object) -> Supply:
    """The supply in the spec of an AcceleratorPool, as published or as the hub returns it.

    Raises KeyError, TypeError, AttributeError or ValueError for a spec of another shape.
    """
    ends = [
        seconds_of(each["until"])
        for each in spec.get("obligations") or ()
        if each["kind"] == "SiteLease" and each.get("until")
    ]
    kept = spec.get("spares") or {}
    sure = _sure_of(kept)
    return Supply(
        units={name: _unit(declared or {}) for name, declared in spec["units"].items()},
        lease_end=min(ends, default=FAR),
        grace=int(spec.get("graceSeconds", 0)),
        turn_around=int(spec.get("turnAroundSeconds", 0)),
        repair=int(spec.get("repairSeconds", 0)),
        spares=spares_for(len(spec["units"]), sure[1], sure[0]) if sure else int(kept.get("count", 0)),
        sure=sure,
    )


def takings(old: Object, new: Object) -> tuple[Taking, ...]:
    """Every change between two specs that takes supply away, in the order of the table above."""
    return tuple(_takings(old, new))


def _unit(declared: Object) -> UnitSupply:
    return UnitSupply(
        available=seconds_of(declared["availableFrom"]) if declared.get("availableFrom") else 0,
        retires=seconds_of(declared["retiredBy"]) if declared.get("retiredBy") else FAR,
        retiring=bool(declared.get("retiring", False)),
    )


def _takings(old: Object, new: Object) -> Iterator[Taking]:
    before, after = read_supply(old), read_supply(new)
    for name in sorted(before.units):
        if name not in after.units:
            yield Taking("units", "declared", "left out", name)
        else:
            yield from _unit_takings(name, old["units"][name] or {}, new["units"][name] or {})
    if after.lease_end < before.lease_end:
        yield Taking("lease.end", _lease_text(old), _lease_text(new))
    for field in ("graceSeconds", "turnAroundSeconds"):
        was, will = int(old.get(field, 0)), int(new.get(field, 0))
        if was != will:
            yield Taking(field, str(was), str(will))
    if after.repair > before.repair:
        yield Taking("repairSeconds", str(before.repair), str(after.repair))
    yield from _trouble_takings(old, new)
    if after.spares < before.spares and (before.sure != after.sure or not after.sure):
        yield Taking(SPARES, _spares_text(before), _spares_text(after))


def _trouble_takings(old: Object, new: Object) -> Iterator[Taking]:
    enough = new.get(ENOUGH)
    if enough is not None and int(enough) > int(old.get(ENOUGH, 0)):
        yield Taking(ENOUGH, str(old.get(ENOUGH, "as the accelerator says")), str(enough))
    for field, absent in _ABSENT.items():
        was, will = int(old.get(field, absent)), int(new.get(field, absent))
        if will < was:
            yield Taking(field, str(was), str(will))


def _sure_of(kept: Object) -> tuple[int, int] | None:
    sure, works = kept.get("confidenceBasisPoints"), kept.get("availabilityBasisPoints")
    return (int(sure), int(works)) if sure and works else None


def _spares_text(supply: Supply) -> str:
    if not supply.sure:
        return str(supply.spares)
    sure, works = map(share_text, supply.sure)
    return f"{supply.spares} ({sure} sure at {works})"


def _unit_takings(name: str, old: Object, new: Object) -> Iterator[Taking]:
    was, will = _unit(old), _unit(new)
    if will.available > was.available:
        yield Taking("availableFrom", old.get("availableFrom") or "already there", new["availableFrom"], name)
    if will.retires < was.retires:
        yield Taking("retiredBy", old.get("retiredBy") or "never", new["retiredBy"], name)
    if will.retiring and not was.retiring:
        yield Taking("retiring", "false", "true", name)


def _lease_text(spec: Object) -> str:
    ends = [
        each["until"]
        for each in spec.get("obligations") or ()
        if each["kind"] == "SiteLease" and "until" in each
    ]
    return min(ends, key=seconds_of, default="never")
