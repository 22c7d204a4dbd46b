"""What a pool's report and a tenant's hosts say of slices, given those the caches show. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.agent.caches import Agent
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.slices import is_sliced, of_unit, usable_for
from holdfast.agent.tpu_slice import DEGRADED, TpuSlice
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import Health, PoolReportSpec, SliceReport, UnitReport, UnitTrouble

Standing = Sequence[TpuSlice] | None
"""All slices of a site that can be read; None where its cluster does not know them."""


def known_slices(agent: Agent) -> Standing:
    """The slices of the site as the cache shows them: those that can be read (`slices.unread`)."""
    return agent.caches.slices.objects() if agent.caches.slices.served else None


def slices_seen(agent: Agent) -> object:
    """The very same thing for as long as nothing has changed of any Slice of the site."""
    return agent.caches.slices.records if agent.caches.slices.served else None


def told_slice(pool: AcceleratorPool, observed: ObservedUnit, standing: Standing) -> SliceReport | None:
    """The slice that a unit is part of, as its controller tells it; of two the one that is not usable."""
    found = of_unit(pool, observed, standing) if standing and is_sliced(pool) else []
    if not found:
        return None
    one = min(found, key=lambda each: (each.usable, each.metadata.name))
    word = "".join(sign for sign in one.state if sign.isascii() and (sign.isalpha() or sign == "_"))[:64]
    return SliceReport(name=one.metadata.name, state="DEACTIVATING" if one.going else word)


def health_with(health: Health, told: SliceReport | None) -> Health:
    """A healthy cube in a slice that is degraded, or has failed, is degraded: it is never swapped for another's fault.

    Which cube broke a slice its own partition says (UNHEALTHY); the others have the slice formed anew around them.
    """
    return "Degraded" if health == "Healthy" and told is not None and told.state in SAID else health


def trouble_with(trouble: UnitTrouble | None, told: SliceReport | None) -> UnitTrouble | None:
    """What is wrong with a cube, or with its slice where nothing is wrong with the cube: that may always pass."""
    said = SAID.get(told.state) if told is not None else None
    return UnitTrouble(source="Slice", reason=said) if trouble is None and said else trouble


SAID = {DEGRADED: "Degraded", "FAILED": "Failed", "INCOMPLETE": "Incomplete"}
"""Of a slice that was ACTIVE: slower, broken, or short of nodes (docs.cloud.google.com, "Create dynamic slices")."""


def with_slices(
    spec: PoolReportSpec,
    pool: AcceleratorPool,
    units: Mapping[str, ObservedUnit],
    standing: Standing,
    kept: Mapping[str, UnitReport],
) -> PoolReportSpec:
    """The report with what is known of slices: a cube whose slice is not usable is not told as open.

    `kept` is what was told before, while some slices cannot be read: it stays of cubes that are in none of the others.
    """
    if not is_sliced(pool):
        return spec
    if standing is None:
        return spec.model_copy(update={"slicing": "Selector"})
    known = {}
    for name, told in spec.units.items():
        found = told_slice(pool, units[name], standing)
        usable = told.open_grant is None or usable_for(pool, units[name], standing)
        if found is None and (before := kept.get(name)):
            found, usable = before.slice, usable or before.open_grant == told.open_grant
        known[name] = _with_slice(told, found, usable=usable)
    return spec.model_copy(update={"slicing": "Slices", "units": known})


def _with_slice(told: UnitReport, found: SliceReport | None, *, usable: bool) -> UnitReport:
    changes = {
        "slice": found,
        "health": health_with(told.health, found),
        "trouble": trouble_with(told.trouble, found),
    }
    return told.model_copy(update=changes if usable else {**changes, "open_grant": None})
