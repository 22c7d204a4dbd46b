"""Every example that is applied as it is: planned alone for the tenant of a-new-tenant, on a hub like the lab's."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.docs.dates import WRITTEN
from tests.documents import Document, document
from tests.house.sources import ROOT
from tests.simulation.api_server import ApiServer
from tests.simulation.hub import Hub, rest
from tests.simulation.simulated import START, SimulatedTime

from holdfast.cluster.transport import kinds
from holdfast_infra.declaration import parse
from holdfast_infra.published_objects import datacenter_spec, pool_spec, seal_spec
from holdfast_lab.engine.configuration import lab_config
from holdfast_lab.engine.options import Options

EXAMPLES = ROOT / "examples"
SITES = ("lake-mariner", "abernathy", "barber-lake")
JUDGED = {
    kind.kind: kind
    for kind in (kinds.CAPACITY_RESERVATION, kinds.AVAILABILITY_QUERY, kinds.MAINTENANCE_WINDOW)
}
"""Kinds of which the planner says whether it is possible."""
KINDS = {**JUDGED, **{kind.kind: kind for kind in (kinds.TENANT, kinds.NAMESPACE)}}


def documents(file: Path) -> list[Document]:
    return [one for one in yaml.safe_load_all(file.read_text(encoding="utf-8")) if isinstance(one, dict)]


APPLIED = sorted(
    file for file in EXAMPLES.glob("*/*.yaml") if any(one.get("kind") in JUDGED for one in documents(file))
)


@pytest.fixture
def hub() -> Hub:
    """The lab's datacenters on the day for which the examples are dated, and the tenant of a-new-tenant."""
    today = datetime(WRITTEN.year, WRITTEN.month, WRITTEN.day, tzinfo=UTC).timestamp()
    time = SimulatedTime(today - START)
    hub = Hub(time, ApiServer(time.epoch))
    for site in SITES:
        publish(hub.server, site)
    apply(hub, EXAMPLES / "a-new-tenant" / "tenant.yaml")
    return hub


def publish(server: ApiServer, site: str) -> None:
    """What `holdfast lab pulumi up` tells the hub of a datacenter, and its agent of its units."""
    config = lab_config(site, Options(project=ROOT, state=Path("/nowhere")))
    declared = parse(config["holdfast:datacenter"])
    server.add(kinds.DATACENTER, document("Datacenter", site, datacenter_spec(declared)))
    server.add(kinds.STACK_SEAL, document("StackSeal", site, seal_spec(site, declared.pools)))
    for pool in declared.pools:
        spec = pool_spec(pool, declared.lease, declared.hand_over, site)
        hosts = {"health": "Healthy", "hosts": spec["hostsPerUnit"], "hostsReady": spec["hostsPerUnit"]}
        told = {"datacenter": site, "units": dict.fromkeys(spec["units"], hosts)}
        server.add(kinds.ACCELERATOR_POOL, document("AcceleratorPool", pool.name, spec))
        server.add(kinds.POOL_REPORT, document("PoolReport", pool.name, told))


def apply(hub: Hub, file: Path) -> list[Any]:
    """Make all that a planner reads of a file, let planners turn, and give back what is stored then."""
    made = [one for one in documents(file) if one["kind"] in KINDS]
    for one in made:
        hub.server.add(KINDS[one["kind"]], one)
    rest(hub)
    place = [(KINDS[one["kind"]], one["metadata"]) for one in made]
    return [hub.server.find(kind, meta["name"], meta.get("namespace", "")) for kind, meta in place]


def refusal(stored: Document) -> str:
    """Why it is not possible as it stands; empty where it is."""
    status = stored.get("status", {})
    said = {one["type"]: one["status"] for one in status.get("conditions", ())}
    accepted = said.get("Accepted") == "True" and not status.get("hold")
    return "" if status.get("promised") or status.get("offers") or accepted else str(status)


@pytest.mark.parametrize("file", APPLIED, ids=lambda file: file.parent.name)
def test_an_example_is_possible_for_its_tenant_in_the_lab(hub: Hub, file: Path) -> None:
    (stored,) = apply(hub, file)
    assert refusal(stored) == ""


def test_what_is_more_than_the_contract_would_be_noticed(hub: Hub, tmp_path: Path) -> None:
    larger = (EXAMPLES / "a-ramp" / "reservation.yaml").read_text().replace("4x4x4", "4x4x8")
    (tmp_path / "larger.yaml").write_text(larger)
    assert "entitle" in refusal(apply(hub, tmp_path / "larger.yaml")[0]).lower()


def test_the_page_names_each_as_one_that_is_applied_and_the_others_as_not() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    applied, _, others = page.partition("`kubectl apply` takes")[2].partition("The others are not")
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    taken = {file.parent.name for file in APPLIED} | {"a-new-tenant"}
    assert set(re.findall(r"`([-a-z0-9]+)`", applied)) & folders == taken
    assert set(re.findall(r"`([-a-z0-9]+)`", others)) & folders == folders - taken
