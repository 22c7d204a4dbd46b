"""Small records with plain-word defaults, for every test that needs the planner's picture of the world.

`NOW` is 2027-01-15T08:00:00Z. Names are those people use: a pool is "lake-mariner.tpu7x-a", a reservation
"mistral/pretrain". A uid follows from the name, so that a test can name things without carrying them around.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from holdfast.planner.state.ledger import (
    Entry,
    EntryState,
    Form,
    Grant,
    GrantState,
    Ledger,
    Promise,
    PromiseState,
    Trouble,
)
from holdfast.planner.state.snapshot import Health, Pool, Reservation, Snapshot, Tenant, Unit, Window

NOW = 1_800_000_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400
LAKE, ABERNATHY = "lake-mariner.tpu7x-a", "abernathy.tpu7x-a"
WINDOW_FIELDS = ("start", "end", "duration", "earliest", "latest")


def tenant_of(namespace: str) -> str:
    """The tenant whose label a namespace carries; never called like it, so that no name is taken for a tenant."""
    return f"{namespace}-ai"


def uid(label: str, birth: int = 1) -> str:
    """The uid of the n-th object that was created under this name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{label}#{birth}"))


def unit(name: str, **changes: Any) -> Unit:
    """A healthy unit that is there and stays."""
    return replace(Unit(name, health=Health.HEALTHY), **changes)


def pool(name: str = LAKE, cubes: int = 8, **changes: Any) -> Pool:
    """An Ironwood block of healthy cubes: no spares, one minute of grace, no turn-around."""
    units = {f"cube-{i:03d}": unit(f"cube-{i:03d}") for i in range(cubes)}
    made = Pool(name, name.partition(".")[0], "tpu7x", 64, units, topology="4x4x4", resource_version="1")
    return replace(made, **changes)


def with_units(old: Pool, *names: str, **changes: Any) -> Pool:
    """The pool with some of its units changed."""
    changed = {name: replace(old.units[name], **changes) for name in names}
    return replace(old, units={**old.units, **changed})


def with_ledger(old: Pool, *entries: tuple[str, Entry], **changes: Any) -> Pool:
    """The pool with entries (uid, entry) in its ledger."""
    return replace(old, ledger=replace(Ledger(epoch=1), entries=dict(entries), **changes))


def reservation(label: str = "mistral/pretrain", **changes: Any) -> Reservation:
    """One slice 4x4x8 (two cubes) from now for a day; window fields may be given by their own names."""
    namespace, _, name = label.partition("/")
    window = {key: changes.pop(key) for key in WINDOW_FIELDS if key in changes}
    asked = Window(**(window or {"end": NOW + DAY}))
    made = Reservation(
        uid(label),
        namespace,
        name,
        1,
        NOW,
        tenant_of(namespace),
        "tpu7x",
        "4x4x8",
        1,
        changes.pop("window", asked),
    )
    return replace(made, **changes)


def tenant(
    namespace: str = "mistral", chips: int = 100_000, accelerator: str = "tpu7x", **changes: Any
) -> Tenant:
    """The customer whose label this namespace carries, entitled to more than any test asks for."""
    return replace(Tenant(tenant_of(namespace), {accelerator: chips}), **changes)


def promise(label: str = "mistral/pretrain", cubes: int = 2, **changes: Any) -> Promise:
    """A committed promise of slices 4x4x8 in the pool at Lake Mariner, from now for a day, attempt a1, round 1."""
    namespace, _, name = label.partition("/")
    slices = cubes // 2
    made = Promise(
        uid(label), PromiseState.COMMITTED, "a1", 1, tenant_of(namespace), namespace, name, 1, "tpu7x", "4x4x8",
        slices, slices, 2, {LAKE: cubes}, NOW, NOW + DAY, created=NOW, resource_version="1",
    )  # fmt: skip
    return replace(made, **changes)


def form(count: int = 2, **changes: Any) -> Form:
    """The form that belongs to `promise()` in a pool of `pool()`: the window and a minute of grace."""
    return replace(Form("a1", 1, count, NOW, NOW + DAY + MINUTE), **changes)


def entry(label: str = "mistral/pretrain", count: int = 2, **changes: Any) -> tuple[str, Entry]:
    """The committed entry that belongs to `promise()`, with its uid; form fields may be given by name."""
    of_form = {key: changes.pop(key) for key in ("attempt", "round", "start", "end") if key in changes}
    made = Entry(label, tenant_of(label.partition("/")[0]), form(count, **of_form), EntryState.COMMITTED)
    return uid(label), replace(made, **changes)


def grant(label: str | None = "mistral/pretrain", number: int = 1, **changes: Any) -> Grant:
    """An active grant since now."""
    made = Grant(uid(label) if label else None, number, GrantState.ACTIVE, NOW)
    return replace(made, **changes)


def lost(label: str | None = "mistral/pretrain", number: int = 1, **changes: Any) -> Grant:
    """An active grant of a unit that has failed and is to be swapped."""
    return grant(label, number, trouble=Trouble(NOW, failed=NOW, swap=NOW, cause="Unoccupied"), **changes)


def snapshot(
    *things: Pool | Reservation | Promise | Tenant, gone: Iterable[str] = (), **changes: Any
) -> Snapshot:
    """A picture of these things; the tenant of mistral is there unless some tenant is named."""
    tenants = [thing for thing in things if isinstance(thing, Tenant)] or [tenant("mistral")]
    made = Snapshot(
        now=NOW,
        epoch=1,
        attempt="a9",
        pools={thing.name: thing for thing in things if isinstance(thing, Pool)},
        reservations={thing.uid: thing for thing in things if isinstance(thing, Reservation)},
        promises={thing.uid: thing for thing in things if isinstance(thing, Promise)},
        tenants={each.name: each for each in tenants},
        gone=frozenset(gone),
    )
    return replace(made, **changes)
