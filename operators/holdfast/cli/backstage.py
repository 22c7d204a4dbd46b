"""What platform engineers see behind a reservation: its promise object, its ledger entries, its units, maintenance.

A tenant may not read pools and promises: then there is no backstage, and the status is the whole answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.api.ledger import EMPTY, EntryDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.audit.collect import read_all
from holdfast.cli.tables import ABSENT, Grid, moment, number
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import POOLS, PROMISES, REPORTS
from holdfast.cluster.transport.errors import Gone, Refused


@dataclass(frozen=True, slots=True)
class Backstage:
    """The promise object of one reservation, and every pool with its report."""

    uid: str
    promise: CapacityPromise | None
    pools: tuple[AcceleratorPool, ...]
    reports: tuple[PoolReport, ...]


def backstage(api: Api, uid: str) -> Backstage | None:
    """What is behind a reservation; None for an identity without the right to see it."""
    try:
        return Backstage(
            uid, _promise(api, uid), read_all(api, POOLS).objects, read_all(api, REPORTS).objects
        )
    except Refused as refused:
        if refused.status != 403:
            raise
        return None


def _promise(api: Api, uid: str) -> CapacityPromise | None:
    try:
        return api.get(PROMISES, uid)
    except Gone:
        return None


def grids(seen: Backstage) -> Iterator[Grid]:
    """Promise object, entries, units and maintenance as tables; those without rows are empty."""
    yield Grid(
        "PROMISE OBJECT",
        ("STATE", "ROUND", "ATTEMPT", "GENERATION", "SLICES", "CAUSE"),
        tuple(_promises(seen)),
    )
    heads = ("POOL", "FORM", "STATE", "UNITS", "FROM", "UNTIL", "ATTEMPT", "ROUND", "NOTICE")
    yield Grid("LEDGER ENTRIES", heads, tuple(_entries(seen)))
    heads = ("POOL", "UNIT", "STATE", "GRANT", "SINCE", "HEALTH", "OPEN", "CLEAN", "REPLACES")
    yield Grid("UNITS", heads, tuple(_units(seen)))
    outages = tuple(_outages(seen))
    yield Grid("MAINTENANCE", ("POOL", "MAINTENANCE", "UNITS", "FROM", "UNTIL", "AGAINST IT"), outages)


def _promises(seen: Backstage) -> Iterator[tuple[str, ...]]:
    if seen.promise is not None:
        spec = seen.promise.spec
        slices = f"{spec.slices} of {spec.requested_slices}"
        attempt, cause = spec.attempt or ABSENT, spec.cause or ABSENT
        yield spec.state, str(spec.round), attempt, str(spec.generation), slices, cause


def _entries(seen: Backstage) -> Iterator[tuple[str, ...]]:
    for pool in seen.pools:
        entry = (pool.status or EMPTY).promises.get(seen.uid)
        if entry is not None:
            yield from _forms(pool.metadata.name, entry)


def _forms(pool: str, entry: EntryDocument) -> Iterator[tuple[str, ...]]:
    """One row for the form in force, one for the next."""
    notice = "given" if entry.notice else ABSENT
    for name, form in (("in force", entry), ("next", entry.next)):
        if form is not None:
            span = moment(form.from_), moment(form.until)
            yield pool, name, entry.state, str(form.count), *span, form.attempt, str(form.round), notice


def _outages(seen: Backstage) -> Iterator[tuple[str, ...]]:
    """Accepted maintenance in pools in which it has an entry, while that lasts; and whether it goes against it."""
    for pool in seen.pools:
        ledger = pool.status or EMPTY
        entry = ledger.promises.get(seen.uid)
        for outage in (ledger.outages or {}).values() if entry is not None else ():
            if entry is not None and outage.from_ < entry.until and entry.from_ < outage.until:
                units = ", ".join(outage.units or ()) or "all"
                against = "yes" if seen.uid in (outage.against or ()) else "no"
                span = moment(outage.from_), moment(outage.until)
                yield pool.metadata.name, outage.name, units, *span, against


def _units(seen: Backstage) -> Iterator[tuple[str, ...]]:
    reports = {report.metadata.name: report.spec.units for report in seen.reports}
    for pool in seen.pools:
        name = pool.metadata.name
        for unit, grant in sorted((pool.status or EMPTY).units.items()):
            if grant.promise != seen.uid:
                continue
            report = reports.get(name, {}).get(unit)
            told = (
                (report.health, number(report.open_grant), number(report.clean_grant))
                if report
                else (ABSENT,) * 3
            )
            yield (
                name,
                unit,
                grant.state,
                str(grant.grant),
                moment(grant.since),
                *told,
                grant.replaces or ABSENT,
            )
