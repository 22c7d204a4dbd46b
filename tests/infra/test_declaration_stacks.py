"""Stacks that platform teams have: what they want is accepted, what contradicts itself is refused whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.stack_files.stack_yaml import load

STACKS = Path(__file__).parent / "stacks"
TRACKED = Path(__file__).parents[2] / "stacks"
HUB = TRACKED / "Pulumi.hub.yaml"
WANTED = [*sorted((STACKS / "wanted").iterdir()), *sorted({*TRACKED.iterdir()} - {HUB})]
EVERYTHING_WRONG = {
    "cluster.deletionProtection",
    "cluster.minimumVersion",
    "cluster.releaseChannel",
    "drainLeadSeconds",
    "lease.start",
    "lifecycle",
    "name",
    "network.pods",
    "network.services",
    "pools.tpu7x-a.acceleratorType",
    "pools.tpu7x-a.googleReservation",
    "pools.tpu7x-a.pledge",
    "pools.tpu7x-a.spares",
    "pools.tpu7x-a.units[0].ids",
    "powerMegawatts",
    "project",
    "siteKind",
    "systemPool.machineType",
    "systemPool.nodes",
    "zone",
}
REFUSED = {
    "b01-everything": EVERYTHING_WRONG,
    "b03-one-block-twice": {"pools.tpu7x-b.googleReservation"},
    "b05-subblock-for-six": {"pools.tpu7x-a.googleReservation"},
    "b07-fabric-of-256-for-64-hosts": {"network.fabrics.h200"},
    "b09-exclusion-of-five-years": {
        "cluster.maintenanceExclusions[0].end",
        "cluster.maintenanceExclusions[1].name",
    },
    "b11-two-units-one-node-pool": {"pools.a-b"},
    "b15-named-like-the-system-pool": {"pools.lake-mariner"},
    "b17-a-text": {"holdfast:datacenter"},
}


def declared(path: Path) -> Any:
    """As Pulumi reads it."""
    return load(path.read_text())["config"]["holdfast:datacenter"]


@pytest.mark.parametrize("path", WANTED, ids=lambda path: path.stem)
def test_a_stack_that_is_wanted_is_accepted(path: Path) -> None:
    assert parse(declared(path)).site.name == path.stem.removeprefix("Pulumi.")


@pytest.mark.parametrize("path", sorted((STACKS / "refuse").iterdir()), ids=lambda path: path.stem)
def test_a_stack_that_contradicts_itself_is_refused_with_all_its_mistakes(path: Path) -> None:
    with pytest.raises(DeclarationError) as refused:
        parse(declared(path))
    assert {mistake.field for mistake in refused.value.mistakes} == REFUSED[path.stem]
    assert all(mistake.consequence and mistake.remedy for mistake in refused.value.mistakes)


def test_what_is_odd_is_accepted_with_a_warning_for_each_oddity() -> None:
    datacenter = parse(declared(STACKS / "odd" / "b13-odd-but-legal.yaml"))
    assert [warning.field for warning in datacenter.warnings] == [
        "systemPool.machineType",
        "cluster.minimumVersion",
        "network.fabrics.tpu7x",
    ]
