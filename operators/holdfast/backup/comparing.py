"""The restored ledgers beside what the sites report: what was given after the backup. Pure.

A node says by which grant it was written, and a pool's grants are numbered upwards; so whatever was given after the
backup carries a number that the restored ledger does not know. Its agent leaves the unit as it is and reports it as
unaccounted.
A report counts only where it says the pool's mark back. Any other was written before the restore (a snapshot of etcd
brings reports back, too), or by an agent that is too old to say it.

    open for a promise that the ledger has, its window open    adopted: the grant is written into the ledger, and the
                                                               agent opens those hosts that were away, too
    so many of these that its promise has more than its count  units go for them that nobody is on, or a person
                                                               decides (`surplus`)
    open for it, and its change is to begin later              a stranger: no ledger takes it, the API server neither
    closed                                                     the number is passed over, the agent closes it
    open for anybody else, or for several                      a stranger: a promise younger than the backup
    and the ledger has another grant of that unit              a stranger, too: given to one, in the hands of another
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from holdfast.api.ledger import EMPTY, LedgerDocument, UnitGrant
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport, Unaccounted
from holdfast.backup.found import Adoption, Comparison, Found, Return, Stranger, Surplus
from holdfast.backup.surplus import settled
from holdfast.hardware.instants import text_of

Promises = Mapping[str, CapacityPromise]
"""By the reservation's uid."""


def compare(
    pools: Iterable[AcceleratorPool], reports: Mapping[str, PoolReport], promises: Promises, now: int
) -> Comparison:
    """Pools by name against the reports of the same name, at an instant (epoch seconds)."""
    known = sorted(pools, key=lambda pool: pool.metadata.name)
    heard = {pool.metadata.name: told for pool in known if (told := _heard(pool, reports)) is not None}
    found = [each for pool in known for each in _found(pool, heard.get(pool.metadata.name), promises, now)]
    return Comparison(
        unheard=tuple(one.metadata.name for one in known if one.metadata.name not in reports),
        stale=tuple(name for one in known if (name := one.metadata.name) in reports and name not in heard),
        adoptions=tuple(one for one in found if isinstance(one, Adoption)),
        strangers=tuple(one for one in found if isinstance(one, Stranger)),
        returns=tuple(one for one in found if isinstance(one, Return)),
        surplus=tuple(one for one in found if isinstance(one, Surplus)),
        numbers={
            pool.metadata.name: highest
            for pool in known
            if (highest := _highest(heard.get(pool.metadata.name))) > (pool.status or EMPTY).granted
        },
    )


def adopted(ledger: LedgerDocument, adoptions: Iterable[Adoption], highest: int, now: int) -> LedgerDocument:
    """A pool's ledger with what was given after the backup, and no number of then left to be given again."""
    given = {
        one.unit: UnitGrant(promise=one.uid, grant=one.grant, state="Active", since=now) for one in adoptions
    }
    return ledger.model_copy(
        update={
            "units": {**ledger.units, **given},
            "granted": max(ledger.granted, highest),
            "as_of": max(ledger.as_of, now),
        }
    )


def given_back(ledger: LedgerDocument, returns: Iterable[Return], now: int) -> LedgerDocument:
    """A pool's ledger with units on their way back that their promise has beyond its count."""
    going = {one.unit for one in returns}
    units = {
        unit: given.model_copy(update={"state": "Releasing", "since": now}) if unit in going else given
        for unit, given in ledger.units.items()
    }
    return ledger.model_copy(update={"units": units})


def _heard(pool: AcceleratorPool, reports: Mapping[str, PoolReport]) -> PoolReport | None:
    """A pool's report if it was written with this very restore in sight; of a pool without a mark any will do."""
    told, mark = reports.get(pool.metadata.name), pool.metadata.said_back
    return told if told is None or mark is None or told.spec.restored == mark else None


def _highest(report: PoolReport | None) -> int:
    units = report.spec.units.values() if report is not None else ()
    return max((unit.unaccounted.grant for unit in units if unit.unaccounted is not None), default=0)


def _found(pool: AcceleratorPool, report: PoolReport | None, promises: Promises, now: int) -> Iterator[Found]:
    """What is found of a pool; its adoptions promise by promise, for together they may be more than its count."""
    given: list[Adoption] = []
    for one in _given(pool, report, now):
        if isinstance(one, Adoption):
            given.append(one)
        else:
            yield one
    seen = report.spec.units if report is not None else {}
    for uid, its in groupby(sorted(given, key=lambda one: (one.uid, one.unit)), key=lambda one: one.uid):
        yield from settled(pool, seen, tuple(its), promises.get(uid), now)


def _given(pool: AcceleratorPool, report: PoolReport | None, now: int) -> Iterator[Adoption | Stranger]:
    name, ledger = pool.metadata.name, pool.status or EMPTY
    for unit, told in sorted(report.spec.units.items() if report is not None else ()):
        beyond, given = told.unaccounted, ledger.units.get(unit)
        if beyond is None or beyond.grant <= (given.grant if given else ledger.granted):
            continue  # the report is older than the ledger
        if given is not None:
            yield Stranger(name, unit, _twice(ledger, given, beyond), free=False)
        elif beyond.reservation is not None:
            yield _taken(name, unit, ledger, beyond, now)


def _taken(
    name: str, unit: str, ledger: LedgerDocument, beyond: Unaccounted, now: int
) -> Adoption | Stranger:
    uid = beyond.reservation or ""
    entry = ledger.promises.get(uid)
    if beyond.several:
        wrong = (
            f"is open by grant {beyond.grant} for {uid} on one host and for another reservation on the next"
        )
        return Stranger(name, unit, wrong, free=True)
    if entry is None:
        wrong = f"is open by grant {beyond.grant} for reservation {uid}, which the backup does not know"
        return Stranger(name, unit, wrong, free=True)
    if entry.state != "Committed" or not entry.from_ <= now < entry.until:
        wrong = f"is open by grant {beyond.grant} for {entry.reservation}, to whom it is not due now"
        return Stranger(name, unit, wrong, free=True)
    if entry.next is not None and entry.next.from_ > now:
        wrong = (
            f"is open by grant {beyond.grant} for {entry.reservation}, whose change is prepared to begin at "
            f"{text_of(entry.next.from_)}: no ledger takes a unit for it before, from then on it may keep it"
        )
        return Stranger(name, unit, wrong, free=True)
    return Adoption(name, unit, beyond.grant, uid, entry.reservation)


def _twice(ledger: LedgerDocument, given: UnitGrant, beyond: Unaccounted) -> str:
    entry = ledger.promises.get(given.promise or "")
    holder = entry.reservation if entry is not None else "nobody"
    hands = f"open for reservation {beyond.reservation}" if beyond.reservation else "not open"
    return (
        f"is {holder}'s by grant {given.grant} in the backup, and {hands} by the later grant {beyond.grant}"
    )
