"""`holdfast status`: pools, units, promises, maintenance and deletions held back, as the hub's objects have them.

`holdfast units` is the table of every unit alone. A tenant may not read pools: it is shown its own reservations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain

from rich.console import Console

from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.cli.connection import one_line_errors, open_api
from holdfast.cli.fleet import (
    Hub,
    MaintenanceLine,
    UnitLine,
    document,
    frozen_repairs,
    held_deletions,
    maintenance,
    read_hub,
    units,
)
from holdfast.cli.options import Output
from holdfast.cli.own_view import own_view
from holdfast.cli.spaces import own
from holdfast.cli.tables import ABSENT, Grid, number, say, show
from holdfast.cli.unconnected import forbidden
from holdfast.cluster.client import Api
from holdfast.cluster.transport.errors import Refused
from holdfast.hardware.instants import text_of

CAPACITY = ("total", "healthy", "promised", "free", "spare", "deficit")


UNIT_HEADS = ("POOL", "UNIT", "HEALTH", "HOSTS", "HOLDER", "GRANT", "STATE")


def status(kubeconfig: str | None, context: str | None, pool: str | None, output: Output) -> None:
    """Print the hub, or one pool of it; to a tenant what is its own."""
    console = Console()
    with one_line_errors(Console(stderr=True)):
        hub = _hub_or_own(console, open_api(kubeconfig, context), pool, output, own(kubeconfig, context))
    if hub is None:
        return
    if output is Output.JSON:
        console.out(json.dumps(document(hub), indent=2), highlight=False)
    else:
        report(console, hub, whole=pool is not None)


def _hub_or_own(console: Console, api: Api, pool: str | None, output: Output, space: str) -> Hub | None:
    """The hub as it was read; None for a tenant, who has been shown its own instead."""
    try:
        return read_hub(api, pool)
    except Refused as refused:
        if not forbidden(refused) or pool is not None:
            raise
        own_view(console, api, space, output)
        return None


def report(console: Console, hub: Hub, *, whole: bool) -> None:
    """The hub in tables, those for maintenance and deletions held back only if there are any.

    `whole` shows every unit.
    """
    heads = ("POOL", "ACCELERATOR", *(name.upper() for name in CAPACITY))
    show(console, Grid("POOLS", heads, tuple(_pool_row(pool) for pool in hub.pools)))
    kept = chain.from_iterable(map(_kept_back, hub.pools))
    show(console, Grid("SPARES BY CONFIDENCE", ("POOL", "KEPT BACK", "HOW SURE"), tuple(kept)))
    lines = list(units(hub))
    shown = tuple(_unit_row(line) for line in lines if whole or line.notable)
    show(console, Grid("UNITS", UNIT_HEADS, shown))
    live = [promise for promise in hub.promises if promise.spec.state != "Released"]
    rows = tuple(
        _promise_row(promise)
        for promise in sorted(live, key=lambda one: (one.spec.tenant, one.metadata.name))
    )
    show(console, Grid("PROMISES", ("PROMISE", "RESERVATION", "TENANT", "STATE", "WINDOW", "POOLS"), rows))
    heads = ("MAINTENANCE", "POOL", "UNITS", "WINDOW", "ACCEPTED", "REASON", "TOUCHED", "NEXT")
    show(console, Grid("MAINTENANCE", heads, tuple(_maintenance_row(line) for line in maintenance(hub))))
    held = tuple(
        (line.tenant, line.reason, text_of(line.since), line.message) for line in held_deletions(hub)
    )
    show(console, Grid("DELETIONS HELD BACK", ("TENANT", "REASON", "SINCE", "WHAT AND WHAT TO DO"), held))
    show(console, Grid("REPAIRS FROZEN", ("DATACENTER", "SINCE", "WHY"), tuple(frozen_repairs(hub))))
    _left_out(console, len(lines) - len(shown), len(hub.promises) - len(live))
    for unread in hub.unread:
        say(console, f"could not read {unread}")


def every_unit(kubeconfig: str | None, context: str | None, pool: str | None, output: Output) -> None:
    """Print every unit of the hub, or of one pool."""
    console = Console()
    with one_line_errors(Console(stderr=True)):
        hub = _hub_or_own(console, open_api(kubeconfig, context), pool, output, own(kubeconfig, context))
    if hub is None:
        return
    if output is Output.JSON:
        console.out(json.dumps(document(hub)["units"], indent=2), highlight=False)
    else:
        show(console, Grid("", UNIT_HEADS, tuple(map(_unit_row, units(hub)))))


def _unit_row(line: UnitLine) -> tuple[str, ...]:
    return line.pool, line.unit, line.health, line.hosts, line.holder, number(line.grant), line.state


def _left_out(console: Console, quiet: int, records: int) -> None:
    if quiet:
        say(console, f"free and healthy, not listed: {quiet} (--pool POOL shows every unit of a pool)")
    if records:
        say(console, f"released, kept as records: {records} (-o json shows them)")


def _maintenance_row(line: MaintenanceLine) -> tuple[str, ...]:
    return (
        line.name,
        line.pool,
        ", ".join(line.units) or "all",
        f"{text_of(line.start)} to {text_of(line.end)}",
        line.accepted,
        line.reason,
        ", ".join(line.touched) or ABSENT,
        text_of(line.next_starts[0]) if line.next_starts else ABSENT,
    )


def _pool_row(pool: AcceleratorPool) -> tuple[str, ...]:
    capacity = pool.status.capacity if pool.status is not None else None
    numbers = (getattr(capacity, name) if capacity is not None else None for name in CAPACITY)
    return pool.metadata.name, pool.spec.accelerator_type, *(number(each) for each in numbers)


def _kept_back(pool: AcceleratorPool) -> Iterator[tuple[str, ...]]:
    """Spares that follow from a confidence: how many, and from what."""
    if pool.spec.spares.by:
        yield pool.metadata.name, str(pool.spec.kept_back), pool.spec.spares.by


def _promise_row(promise: CapacityPromise) -> tuple[str, ...]:
    spec = promise.spec
    window = (
        f"{text_of(spec.window.start)} to {text_of(spec.window.end)}" if spec.window is not None else ABSENT
    )
    pools = ", ".join(f"{count} of {name}" for name, count in sorted(spec.pools.items())) or ABSENT
    return (
        promise.metadata.name,
        f"{spec.namespace}/{spec.reservation}",
        spec.tenant,
        spec.state,
        window,
        pools,
    )
