"""I9: what people read is what is stored: statuses against promise objects, numbers against each other."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.promise import CapacityPromise
from holdfast.api.reservation_status import Promised
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.hardware.instants import text_of

_Told = tuple[int, dict[str, int], int, int]
"""Slices, units by pool, start and end."""


def told_as_promised(picture: Picture) -> Iterator[Finding]:
    """A reservation's status.promised is its promise object, no more and no less."""
    for uid, reservation in picture.reservations.items():
        if reservation.metadata.deletion_timestamp is not None:
            continue
        told = _told(reservation.status.promised if reservation.status is not None else None)
        stored = _stored(picture.promises.get(uid))
        if told != stored:
            yield Finding(
                "I9",
                f"reservation {reservation.path}",
                f"tells {_words(told)}; promised is {_words(stored)}",
                "the tenant reads something else than what is promised",
            )


def _told(promised: Promised | None) -> _Told | None:
    if promised is None:
        return None
    return promised.slices, {each.name: each.count for each in promised.pools}, promised.start, promised.end


def _stored(promise: CapacityPromise | None) -> _Told | None:
    if promise is None or promise.spec.state == "None":
        return None
    spec = promise.spec
    start, end = (0, 0) if spec.window is None else (spec.window.start, spec.window.end)
    return spec.slices, dict(spec.pools), start, end


def _words(told: _Told | None) -> str:
    if told is None:
        return "nothing"
    slices, pools, start, end = told
    where = ", ".join(f"{count} of {name}" for name, count in sorted(pools.items())) or "no pool"
    return f"{slices} slices ({where}) from {text_of(start)} to {text_of(end)}"


def capacity_is_consistent(picture: Picture) -> Iterator[Finding]:
    """A pool's numbers for people fit the pool and one another; all of them are in the ledger or none."""
    for name, pool in picture.pools.items():
        ledger = picture.ledger(name)
        shown = ledger.capacity
        if shown is None:
            continue
        bounds = (
            ("total", shown.total, "declared units", len(pool.spec.units)),
            ("healthy", shown.healthy, "total", shown.total),
            ("free", shown.free, "total", shown.total),
            ("spare", shown.spare, "declared spares", pool.spec.kept_back),
            ("promised", shown.promised, "peak", ledger.peak),
            ("deficit", shown.deficit, "promised", shown.promised),
        )
        wrong = [f"{what} {n} is above {limit} {most}" for what, n, limit, most in bounds if n > most]
        if wrong:
            yield Finding(
                "I9", f"pool {name}", "; ".join(wrong), "people read numbers that cannot be true together"
            )
