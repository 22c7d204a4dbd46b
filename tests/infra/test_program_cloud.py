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
from holdfast_lab.cloud.reservations import Reservation

FEW = 2
"""Units of each range that are built: the others differ from them in their names only."""
ROWS = [pytest.param(changed(*right), id=sentence[:50]) for _, sentence, right in TABLE]
STACKS = [pytest.param(declared(path), id=path.stem) for path in WANTED]


def small(given: dict[str, Any]) -> dict[str, Any]:
    """The declaration with few units delivered."""
    datacenter = parse(given)
    for pool in datacenter.pools:
        units = [
            {key: value for key, value in each.items() if key != "ids"}
            for each in given["pools"][pool.block]["units"]
        ]
        names = [unit.name for unit in pool.units][:FEW]
        first = units[0] | {"subBlocks": pool.units[0].sub_block} if pool.units[0].sub_block else units[0]
        given["pools"][pool.block] |= {"spares": 0, "units": [{"ids": names[0], **first}]}
    return given


def reserved(datacenter: Datacenter) -> dict[str, Reservation]:
    """What Google has reserved for exactly this declaration."""
    found = {}
    for pool in datacenter.pools:
        if pool.google_reservation:
            name = pool.google_reservation.split("/")[3]
            found[name] = Reservation(name=name, machine_type=pool.machine_type, blocks=())
    return found


def build(recorded: Recording, folder: Path) -> list[str]:
    """Create everything at the lab's cloud, in the order in which it was registered."""
    cloud = GoogleCloud(folder, PaperSites())
    return [cloud.create(each.kind, each.urn, dict(each.inputs)).status for each in recorded.hardware]


@pytest.mark.parametrize("given", [*STACKS, *ROWS])
def test_what_is_accepted_is_made(
    given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared_small = small(given)
    datacenter = parse(declared_small)
    for name, reservation in reserved(datacenter).items():
        monkeypatch.setitem(reservations.RESERVATIONS, name, reservation)
    recorded = run(main, datacenter.site.name, declared_small)
    assert set(build(recorded, tmp_path)) <= {"RUNNING"}
    assert bool(recorded.hardware) is (datacenter.is_built and datacenter.site.is_google)
