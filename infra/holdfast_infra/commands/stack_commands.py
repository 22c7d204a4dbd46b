"""What the commands of `holdfast stacks` do and print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from holdfast_infra.declaration import Datacenter, DeclarationError
from holdfast_infra.declaration.together import clashes
from holdfast_infra.stack_files import on_disk
from holdfast_infra.stack_files.on_disk import PlannedStack

CALLS_A_MINUTE = 3_000
"""Of GKE's API, for each project: cloud.google.com/kubernetes-engine/quotas."""
_CALLS_A_NODE_POOL = 1 + 6 * 10
"""To make one: the request, and a look every ten seconds while it comes up in about ten minutes."""


def check(files: Sequence[Path]) -> None:
    """Judge each file, and all that are sound together."""
    accepted, refused = list[Datacenter](), False
    for path in files:
        try:
            datacenter = None if on_disk.check_hub(path) else on_disk.check(path)
        except DeclarationError as error:
            typer.echo(f"{path}: refused\n{error}")
            refused = True
            continue
        typer.echo(f"{path}: accepted ({_what(datacenter)})")
        if datacenter is not None:
            accepted.append(datacenter)
            for warning in datacenter.warnings:
                typer.echo(f"  warning: {warning}")
    together = [str(mistake) for mistake in clashes(accepted)]
    for line in together:
        typer.echo(f"together: {line}")
    raise typer.Exit(int(bool(together) or refused))


def _what(datacenter: Datacenter | None) -> str:
    if datacenter is None:
        return "the hub"
    if not datacenter.makes_units:
        return f"shared by {', '.join(pool.name for pool in datacenter.pools)}"
    return ", ".join(f"{pool.name} {len(pool.units)} units" for pool in datacenter.pools)


def plan(site: Path, out: Path | None) -> None:
    """Divide a site file."""
    try:
        planned = on_disk.plan(site)
    except DeclarationError as error:
        typer.echo(f"{site}: refused\n{error}")
        raise typer.Exit(1) from None
    for line in summary(planned):
        typer.echo(line)
    for path in on_disk.write(planned, out) if out else ():
        typer.echo(f"wrote {path}")


def summary(planned: Sequence[PlannedStack]) -> list[str]:
    """What the stacks are, and what they need of Google's quotas together."""
    lines = [_line(stack) for stack in planned]
    chips: Counter[str] = Counter()
    for stack in planned:
        chips.update(stack.chips())
    pools = sum(stack.units for stack in planned)
    calls = pools * _CALLS_A_NODE_POOL
    hosts = sum(stack.hosts for stack in planned)
    of_each = ", ".join(f"{count:,} chips {name}" for name, count in sorted(chips.items()))
    clusters = sum(stack.datacenter.makes_site for stack in planned)
    quotas = (
        f"quotas: {clusters} cluster{'s' * (clusters != 1)}, {pools:,} node pools, {hosts:,} nodes; {of_each}"
    )
    budget = (
        f"GKE API: about {calls:,} requests to make all of it; at {CALLS_A_MINUTE:,} a minute and project no less "
        f"than {-(-calls // CALLS_A_MINUTE)} minutes"
    )
    return [*lines, quotas, budget]


def _line(stack: PlannedStack) -> str:
    datacenter = stack.datacenter
    made = f"{stack.units} units, {stack.hosts:,} nodes" if datacenter.makes_units else "shared"
    if not datacenter.makes_site:
        return f"{stack.name}: {made}; in the cluster of {datacenter.site.name}"
    ranges = " ".join(f"{name} {network}" for name, network in datacenter.addresses.ranges.items())
    return f"{stack.name}: {made}; {ranges}"
