"""Tenants in turn: where not all are served at once, the many wishes of one delay another's first by one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest

from holdfast.planner.state.snapshot import Reservation


def in_turn(wishes: Iterable[Reservation]) -> Iterator[Reservation]:
    """One of each tenant, then a second of each, and so on; of one tenant's in the order given."""
    tenants: dict[str, list[Reservation]] = {}
    for one in wishes:
        tenants.setdefault(tenant_of(one), []).append(one)
    rounds = chain.from_iterable(zip_longest(*tenants.values()))
    return (one for one in rounds if one is not None)


def tenant_of(one: Reservation) -> str:
    """Whose turn it is with it; of a namespace without a tenant its own."""
    return one.tenant or one.namespace
