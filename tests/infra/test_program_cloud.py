"""What is accepted, the lab's cloud accepts too: every resource of it, by every refusal of Google's that it knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run
from tests.infra.test_declaration_stacks import WANTED, declared
from tests.infra.test_rules import TABLE

from holdfast_infra.declaration import Datacenter, parse
from holdfast_infra.program import main
from holdfast_lab.cloud import reservations
from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.hosts import PaperSites
from holdfast_lab.cloud.kinds import RESOURCE_POLICY
from holdfast_lab.cloud.reservations import Reservation

ROWS = [pytest.param(changed(*right), id=sentence[:50]) for _, sentence, right in TABLE]
STACKS = [pytest.param(declared(path), id=path.stem) for path in WANTED]


def small(given: dict[str, Any]) -> dict[str, Any]:
    """The declaration with one unit in each pool: the others differ from it in their names only."""
    for pool in parse(given).pools:
        unit, first = pool.units[0], given["pools"][pool.block]["units"][0]
        own = {"subBlocks": unit.sub_block} if unit.sub_block else {}
        given["pools"][pool.block] |= {"spares": 0, "units": [first | {"ids": unit.name} | own]}
    return given


def reserved(datacenter: Datacenter) -> dict[str, Reservation]:
    """What Google has reserved for exactly this declaration."""
    found = {}
    for pool in datacenter.pools:
        if pool.google_reservation:
            name = pool.google_reservation.split("/")[3]
            found[name] = Reservation(name=name, machine_type=pool.machine_type, blocks=())
    return found


def build(recorded: Recording, cloud: GoogleCloud) -> list[str]:
    """Create everything at the lab's cloud, in the order in which it was registered."""
    return [cloud.create(each.kind, each.urn, dict(each.inputs)).status for each in recorded.hardware]


def other_stack(datacenter: Datacenter, cloud: GoogleCloud) -> None:
    """Make the workload policies that this stack leaves to another one."""
    for topology, name in datacenter.policies:
        policy = {"type": "HIGH_THROUGHPUT", "acceleratorTopology": topology}
        inputs = {"name": name, "project": "p", "region": "us-east4", "workloadPolicy": policy}
        cloud.create(RESOURCE_POLICY, f"urn:{name}", inputs)


@pytest.mark.parametrize("given", [*STACKS, *ROWS])
def test_what_is_accepted_is_made(
    given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared_small = small(given)
    datacenter = parse(declared_small)
    for name, reservation in reserved(datacenter).items():
        monkeypatch.setitem(reservations.RESERVATIONS, name, reservation)
    cloud = GoogleCloud(tmp_path, PaperSites())
    other_stack(datacenter, cloud)
    recorded = run(main, datacenter.site.name, declared_small)
    assert set(build(recorded, cloud)) <= {"RUNNING"}
    assert bool(recorded.hardware) is (datacenter.is_built and datacenter.site.is_google)
